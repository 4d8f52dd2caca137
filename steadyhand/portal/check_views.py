"""What the pages of checks say: each check, its runbook, how far it goes, what stands open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from steadyhand.check import Check
from steadyhand.portal.renderer import prose
from steadyhand.portal.views import Found, Page, production_first
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import Facts


def checks(every: Sequence[Check], facts: Facts, found: Found) -> list[dict[str, Any]]:
    """Each check, its runbook, how far it goes, and what stands open."""
    return [check(one, facts, found) for one in every]


def check(one: Check, facts: Facts, found: Found) -> dict[str, Any]:
    """One check, as its page says it."""
    title, _, rest = one.runbook.strip().partition("\n")
    places = sorted(facts.settings.environments, key=production_first)
    return {
        "id": one.id,
        "title": title.rstrip("."),
        "category": one.category,
        "severity": one.severity.value,
        "risk": one.risk.value,
        "consequence": one.consequence,
        "prose": prose(rest),
        "modes": [(name, facts.settings.mode(one.id, name).value) for name in places],
        "open": found.by_check.get(one.id, ()),
        "count": found.counts.get(one.id, 0),
        "reads": sorted({action for source in one.reads for action in source.permissions}),
        "writes": sorted({permit.action for permits in one.writes for permit in permits.all}),
    }


def checks_headline(every: Sequence[Page]) -> str:
    """How many checks look, and how many of them see something."""
    seeing = sum(one["count"] > 0 for one in every)
    return f"{words.plural(len(every), 'check')}; {seeing} of them see something."
