"""Who takes care of a finding: we by ourselves, you, or nobody until a day that somebody set."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from steadyhand.model import Mode, Record, Risk, Step
from steadyhand.rhythm.core.facts import Facts

OURS = frozenset({"", "not_yet_trusted"})
"""Guardrails that do not stand in the way of what is set to go by itself."""


class Handled(StrEnum):
    """Who takes care of it. The words are those of the marks."""

    AUTO = "auto"
    YOU = "you"
    PLANNED = "planned"


def handled(record: Record, facts: Facts) -> Handled:
    """Who takes care of this one."""
    if record.exempt_until and record.exempt_until > facts.period.until:
        return Handled.PLANNED
    if record.open_change or is_ours(record, facts):
        return Handled.AUTO
    return Handled.YOU


def is_ours(record: Record, facts: Facts) -> bool:
    """Shall and may we fix it without asking?"""
    mode = facts.settings.mode(record.finding.check, record.environment)
    free = (record.held.guardrail if record.held else "") in OURS
    return mode is Mode.AUTO and record.risk is Risk.SAFE and free


def steps_of(record: Record, facts: Facts) -> Sequence[Step]:
    """What `steadyhand approve` would do; nothing where only a person can fix it."""
    return () if record.risk is Risk.ADVICE else facts.kind(record.finding).steps(record.finding)
