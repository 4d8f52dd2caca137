"""What a review is made of: rows of the ledger, what the checks say of themselves, and the bill."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from steadyhand.model import (
    STEADYHAND,
    Change,
    ChangeState,
    Exemption,
    Finding,
    FindingStatus,
    Incident,
    Note,
    Record,
    Step,
)
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.bill import Bill
from steadyhand.rhythm.core.effort import Effort
from steadyhand.rhythm.core.intervals import by_finding, intervals, open_since, stood
from steadyhand.rhythm.core.measured import Measured
from steadyhand.rhythm.core.period import Period, before
from steadyhand.settings.values import Settings

OPEN = FindingStatus.OPEN
NOTES = ("move", "date", "saving", "interrupt", "ticket", "bounce", "example", "question", "usage")
"""The kinds of notes that a review is told of: a person's moves in the backlog, what a calendar
said of a date, what a saving was measured to be, what interrupted people, which item has which
ticket, which mails came back, until when the past is an example, what was asked until when, and who
was seen to use what was asked about."""


def no_steps(finding: Finding) -> Sequence[Step]:
    """The plan of what only a person can fix."""
    del finding
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a check says of itself. One that is no longer there says nothing."""

    id: str
    category: str = ""
    title: str = ""
    fix: str = ""
    undo: str = ""
    consequence: str = ""
    hours_lost: tuple[float, float] = (0, 0)
    steps: Callable[[Finding], Sequence[Step]] = no_steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """The last look at a region in one rhythm. `unknown`: check, region and reason.

    `id` is how its row's id begins.
    """

    id: str
    region: str
    at: datetime
    unknown: tuple[tuple[str, str, str], ...] = ()
    checks: tuple[str, ...] = ()


def sweep_of(region: str, at: datetime, said: Mapping[str, Any]) -> Sweep:
    """A sweep as the function that swept wrote it down."""
    return Sweep(
        id=f"sweep#{region}",
        region=region,
        at=at,
        unknown=tuple((str(c), str(r), str(why)) for c, r, why in said.get("unknown", ())),
        checks=tuple(str(one) for one in said.get("checks", ())),
    )


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything, as it was when the period ended: `as_of` takes away what came later.

    `bill_unread` says why there is no bill, `ledger_unread` which rows nobody could read. `measured_before` are the measures of the month before,
    if somebody took them then.
    """

    account: str
    period: Period
    settings: Settings
    records: Sequence[Record] = ()
    changes: Sequence[Change] = ()
    incidents: Sequence[Incident] = ()
    exemptions: Sequence[Exemption] = ()
    sweeps: Sequence[Sweep] = ()
    notes: Mapping[str, Sequence[Note]] = field(default_factory=dict)
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    bill: Bill | None = None
    bill_unread: str = ""
    ledger_unread: Sequence[str] = ()
    measured: Measured | None = None
    measured_before: Measured | None = None
    prices_of: str = ""
    effort: Effort = field(default_factory=Effort)

    @cached_property
    def began(self) -> datetime | None:
        """When Steadyhand first saw or did anything here."""
        first = [
            *(record.first_seen for record in self.records),
            *(change.at for change in self.changes),
            *(incident.began_at for incident in self.incidents),
        ]
        return min(first, default=None)

    @property
    def has_history(self) -> bool:
        """Is there anything from before this period to compare with?"""
        return self.began is not None and self.began < self.period.since

    @cached_property
    def by_id(self) -> Mapping[str, Record]:
        """Each finding's record by the finding's id, which is a hash and is worked out once."""
        return {record.finding.id: record for record in self.records}

    def changes_of(self, finding_id: str) -> Sequence[Change]:
        """What we did to one finding, oldest first."""
        return self._changes.get(finding_id, ())

    def since(self, record: Record) -> datetime:
        """Since when it has been open without a break, at the period's end; worked out once."""
        name = record.finding.id
        if name not in self._since:
            self._since[name] = open_since(record, self.changes_of(name), self.period.until)
        return self._since[name]

    @cached_property
    def _since(self) -> dict[str, datetime]:
        return {}

    @cached_property
    def _changes(self) -> Mapping[str, Sequence[Change]]:
        return by_finding(self.changes)

    @property
    def is_blank(self) -> bool:
        """Nobody has looked yet."""
        return not (self.records or self.changes or self.incidents or self.sweeps)

    @property
    def example(self) -> str:
        """What every page and mail says where a past was written down to show them; else nothing."""
        notes = self.notes.get("example", ())
        if not notes:
            return ""
        until = self.period.local(datetime.fromisoformat(notes[-1].said["until"]))
        return f"Example history: everything before {words.moment(until)} is made up."

    @property
    def previous(self) -> Period:
        """The period to compare with."""
        return before(self.period)

    def kind(self, finding: Finding) -> Kind:
        """What the finding's check says of itself."""
        return self.kinds.get(finding.check) or Kind(id=finding.check)

    def open_at(self, when: datetime) -> Iterator[Record]:
        """What was open then, and nobody had exempted; gone through once for each moment."""
        moment = when.astimezone(UTC)
        if moment not in self._open:
            self._open[moment] = tuple(
                record
                for record in self.records
                if is_open(record, moment)
                and not (record.exempt_until and record.exempt_until > moment)
            )
        return iter(self._open[moment])

    @cached_property
    def _open(self) -> dict[datetime, tuple[Record, ...]]:
        return {}


def is_open(record: Record, when: datetime) -> bool:
    """Was it seen by then, and not over yet? The ledger's times are UTC: of one zone they compare fast."""
    if when.tzinfo is not UTC:
        when = when.astimezone(UTC)
    if len(record.history) > 1:
        return any(
            begin < when and (end is None or end >= when) for begin, end in intervals(record)
        )
    return record.first_seen < when and (record.status is OPEN or record.changed_at >= when)


def as_of(facts: Facts) -> Facts:
    """Without what happened after the period's end, so that the same period stays the same.

    Some things cannot be told any more: what a finding said before it got worse, why it was held,
    an exemption before it was renewed, and the look at a region before the last one. So the first
    review of a period that is over is kept as it was made (`connect/kept_mail.py`).
    """
    until = facts.period.until.astimezone(UTC)
    later = {one.scope for one in facts.exemptions if one.at >= until}
    earlier = [one for one in facts.exemptions if one.at < until]
    seen = (as_known(one, until, later) for one in facts.records if one.first_seen < until)
    return replace(
        facts,
        records=tuple(sorted(exempted(seen, earlier), key=lambda one: one.finding.id)),
        changes=tuple(
            sorted(
                (then(one, until) for one in facts.changes if one.at < until),
                key=lambda one: (one.at, one.id),
            )
        ),
        incidents=tuple(
            sorted(
                (still(one, until) for one in facts.incidents if one.began_at < until),
                key=lambda one: (one.began_at, one.id),
            )
        ),
        exemptions=tuple(sorted(earlier, key=lambda one: (one.until, one.scope))),
        sweeps=tuple(sorted(facts.sweeps, key=lambda one: (one.region, one.id))),
        notes={
            kind: tuple(
                sorted((one for one in those if one.at < until), key=lambda one: (one.at, one.id))
            )
            for kind, those in facts.notes.items()
        },
    )


def as_known(record: Record, when: datetime, exempted: AbstractSet[str]) -> Record:
    """A finding without what we did to it later, and without what a person exempted later.

    `exempted` are the scopes of later exemptions.
    """
    record = stood(record, when)
    finding = record.finding
    is_later = record.open_since is not None and record.open_since >= when
    is_exempt = bool(exempted & {finding.id, finding.resource, finding.check})
    is_undone = record.undone_at is not None and record.undone_at >= when
    is_fixed = any(at >= when for at in record.fixed_at)
    if not (is_later or is_exempt or is_undone or is_fixed):
        return record
    return replace(
        record,
        open_change="" if is_later else record.open_change,
        open_since=None if is_later else record.open_since,
        exempt_until=None if is_exempt else record.exempt_until,
        undone_at=None if is_undone else record.undone_at,
        fixed_at=tuple(at for at in record.fixed_at if at < when),
    )


def exempted(records: Iterable[Record], exemptions: Iterable[Exemption]) -> Iterator[Record]:
    """Findings as people let them stay: by their id, their resource or their check, the latest counts.

    What was found after an exemption is exempt too, though its row says nothing of it: so whoever
    reads the ledger's findings for people reads them through this.
    """
    stays = {one.scope: one.until for one in exemptions}
    for record in records:
        finding = record.finding
        scopes = (finding.id, finding.resource, finding.check) if stays else ()
        ends = [stays[one] for one in scopes if one in stays]
        is_said = not ends or (record.exempt_until and record.exempt_until >= max(ends))
        yield record if is_said else replace(record, exempt_until=max(ends))


def then(change: Change, when: datetime) -> Change:
    """A change as it stood at a time."""
    if change.ended_at is None or change.ended_at < when:
        return change
    if change.state in {ChangeState.UNDONE, ChangeState.UNDOING}:
        return replace(change, state=ChangeState.VERIFIED, ended_at=None, undone_by="", reason="")
    return replace(change, state=ChangeState.DOING, ended_at=None, reason="")


def still(incident: Incident, when: datetime) -> Incident:
    """An incident as it stood at a time."""
    over = incident.ended_at is not None and incident.ended_at < when
    return incident if over else replace(incident, ended_at=None)


def is_automatic(change: Change) -> bool:
    """Did we begin it, and no person?"""
    return change.by == STEADYHAND
