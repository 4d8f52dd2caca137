"""How long doors stood open: from when we first saw them until they were closed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from steadyhand.model import Change, Record, State
from steadyhand.rhythm import words
from steadyhand.rhythm.facts import Facts
from steadyhand.rhythm.figures import Figure, number

CATEGORY = "exposure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """Doors that were closed in the period, and those still open at its end."""

    closed: Figure
    time: Figure
    longest: Figure | None
    still_open: Figure


def exposure_of(facts: Facts) -> Exposure:
    """Only what we closed is timed; what somebody else closed, nobody timed."""
    first = {record.finding.id: record for record in facts.records}
    seen = set[str]()
    times: dict[str, timedelta] = {}
    for change in facts.changes:
        if facts.kind(change.finding).category != CATEGORY or change.state is not State.VERIFIED:
            continue
        if change.ended_at and facts.period.holds(change.ended_at):
            times[change.id] = change.ended_at - opened(change, first, seen)
        seen.add(change.finding.id)
    longest = max(times, key=lambda name: (times[name], name), default="")
    return Exposure(
        closed=number("exposure.closed", times),
        time=Figure("exposure.time", words.duration(_sum(times.values())), tuple(times)),
        longest=(
            Figure("exposure.longest", words.duration(times[longest]), (longest,))
            if len(times) > 1
            else None
        ),
        still_open=number("exposure.open", still_open(facts)),
    )


def opened(change: Change, first: dict[str, Record], seen: set[str]) -> datetime:
    """When we first saw it open. Of one that was closed before, we know no more than our change."""
    record = first.get(change.finding.id)
    if record is None or change.finding.id in seen:
        return change.at
    return min(record.first_seen, change.at)


def still_open(facts: Facts) -> Iterable[str]:
    """What is open at the end of the period."""
    for record in facts.open_at(facts.period.until):
        if facts.kind(record.finding).category == CATEGORY:
            yield record.finding.id


def _sum(times: Iterable[timedelta]) -> timedelta:
    return sum(times, timedelta())
