"""What a week was to bring, and what became of it: read from the ledger, never from a mail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from steadyhand.catalogue.lanes import SOON
from steadyhand.model import Lane, Record
from steadyhand.rhythm.backlog.items import EXEMPT, LANES, OPEN, Item, named, state_of
from steadyhand.rhythm.backlog.moves import moves_of
from steadyhand.rhythm.calendar.bombs import ahead
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import Facts, as_of
from steadyhand.rhythm.core.figures import Figure, Line, Named
from steadyhand.rhythm.core.handling import Handled, handled
from steadyhand.rhythm.core.period import Period

WEEK = timedelta(days=7)
SOONER = timedelta(days=3)


class Fate(StrEnum):
    """What became of a promise."""

    DONE = "done"
    SLIPPED = "slipped"
    DROPPED = "dropped"


ORDER = (Fate.SLIPPED, Fate.DONE, Fate.DROPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A piece of work and the day by which it should be done. `is_ours`: we do it ourselves."""

    name: str
    what: str
    ids: tuple[str, ...]
    by: datetime
    is_ours: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPromise:
    """What became of one promise, and of which rows that is told."""

    what: str
    fate: Fate
    told: Line


def promised(facts: Facts, items: Sequence[Item]) -> list[Promise]:
    """What should be done within a week: dates that we fix ourselves, and items whose day comes."""
    until = facts.period.until
    ours = [
        Promise(
            name=one.lead,
            what=one.thing,
            ids=one.ids,
            by=max(one.at - SOONER, until),
            is_ours=True,
        )
        for one in ahead(facts, SOON)
        if one.handled is Handled.AUTO and one.at > until
    ]
    taken = {name for one in ours for name in one.ids}
    yours = [
        Promise(
            name=one.id,
            what=named(one),
            ids=one.ids,
            by=one.due,
            is_ours=all(handled(record, facts) is Handled.AUTO for record in one.open),
        )
        for one in items
        if until <= one.due < until + WEEK and not taken & set(one.ids)
    ]
    return ours + sorted(yours, key=lambda one: (one.by, one.name))


def kept(facts: Facts, then: Facts, items: Sequence[Item]) -> tuple[KeptPromise, ...]:
    """What became of what was announced `then`, a week ago; what is still to come is not told."""
    made = [
        told for one in promised(then, items) if (told := became(one, facts, then.period.until))
    ]
    return tuple(sorted(made, key=lambda one: ORDER.index(one.fate)))


def as_it_was(facts: Facts, period: Period) -> Facts:
    """The facts at an earlier period's end: what was exempted since then was not exempt yet."""
    return as_of(replace(facts, period=period))


def became(one: Promise, facts: Facts, since: datetime) -> KeptPromise | None:
    """Done, slipped or dropped; None where its day has not come."""
    records = [facts.by_id[name] for name in one.ids if name in facts.by_id]
    return judged(one.name, one.what, records, facts, since=since, by=one.by)


def judged(
    name: str,
    what: str,
    records: Sequence[Record],
    facts: Facts,
    *,
    since: datetime,
    by: datetime | None = None,
) -> KeptPromise | None:
    """What became of some findings since a time; None where that cannot be asked yet."""
    until, year = facts.period.until, facts.period.year
    states = {record.finding.id: state_of(record, facts) for record in records}
    left = [record for record in records if states[record.finding.id] == OPEN]
    if not left:
        if EXEMPT in states.values():
            return KeptPromise(
                what=what, fate=Fate.DROPPED, told=line(what, "exempt now", name, states)
            )
        on = facts.period.local(max(record.changed_at for record in records)).date()
        said = f"done on {words.day(on, year)}"
        return KeptPromise(what=what, fate=Fate.DONE, told=line(what, said, name, states))
    if moved := put_off(name, facts, since):
        return KeptPromise(what=what, fate=Fate.DROPPED, told=line(what, moved, name, states))
    if by is not None and by > until:
        return None
    late = max(0, (until - by).days) if by else 0
    part = f"{len(left)} of {len(records)} left" if len(records) > 1 else "still open"
    said = f"{part}, overdue by {words.plural(late, 'day')}" if late else part
    return KeptPromise(
        what=what,
        fate=Fate.SLIPPED,
        told=line(what, said, name, (record.finding.id for record in left)),
    )


def put_off(name: str, facts: Facts, since: datetime) -> str:
    """Did a person move it away from Now after a time? In words, or nothing."""
    move = moves_of(facts).get(name)
    if move is None or move.at < since or LANES.index(move.lane) == LANES.index(Lane.NOW):
        return ""
    return f"moved to {move.lane.value.capitalize()} by {move.by}"


def line(what: str, said: str, name: str, ids: Iterable[str]) -> Line:
    """One outcome as a sentence."""
    return (Named(what), ": ", Figure(f"promise.{name}", said, tuple(ids)), ".")
