"""The clock of an item: until when it should be done. The table is here, and nowhere else."""

from __future__ import annotations

from datetime import datetime, timedelta

from steadyhand.catalogue.lanes import lane_of
from steadyhand.model import Lane, Record, Severity
from steadyhand.rhythm.backlog.moves import Move
from steadyhand.rhythm.core.facts import Facts

DAYS = {
    Lane.NOW: {
        Severity.CRITICAL: 3,
        Severity.HIGH: 14,
        Severity.MEDIUM: 21,
        Severity.LOW: 21,
    },
    Lane.NEXT: {
        Severity.CRITICAL: 14,
        Severity.HIGH: 30,
        Severity.MEDIUM: 60,
        Severity.LOW: 90,
    },
    Lane.LATER: {
        Severity.CRITICAL: 90,
        Severity.HIGH: 120,
        Severity.MEDIUM: 180,
        Severity.LOW: 180,
    },
}
"""Days from when it was first seen, by the lane it had on that day."""

MARGIN = timedelta(days=3)
"""So long before its date it should be done, whatever the table says."""


def due(record: Record, facts: Facts, move: Move | None, now: Lane | None = None) -> datetime:
    """Until when one finding should be done. `now` is its lane by the rule, where it is known.

    The clock starts when it was first seen, or when it came back after it was over, and takes
    the lane of that day: so the day does not change while the date comes nearer. A person's
    move starts it anew.
    """
    finding = record.finding
    start = facts.since(record)
    if move:
        start = max(start, move.at)
        lane = move.lane
    elif now is not None and finding.detonates_at is None:
        lane = now
    else:
        lane = lane_of(
            finding, facts.kind(finding).category, start, record.risk, record.environment
        )
    ends = start + timedelta(days=DAYS[lane][finding.severity])
    if finding.detonates_at:
        ends = min(ends, max(finding.detonates_at - MARGIN, start))
    return ends
