"""Reads what a review is made of: the ledger's rows, the checks' own words, and the bill."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol

from steadyhand.model import (
    Answer,
    Call,
    Change,
    Exemption,
    Incident,
    Note,
    Record,
)
from steadyhand.readings import usage
from steadyhand.readings.billing import understood, with_bill
from steadyhand.readings.measures import read
from steadyhand.readings.measures.look import Clients
from steadyhand.readings.measures.read import measure, measured_of, name_of
from steadyhand.reference.dated import dated
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.effort import effort_in
from steadyhand.rhythm.core.facts import NOTES, Facts, exempted, sweep_of
from steadyhand.rhythm.core.kinds import kinds
from steadyhand.rhythm.core.measured import Measured
from steadyhand.rhythm.core.period import Cadence, Period, before, period_of
from steadyhand.settings.values import Settings

PERMISSIONS = (*read.PERMISSIONS, *usage.PERMISSIONS)
"""What a review reads besides the ledger and the bill, as IAM spells it."""

BACK = timedelta(days=90)
"""How far before the period changes and incidents still matter."""


class Client(Protocol):
    """What the bill needs of AWS."""

    account: str

    def ask(self, call: Call) -> Answer:
        """One call, one answer."""


class Store(Protocol):
    """What a review needs of the ledger. `unreadable` are sentences about rows that make no sense."""

    unreadable: list[str]

    def take_unreadable(self) -> tuple[str, ...]:
        """Each of them once; from then on there is none."""

    def noted(self, kind: str, name: str) -> Note | None:
        """What was said under a name."""

    def notes(
        self, kind: str, since: datetime | None = None, until: datetime | None = None
    ) -> list[Note]:
        """The notes of a kind that were written in a time."""

    def records(self) -> Iterator[Record]:
        """Every finding."""

    def changes(self, since: datetime | None = None, until: datetime | None = None) -> list[Change]:
        """The changes that began in a time."""

    def incidents(
        self, since: datetime | None = None, until: datetime | None = None
    ) -> list[Incident]:
        """The incidents that began in a time."""

    def exemptions(self) -> list[Exemption]:
        """All of them."""

    def sweeps(self) -> list[tuple[str, datetime, Mapping[str, Any]]]:
        """The last sweeps."""


def gather(
    cadence: str,
    *,
    ledger: Store,
    settings: Settings,
    aws: Clients,
    now: datetime,
    period: str = "",
) -> Facts:
    """All facts of the period that is reviewed now, or of a named one: "2026-10", "2026-W43".

    A month is measured, unless its measures were remembered; who uses what is asked about is read.
    """
    named = period_of(Cadence(cadence), now, settings.time_zone, period)
    facts = facts_of(named, ledger=ledger, settings=settings, aws=aws)
    if not facts.measured:
        facts = replace(facts, measured=measure(aws, named, settings, now))
    return usage.with_usage(facts, aws, now)


def facts_of(period: Period, *, ledger: Store, settings: Settings, aws: Client) -> Facts:
    """All facts of a period, with those measures that were remembered."""
    since = before(period).since - BACK
    exemptions = ledger.exemptions()
    earlier = [one for one in exemptions if one.at < period.until]
    records = kept(exempted(ledger.records(), earlier))
    changes = ledger.changes(_utc(since), _utc(period.until))
    checks = {one.finding.check for one in records} | {one.finding.check for one in changes}
    facts = Facts(
        account=aws.account,
        period=period,
        settings=settings,
        records=records,
        changes=changes,
        incidents=[
            one
            for one in ledger.incidents(until=_utc(period.until))
            if one.ended_at is None or one.ended_at >= since
        ],
        exemptions=exemptions,
        sweeps=[sweep_of(*row) for row in ledger.sweeps()],
        notes={kind: ledger.notes(kind, until=_utc(period.until)) for kind in NOTES},
        kinds=kinds(checks, settings.knobs),
        measured=remembered(ledger, period),
        measured_before=remembered(ledger, before(period)),
        prices_of=words.day(date.fromisoformat(dated("prices")["as_of"]), period.year),
        effort=effort_in(dated("hours")),
    )
    facts = with_bill(facts, ledger, aws)
    return replace(facts, ledger_unread=ledger.take_unreadable())


def kept(records: Iterable[Record]) -> list[Record]:
    """All of them. None is rubbish, so nobody looks for rubbish among them, now or later.

    Python's collector would go through everything again each time that a quarter more came.
    """
    was_on = gc.isenabled()
    gc.collect(1)  # what was just made and is rubbish must not be kept with the rest
    gc.disable()
    try:
        return list(records)
    finally:
        gc.freeze()
        if was_on:
            gc.enable()


def remembered(ledger: Store, period: Period) -> Measured | None:
    """The measures of a month that were taken; a week has none."""
    if period.cadence is not Cadence.MONTHLY:
        return None
    note = ledger.noted("review", name_of(period))
    return understood(ledger, note, measured_of) if note else None


def _utc(at: datetime) -> datetime:
    """As the ledger writes times: its rows are found by comparing text."""
    return at.astimezone(UTC)
