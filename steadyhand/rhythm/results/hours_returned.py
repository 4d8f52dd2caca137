"""Hours returned to the team: the work by hand that our changes stand for, as a range.

The low end counts alike changes of one day once: who does it by hand does them in one go. The
high end counts each. What a person spent on approving is taken off. What did not happen, an outage
or a break-in, is not counted: nobody can know it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor

from steadyhand.rhythm.core.effort import Range
from steadyhand.rhythm.core.facts import Facts, is_automatic
from steadyhand.rhythm.core.figures import Figure, counted
from steadyhand.rhythm.results.fixed import Fixed


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """The range, the changes it counts, the table it comes from, and what the table lacks."""

    hours: Figure
    changes: Figure
    table: str
    uncounted: Figure | None


def returned_of(facts: Facts, found: Sequence[Fixed]) -> Returned:
    """Of what was fixed in the period, and not undone."""
    once: dict[tuple[str, date], float] = {}
    high = 0.0
    ids, unknown = list[str](), list[str]()
    for one in found:
        spent = by_hand(one, facts)
        if spent is None:
            unknown.append(one.change.id)
            continue
        day = one.change.finding.check, facts.period.local(one.done).date()
        once[day] = max(once.get(day, 0.0), spent[0])
        high += spent[1]
        ids.append(one.change.id)
    said = told(sum(once.values()), high) if ids else "none"
    return Returned(
        hours=Figure("returned.hours", said, tuple(ids)),
        changes=counted("returned.changes", ids, "change"),
        table=facts.effort.version,
        uncounted=counted("returned.uncounted", unknown, "change") if unknown else None,
    )


def by_hand(one: Fixed, facts: Facts) -> Range | None:
    """The hours of one change, without those of its approval."""
    finding = one.change.finding
    spent = facts.effort.by_hand(finding.check, facts.kind(finding).category)
    if spent is None or is_automatic(one.change):
        return spent
    least, most = facts.effort.approval
    return max(0.0, spent[0] - most), max(0.0, spent[1] - least)


def told(low: float, high: float) -> str:
    """A range without false precision: "15 to 60 minutes", "3.5 to 12 hours", "120 to 940 hours"."""
    if high <= 1:
        return f"{floor(12 * low) * 5} to {ceil(12 * high) * 5} minutes"
    step = 0.5 if high < 10 else 1 if high < 100 else 10
    low, high = floor(low / step) * step, ceil(high / step) * step
    return f"{low:,g} to {high:,g} hours" if high < 1_000 else f"{low:,.0f} to {high:,.0f} h"
