"""What was fixed in the period, and since when each had been seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from steadyhand.model import Change, ChangeState, Record
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.intervals import intervals


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

    A finding that was over and came back is timed from its return; where nobody knows when that
    was, from our change.
    """
    found: list[Fixed] = []
    for one in facts.changes:
        if one.state is not ChangeState.VERIFIED or not facts.period.holds(one.ended_at):
            continue
        record, seen = facts.by_id.get(one.finding.id), one.at
        if record and one.ended_at:
            earlier = [c for c in facts.changes_of(one.finding.id) if c.at < one.at]
            seen = min(one.at, begun(record, earlier, one.at))
        found.append(Fixed(change=one, seen=seen, done=one.ended_at or one.at))
    return found


def begun(record: Record, earlier: Sequence[Change], at: datetime) -> datetime:
    """Since when it had been open at a time."""
    open_then = [
        begin
        for begin, end in intervals(record, earlier)
        if begin <= at and (end is None or end >= at)
    ]
    was_fixed = any(one.state is ChangeState.VERIFIED for one in earlier)
    was_fixed = was_fixed or any(one < at for one in record.fixed_at)
    return at if not open_then or (was_fixed and not record.history) else open_then[-1]
