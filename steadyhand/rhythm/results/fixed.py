"""What was fixed in the period, and since when each had been seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from steadyhand.model import Change, ChangeState
from steadyhand.rhythm.core.facts import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """A verified change that was not undone, and when its finding was first seen."""

    change: Change
    seen: datetime
    done: datetime

    @property
    def took(self) -> timedelta:
        """From first seen to verified."""
        return self.done - self.seen


def fixed(facts: Facts) -> list[Fixed]:
    """Those whose effect was verified in the period, oldest first.

    A finding keeps the day it was first seen, for ever. Of one that was fixed before and came
    back, nobody knows when it came back: it is timed from our change.
    """
    before = set[str]()
    found: list[Fixed] = []
    for one in facts.changes:
        if one.state is not ChangeState.VERIFIED:
            continue
        if one.ended_at and facts.period.holds(one.ended_at):
            record = None if one.finding.id in before else facts.by_id.get(one.finding.id)
            seen = min(record.first_seen, one.at) if record else one.at
            found.append(Fixed(change=one, seen=seen, done=one.ended_at))
        before.add(one.finding.id)
    return found
