"""Alarms that fired: how often, for how long in all, and whether they fire again and again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from steadyhand.model import Incident, Record
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.figures import Figure, counted
from steadyhand.rhythm.core.period import Period
from steadyhand.rhythm.incidents.causes import concerning, fix, foretold

VISIBLE = 7
OUR_OWN = "steadyhand-"
"""How the alarms over Steadyhand itself are called."""
AGAIN = timedelta(days=90)
"""How far back an alarm counts as firing again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """One incident. `again` says how often it fired lately, where there is a past to say so.

    `fix` is what fixes its cause for good, and `foretold` whether a finding of ours came first.
    """

    id: str
    when: str
    what: str
    why: str
    lasted: Figure
    is_firing: bool
    again: Figure | None
    fix: str
    foretold: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Incidents:
    """Those of a period, the longest first. `minutes`: at least one alarm fired for so long."""

    count: Figure
    minutes: Figure
    before: Figure | None
    rows: tuple[Fired, ...]
    folded: Figure | None
    time: timedelta


def incidents_of(facts: Facts) -> Incidents:
    """What broke in the period."""
    found = touching(facts.incidents, facts.period)
    time = firing(found, facts.period)
    longest = sorted(found, key=lambda one: (-lasted(one, facts.period), one.began_at, one.id))
    shown = longest[:VISIBLE]
    concerned = concerning(shown, facts.records)
    before = None
    if facts.has_history:
        earlier = touching(facts.incidents, facts.previous)
        before = fired_for("incidents.minutes.before", earlier, facts.previous)
    return Incidents(
        count=counted("incidents", (one.id for one in found), "incident"),
        minutes=fired_for("incidents.minutes", found, facts.period),
        before=before,
        rows=tuple(fired(one, facts, concerned[one.id]) for one in shown),
        folded=_folded(longest[VISIBLE:]),
        time=time,
    )


def touching(
    incidents: Iterable[Incident], period: Period, *, ours: bool = False
) -> list[Incident]:
    """Those that fired at any moment of the period: yours, or those over Steadyhand itself."""
    return [
        one
        for one in incidents
        if is_ours(one) is ours
        and one.began_at < period.until
        and (one.ended_at is None or one.ended_at > period.since)
    ]


def is_ours(incident: Incident) -> bool:
    """Is it an alarm over Steadyhand itself? Those are told apart, and are no incident of yours."""
    return is_own(incident.signature)


def is_own(alarm: str) -> bool:
    """The same of an alarm's name."""
    return alarm.startswith(OUR_OWN)


def fired_for(name: str, found: Iterable[Incident], period: Period) -> Figure:
    """How long at least one of them fired."""
    those = list(found)
    said = words.duration(firing(those, period)) if those else "none"
    return Figure(name, said, tuple(one.id for one in those))


def firing(found: Iterable[Incident], period: Period) -> timedelta:
    """Alarms that fire at the same time count once."""
    total, (until, last) = timedelta(), period.span
    for one in sorted(found, key=lambda one: one.began_at):
        begin, end = max(one.began_at, until), min(one.ended_at or last, last)
        if end > begin:
            total, until = total + (end - begin), end
    return total


def lasted(one: Incident, period: Period) -> timedelta:
    """How long it fired within the period."""
    since, until = period.span
    return min(one.ended_at or until, until) - max(one.began_at, since)


def fired(one: Incident, facts: Facts, concerned: Sequence[Record]) -> Fired:
    """An incident as it is read."""
    again = None
    if facts.has_history:
        same = _same(one, facts.incidents, facts.period.until)
        said = "first time in 90 days" if len(same) == 1 else f"fired {len(same)} times in 90 days"
        again = Figure(f"incidents.{one.id}.again", said, same)
    time = words.duration(lasted(one, facts.period))
    return Fired(
        id=one.id,
        when=words.moment(facts.period.local(one.began_at), facts.period.year),
        what=words.clean(one.signature, words.NAME),
        why=words.told(one.summary),
        lasted=Figure(f"incidents.{one.id}.lasted", time, (one.id,)),
        is_firing=one.ended_at is None,
        again=again,
        fix=fix(one, facts, concerned),
        foretold=foretold(one, facts, concerned),
    )


def _same(one: Incident, incidents: Iterable[Incident], until: datetime) -> tuple[str, ...]:
    return tuple(
        other.id
        for other in incidents
        if (other.signature, other.region) == (one.signature, one.region)
        and until - AGAIN <= other.began_at < until
    ) or (one.id,)


def _folded(rest: list[Incident]) -> Figure | None:
    if not rest:
        return None
    return counted("incidents.folded", (one.id for one in rest), "shorter incident")
