"""When a finding was open: intervals, from the history of its status and from what we did to it.

The ledger keeps each change of a status that a look saw. A fix that was made within one look is
told by its change; a fix that failed ends no interval. Rows that are older than the history say
when they were tried to be fixed; where nothing says otherwise such a fix held until they changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from steadyhand.model import Change, ChangeState, FindingStatus, Record

Interval = tuple[datetime, datetime | None]
"""From when it was open until when; None: it still is."""

OPEN, FIXED = FindingStatus.OPEN, FindingStatus.FIXED


def by_finding(changes: Iterable[Change]) -> Mapping[str, Sequence[Change]]:
    """The changes of each finding."""
    found = defaultdict[str, list[Change]](list)
    for one in changes:
        found[one.finding.id].append(one)
    return found


def intervals(record: Record, changes: Sequence[Change] = ()) -> list[Interval]:
    """When it was open, oldest first; they do not overlap."""
    found: list[Interval] = []
    for at, status in sorted(turns(record, changes), key=lambda one: one[0]):
        if status is OPEN:
            if not found or found[-1][1] is not None:
                found.append((at, None))
        elif found and found[-1][1] is None:
            found[-1] = (found[-1][0], at)
    return found


def turns(record: Record, changes: Sequence[Change]) -> list[tuple[datetime, FindingStatus]]:
    """Every time something says how it stood."""
    said = list(record.history)
    if not said or record.first_seen < said[0][0]:
        said.insert(0, (record.first_seen, OPEN))
    for one in changes:
        ended = one.ended_at
        if one.state is ChangeState.VERIFIED and ended:
            said += [(one.at, OPEN), (ended, FIXED)]
        elif one.state is ChangeState.UNDONE and ended:
            said += [(one.at, FIXED), (ended, OPEN)]
    if not record.history:
        failed = {one.ended_at for one in changes if one.state is ChangeState.FAILED}
        said += [(at, FIXED) for at in record.fixed_at if at not in failed and held(record, at)]
    if record.undone_at:
        said.append((record.undone_at, OPEN))
    last = max(said, key=lambda one: one[0])
    if last[1] is not record.status:
        said.append((max(record.changed_at, last[0]), record.status))
    return said


def held(record: Record, at: datetime) -> bool:
    """Did a fix of that time work? Where a finding is open and nothing changed since, it did not."""
    return record.status is not OPEN or record.changed_at > at


def stood(record: Record, when: datetime) -> Record:
    """A finding as its history says that it stood at a time, without what was seen of it later."""
    past = tuple(one for one in record.history if one[0] < when)
    if len(past) == len(record.history):
        return record
    at, status = past[-1] if past else (record.first_seen, OPEN)
    return replace(record, status=status, changed_at=at, history=past)


def open_since(record: Record, changes: Sequence[Change], until: datetime) -> datetime:
    """From when on it has been open without a break, as seen at a time."""
    moment = until.astimezone(UTC)
    begun = [begin for begin, _ in intervals(record, changes) if begin < moment]
    return begun[-1] if begun else record.first_seen
