"""Findings that cost money and were fixed, as savings: what one check's fixes did to one meter.

Fourteen volumes that are deleted within two weeks cannot be told apart on a bill: they are one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from steadyhand.model import ChangeState, Finding, FindingStatus, Note, Record, monthly
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.intervals import intervals
from steadyhand.rhythm.cost.meters import Where, saves, where

DAYS = 14
"""So many days before and after a saving are measured."""
TOGETHER = timedelta(days=DAYS)
"""Fixes that follow each other sooner are one saving."""
BACK = timedelta(days=90)
"""How far before the period before a fix may lie; older ones are told by their note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """One finding that was fixed. `id` is our change, or the finding where there was none."""

    id: str
    finding: Finding
    at: datetime
    came_back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """Fixes of one check on one meter; without a meter, `why` there is none."""

    check: str
    meter: Where | None
    why: str
    fixes: tuple[Fix, ...]

    @property
    def name(self) -> str:
        """What the ledger calls it: as its first fix is called."""
        return self.fixes[0].id

    @property
    def ids(self) -> tuple[str, ...]:
        """Its rows."""
        return tuple(one.id for one in self.fixes)

    @property
    def came_back(self) -> bool:
        """Was it undone, or found again?"""
        return self.fixes[0].came_back

    @property
    def estimate(self) -> float:
        """Dollars a month, at list prices."""
        return monthly(one.finding for one in self.fixes)

    @property
    def first(self) -> date:
        """The day of the first fix, as the bill counts days."""
        return self.fixes[0].at.astimezone(UTC).date()

    @property
    def last(self) -> date:
        """The day of the last."""
        return self.fixes[-1].at.astimezone(UTC).date()


def applied(facts: Facts) -> list[Saving]:
    """Every saving that no note tells of yet, oldest first."""
    groups: dict[tuple[str, str, bool], list[Fix]] = defaultdict(list)
    for fix in sorted(fixes_of(facts), key=lambda one: (one.at, one.id)):
        if not any(tells(note, fix) for note in facts.notes.get("saving", ())):
            meter, why = where(fix.finding)
            groups[fix.finding.check, meter.name if meter else why, fix.came_back].append(fix)
    found = [saving(part) for group in groups.values() for part in parted(group)]
    return sorted(found, key=lambda one: (one.first, one.name))


def tells(note: Note, fix: Fix) -> bool:
    """Is it in the note, by its own name or as what became of its finding until then?"""
    known = fix.id in note.said.get("fixes", ())
    day = fix.at.astimezone(UTC).date().isoformat()
    return known or (fix.finding.id in note.said.get("findings", ()) and day <= note.said["last"])


def saving(fixes: Iterable[Fix]) -> Saving:
    """Of fixes that belong together."""
    rows = tuple(fixes)
    meter, why = where(rows[0].finding)
    return Saving(check=rows[0].finding.check, meter=meter, why=why, fixes=rows)


def parted(fixes: Iterable[Fix]) -> Iterator[list[Fix]]:
    """Fixes in the order of time, cut where two weeks lie between them."""
    part: list[Fix] = []
    for fix in fixes:
        if part and fix.at - part[-1].at > TOGETHER:
            yield part
            part = []
        part.append(fix)
    if part:
        yield part


def fixes_of(facts: Facts) -> Iterator[Fix]:
    """What was fixed: the last change of a finding, or what a sweep found fixed or gone."""
    records = {one.finding.id: one for one in facts.records}
    last = {
        one.finding.id: one
        for one in facts.changes
        if one.state in {ChangeState.VERIFIED, ChangeState.UNDONE} and counts(one.finding)
    }
    for name, change in last.items():
        ended = change.ended_at or change.at
        record = records.get(name)
        again = change.state is ChangeState.UNDONE or (
            record is not None and reopened(record, ended, facts)
        )
        yield Fix(id=change.id, finding=change.finding, at=change.at, came_back=again)
    earliest = facts.previous.since - BACK
    for name, record in records.items():
        over = (
            record.status is not FindingStatus.OPEN and name not in last and counts(record.finding)
        )
        if over and earliest <= record.changed_at < facts.period.until:
            yield Fix(id=name, finding=record.finding, at=record.changed_at)


def counts(finding: Finding) -> bool:
    """Does it cost money that is saved when it is over?"""
    return bool(finding.usd_per_month) and saves(finding.check)


def reopened(record: Record, since: datetime, facts: Facts) -> bool:
    """Was it seen again after it was fixed, until the period's end?"""
    until, known = facts.period.until, facts.changes_of(record.finding.id)
    again = [begin for begin, _ in intervals(record, known) if since < begin < until]
    is_open = record.status is FindingStatus.OPEN and since < record.changed_at < until
    return is_open or bool(again)
