"""How long ports stood open: from when we first saw them until they were closed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.figures import Figure, number
from steadyhand.rhythm.results.fixed import fixed

CATEGORY = "exposure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """Ports that were closed in the period, and those still open at its end."""

    closed: Figure
    time: Figure
    longest: Figure | None
    still_open: Figure


def exposure_of(facts: Facts) -> Exposure:
    """Only what we closed is timed; what somebody else closed, nobody timed."""
    times = {
        one.change.id: one.took
        for one in fixed(facts)
        if facts.kind(one.change.finding).category == CATEGORY
    }
    longest = max(times, key=lambda name: (times[name], name), default="")
    return Exposure(
        closed=number("exposure.closed", times),
        time=Figure(
            "exposure.time", words.duration(sum(times.values(), timedelta())), tuple(times)
        ),
        longest=(
            Figure("exposure.longest", words.duration(times[longest]), (longest,))
            if len(times) > 1
            else None
        ),
        still_open=number("exposure.open", still_open(facts)),
    )


def still_open(facts: Facts) -> Iterable[str]:
    """What is open at the end of the period."""
    for record in facts.open_at(facts.period.until):
        if facts.kind(record.finding).category == CATEGORY:
            yield record.finding.id
