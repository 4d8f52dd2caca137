"""What drifted: how often, whose hand, how long it stood, what became of it, in which environment.

A drift lasts from when it was first seen until it was seen no more. What a person undid is the same drift
as before, and they meant it. One that ended without a change of ours was adopted or taken back by people:
the account looks the same either way. A stack's own finding is told where none of its resources has one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from steadyhand.catalogue.lanes import PRODUCTION
from steadyhand.model import ChangeState, Record
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.figures import Figure, Line, Named
from steadyhand.rhythm.core.intervals import intervals

RESOURCE, STACK = "resource_drift", "stack_drift"
VISIBLE = 4
PEOPLE = 3
NOBODY = "nobody we know"

PUT_BACK, UNDONE, SETTLED, STANDING = (
    "put back", "undone", "adopted or taken back by people", "still there",
)  # fmt: skip
OUTCOMES = (PUT_BACK, UNDONE, SETTLED, STANDING)


@dataclass(frozen=True, slots=True)
class Drift:
    """One time that one resource, or one stack, was not as its code says. `end` is None while it is not."""

    record: Record
    begin: datetime
    end: datetime | None
    outcome: str = STANDING

    def stood(self, until: datetime) -> timedelta:
        """How long, as of a moment."""
        return max(timedelta(), (self.end or until) - self.begin)

    @property
    def who(self) -> str:
        """Whose hand it was."""
        said: Any = self.record.finding.evidence.get("changed_by")
        name = said.get("who") if isinstance(said, Mapping) else None
        return words.person(name) if isinstance(name, str) and name else NOBODY


@dataclass(frozen=True, slots=True, kw_only=True)
class Drifted:
    """The drifts that began or ended in a period. Each of the three lists adds up to `count`."""

    count: Figure
    environments: tuple[Figure, ...]
    people: tuple[Figure, ...]
    outcomes: tuple[Figure, ...]
    typical: Figure | None
    longest: Figure
    rows: tuple[Line, ...]
    folded: Figure | None


def drifted_of(facts: Facts) -> Drifted | None:
    """None where nothing drifted."""
    found = told(facts)
    return summed(found, facts, "drift") if found else None


def in_production(facts: Facts) -> Drifted | None:
    """The same of production alone."""
    found = [one for one in told(facts) if one.record.environment == PRODUCTION]
    return summed(found, facts, "week.drift") if found else None


def summed(found: Sequence[Drift], facts: Facts, name: str) -> Drifted:
    """Drifts as they are read, production first and then the longest."""
    until = facts.period.until
    ordered = sorted(
        found,
        key=lambda one: (
            one.record.environment != PRODUCTION, -one.stood(until), one.begin, one.record.finding.id,
        ),
    )  # fmt: skip
    over = [one for one in found if one.end is not None]
    longest = max(found, key=lambda one: (one.stood(until), one.record.finding.id))
    rest = ordered[VISIBLE:]
    return Drifted(
        count=figure(name, found, words.plural(len(found), "drift")),
        environments=environments(name, found),
        people=people(name, found),
        outcomes=outcomes(name, found),
        typical=figure(
            f"{name}.typical",
            over,
            words.duration(timedelta(seconds=median(_seconds(one, until) for one in over))),
        )
        if len(over) > 1
        else None,
        longest=figure(f"{name}.longest", [longest], words.duration(longest.stood(until))),
        rows=tuple(
            row(one, facts, f"{name}.{number}") for number, one in enumerate(ordered[:VISIBLE])
        ),
        folded=figure(f"{name}.folded", rest, f"{len(rest):,} more") if rest else None,
    )


def _seconds(one: Drift, until: datetime) -> float:
    return one.stood(until).total_seconds()


def told(facts: Facts) -> list[Drift]:
    """Those that began or ended in the period."""
    records = [one for one in facts.records if one.finding.check in (RESOURCE, STACK)]
    stacks = {
        one.finding.evidence.get("stack_id") for one in records if one.finding.check == RESOURCE
    }
    return [
        drift
        for one in records
        if one.finding.check == RESOURCE or one.finding.resource not in stacks
        for drift in drifts(one, facts)
        if facts.period.holds(drift.begin) or (drift.end and facts.period.holds(drift.end))
    ]


def drifts(record: Record, facts: Facts) -> Iterator[Drift]:
    """Each drift of one finding up to the end of the period, oldest first."""
    changes = facts.changes_of(record.finding.id)
    until = facts.period.until.astimezone(UTC)
    ours = [one for one in changes if one.state is ChangeState.VERIFIED and one.ended_at]
    meant = {one.ended_at for one in changes if one.state is ChangeState.UNDONE}
    meant.add(record.undone_at)
    found: list[Drift] = []
    for begin, end in intervals(record, changes):
        if begin >= until:
            break
        closed = end if end is not None and end < until else None
        if begin in meant and found:
            found[-1] = replace(found[-1], end=closed, outcome=UNDONE)
            continue
        is_ours = closed and any(begin <= one.at and one.at <= closed for one in ours)
        outcome = PUT_BACK if is_ours else SETTLED if closed else STANDING
        found.append(Drift(record, begin, closed, outcome))
    yield from found


def grouped(found: Iterable[Drift], of: Callable[[Drift], str]) -> Mapping[str, Sequence[Drift]]:
    """Drifts by a word that each has."""
    groups = defaultdict[str, list[Drift]](list)
    for one in found:
        groups[of(one)].append(one)
    return groups


def environments(name: str, found: Sequence[Drift]) -> tuple[Figure, ...]:
    """How many in each, the most first."""
    groups = grouped(found, lambda one: words.clean(one.record.environment, words.NAME))
    return tuple(
        figure(f"{name}.in.{one}", groups[one], f"{len(groups[one]):,} in {one or 'none'}")
        for one in sorted(groups, key=lambda one: (-len(groups[one]), one))
    )


def people(name: str, found: Sequence[Drift]) -> tuple[Figure, ...]:
    """How many by whose hand; the many who did few are one."""
    groups = grouped(found, lambda one: one.who)
    names = sorted(groups, key=lambda one: (one == NOBODY, -len(groups[one]), one))
    shown = [
        figure(f"{name}.by.{one}", groups[one], f"{len(groups[one]):,} by {one}")
        for one in names[:PEOPLE]
    ]
    if others := [one for who in names[PEOPLE:] for one in groups[who]]:
        shown.append(figure(f"{name}.by.others", others, f"{len(others):,} by others"))
    return tuple(shown)


def outcomes(name: str, found: Sequence[Drift]) -> tuple[Figure, ...]:
    """How many came to what."""
    groups = grouped(found, lambda one: one.outcome)
    return tuple(
        figure(f"{name}.became.{one}", groups[one], f"{len(groups[one]):,} {one}")
        for one in OUTCOMES
        if one in groups
    )


def figure(name: str, found: Iterable[Drift], said: str) -> Figure:
    """A number, with the findings that stand behind it."""
    return Figure(name, said, tuple(dict.fromkeys(one.record.finding.id for one in found)))


def row(one: Drift, facts: Facts, name: str) -> Line:
    """One drift as a sentence: what, how long it stood, what became of it."""
    stood = figure(f"{name}.stood", [one], words.duration(one.stood(facts.period.until)))
    what = words.told(one.record.finding.summary).rstrip(".")
    ended: Line = {
        PUT_BACK: ("Put back after ", stood),
        UNDONE: ("Put back, and undone by people, who meant it",),
        SETTLED: ("Adopted or taken back by people after ", stood),
        STANDING: ("Still so after ", stood),
    }[one.outcome]
    return (Named(what), ". ", *ended, ".")
