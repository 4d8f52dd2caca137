"""Who takes care of a finding of a scan: the same rule as in mails and pages, without a history."""

from __future__ import annotations

from steadyhand.engine.scan import Found
from steadyhand.rhythm.core.handling import Handled, is_tagged, rule
from steadyhand.settings.values import Settings


def handled_of(one: Found, decided: Settings) -> Handled:
    """As the ledger knows it; without one, as `rhythm.core.handling.handled` says after the first look."""
    if one.handled:
        return Handled(one.handled)
    return rule(
        mode=decided.mode(one.check.id, decided.environment(one.finding)),
        risk=one.risk,
        steps=one.plan,
        is_left=is_tagged(one.finding.tags, decided.hands_off_tag),
    )
