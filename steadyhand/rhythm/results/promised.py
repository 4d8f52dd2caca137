"""What was promised, measured: how fast things are fixed, whether they stay so, the hours returned.

A number that too few rows stand behind is not said; how few they are is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean, median

from steadyhand.model import Change, ChangeState, FindingStatus, Record
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import Facts, is_automatic
from steadyhand.rhythm.core.figures import Figure, Line
from steadyhand.rhythm.results.fixed import Fixed, fixed
from steadyhand.rhythm.results.hours_returned import Returned, returned_of

FEW = 5
"""With fewer rows than these, an average or a share says nothing."""

TERMS = (7, 30, 90)
"""Days after which we look whether what was fixed came back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """From first seen to verified: the median and the mean, where there are enough to say them."""

    typical: Figure | None
    average: Figure | None
    count: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Stayed:
    """Of what was fixed at least so many days ago, how many came back within them."""

    days: int
    back: Figure | None
    count: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """The promises of a period as numbers."""

    returned: Returned
    automatic: Pace
    approved: Pace
    stayed: tuple[Stayed, ...]
    too_few: Line


def results_of(facts: Facts) -> Results:
    """From changes and findings alone."""
    found = fixed(facts)
    ours = [one for one in found if is_automatic(one.change)]
    theirs = [one for one in found if not is_automatic(one.change)]
    automatic, approved = pace("results.automatic", ours), pace("results.approved", theirs)
    lasting = tuple(stayed(days, facts) for days in TERMS)
    return Results(
        returned=returned_of(facts, found),
        automatic=automatic,
        approved=approved,
        stayed=lasting,
        too_few=unsaid(automatic, approved, lasting),
    )


def unsaid(automatic: Pace, approved: Pace, lasting: Sequence[Stayed]) -> Line:
    """What too few rows stand behind, each with how few; what none stands behind is left out."""
    named: list[tuple[str, Figure]] = [
        (f"how fast we are {how}", one.count)
        for how, one in (("by ourselves", automatic), ("with your approval", approved))
        if one.typical is None and one.count.ids
    ]
    named += [
        (f"what came back within {one.days} days", one.count)
        for one in lasting
        if one.back is None and one.count.ids
    ]
    line: list[str | Figure] = []
    for at, (what, count) in enumerate(named):
        line += [f"{', ' if at else ''}{what} (", count, ")"]
    return tuple(line)


def too_few(name: str, ids: Iterable[str]) -> Figure:
    """Instead of a number: "too few to say: 3"."""
    rows = tuple(ids)
    return Figure(name, f"too few to say: {len(rows)}" if rows else "none yet", rows)


def pace(name: str, found: Sequence[Fixed]) -> Pace:
    """How long they took."""
    ids = tuple(one.change.id for one in found)
    count = Figure(f"{name}.count", words.plural(len(ids), "fix", "fixes"), ids)
    if len(found) < FEW:
        return Pace(typical=None, average=None, count=count)
    times = [one.took.total_seconds() for one in found]
    middle, mean = (words.brief(timedelta(seconds=of(times))) for of in (median, fmean))
    return Pace(
        typical=Figure(f"{name}.median", middle, ids),
        average=Figure(f"{name}.mean", mean, ids),
        count=count,
    )


def stayed(days: int, facts: Facts) -> Stayed:
    """Of the fixes that are old enough to tell, as far back as changes are read.

    A fix that was undone on purpose is none. A fix came back when the same finding was changed
    again, is open, or went by itself later, all within the term. One that came back and got worse
    still later is counted for the longer terms only: the ledger keeps its last change.
    """
    term = timedelta(days=days)
    fixes = defaultdict[str, list[Change]](list)
    for one in facts.changes:
        fixes[one.finding.id].append(one)
    old, back = list[str](), list[str]()
    for name, those in fixes.items():
        for at, one in enumerate(those):
            if one.state is not ChangeState.VERIFIED or not one.ended_at:
                continue
            if one.ended_at > facts.period.until - term:
                continue
            old.append(one.id)
            again = came_back(one.ended_at, those[at + 1 :], facts.by_id.get(name))
            if again and again - one.ended_at <= term:
                back.append(one.id)
    name, ids = f"results.back.{days}", tuple(sorted(old))
    said = Figure(name, f"{len(back):,} of {len(old):,}", ids) if len(old) >= FEW else None
    count = Figure(f"{name}.count", words.plural(len(old), "fix", "fixes"), ids)
    return Stayed(days=days, back=said, count=count)


def came_back(fixed: datetime, later: Sequence[Change], record: Record | None) -> datetime | None:
    """When the ledger first knows it was there again; None: it stayed away."""
    back = (
        [at for at, status in record.history if at > fixed and status is FindingStatus.OPEN]
        if record
        else []
    )
    if back or later:
        return min([*back, *(one.at for one in later[:1])])
    if record and record.status is not FindingStatus.FIXED and record.changed_at > fixed:
        return record.changed_at
    return None
