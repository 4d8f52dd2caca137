"""Reads what a review is made of: the ledger's rows, the checks' own words, and the bill."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol

from steadyhand import catalogue
from steadyhand.check import Check
from steadyhand.dated import dated
from steadyhand.model import (
    Answer,
    Call,
    Change,
    Exemption,
    Finding,
    Incident,
    Note,
    ReadFailed,
    Record,
    Step,
)
from steadyhand.rhythm import words
from steadyhand.rhythm.bill import Bill, bill_in, bill_of
from steadyhand.rhythm.facts import NOTES, Facts, Kind, Sweep
from steadyhand.rhythm.period import Cadence, Period, before, period_of
from steadyhand.settings import Settings

BACK = timedelta(days=90)
"""How far before the period changes and incidents still matter."""


class Road(Protocol):
    """What the bill needs of AWS."""

    account: str

    def ask(self, call: Call) -> Answer:
        """One call, one answer."""


class Memory(Protocol):
    """What a review needs of the ledger."""

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
    ledger: Memory,
    settings: Settings,
    aws: Road,
    now: datetime,
    period: str = "",
) -> Facts:
    """All facts of the period that is reviewed now, or of a named one: "2026-10", "2026-W43"."""
    return facts_of(
        period_of(Cadence(cadence), now, settings.time_zone, period),
        ledger=ledger,
        settings=settings,
        aws=aws,
    )


def facts_of(period: Period, *, ledger: Memory, settings: Settings, aws: Road) -> Facts:
    """All facts of a period."""
    since = before(period).since - BACK
    records = list(ledger.records())
    changes = ledger.changes(_utc(since), _utc(period.until))
    checks = {one.finding.check for one in records} | {one.finding.check for one in changes}
    bill, unread = read_bill(ledger, aws, period)
    return Facts(
        account=aws.account,
        period=period,
        settings=settings,
        records=records,
        changes=changes,
        incidents=ledger.incidents(_utc(since), _utc(period.until)),
        exemptions=ledger.exemptions(),
        sweeps=[sweep_of(*row) for row in ledger.sweeps()],
        notes={kind: ledger.notes(kind, until=_utc(period.until)) for kind in NOTES},
        kinds=kinds(checks, settings.knobs),
        bill=bill,
        bill_unread=unread,
        prices_of=words.day(date.fromisoformat(dated("prices")["as_of"]), period.year),
    )


def kinds(checks: Iterable[str], knobs: Mapping[str, Mapping[str, Any]]) -> dict[str, Kind]:
    """What these checks say of themselves; of one that is no longer there, nothing."""
    there = sorted(set(checks) & set(catalogue.names()))
    return {check.id: kind_of(check) for check in catalogue.load(there, knobs)}


def kind_of(check: Check) -> Kind:
    """What one check says of itself, in its file's docstring and in its class."""

    def steps(finding: Finding) -> Sequence[Step]:
        try:
            return tuple(check.plan(finding))
        except (KeyError, TypeError, ValueError):
            return ()  # evidence that an older version wrote down: it is looked at again soon

    return Kind(
        id=check.id,
        category=check.category,
        title=check.runbook.strip().partition("\n")[0].rstrip("."),
        fix=paragraph(check.runbook, "Fix"),
        undo=paragraph(check.runbook, "Undo"),
        consequence=check.consequence,
        hours_lost=check.hours_lost,
        steps=steps,
    )


def paragraph(runbook: str, name: str) -> str:
    """One named paragraph of a runbook, as one line."""
    found = re.search(
        rf"^{name}: (.*?)(?=\n\n|\n[A-Z][a-z]+:|\Z)", runbook, re.DOTALL | re.MULTILINE
    )
    return " ".join(found[1].split()) if found else ""


def sweep_of(region: str, at: datetime, said: Mapping[str, Any]) -> Sweep:
    """A sweep as the function that swept wrote it down."""
    return Sweep(
        id=f"sweep#{region}",
        region=region,
        at=at,
        unknown=tuple((str(c), str(r), str(why)) for c, r, why in said.get("unknown", ())),
        checks=tuple(str(one) for one in said.get("checks", ())),
    )


def read_bill(ledger: Memory, aws: Road, period: Period) -> tuple[Bill | None, str]:
    """The bill of the period and of the one before: one look at Cost Explorer, or none.

    Once a review wrote it down, it is read from there. The second answer says why there is none.
    """
    first, (_, until) = before(period).since.date(), period.bill_days
    name = bill_name(first, until)
    if written := ledger.noted("review", name):
        return bill_in(written.id, written.said), ""
    try:
        answers = list(ask_bill(aws, first, until))
    except ReadFailed as failed:
        return None, failed.code
    return bill_of(f"review#{name}", first, until, answers), ""


def bill_name(first: date, until: date) -> str:
    """What the ledger calls the bill of these days."""
    return f"bill#{first}#{until}"


def ask_bill(aws: Road, first: date, until: date) -> Iterator[Answer]:
    """Every page of the bill: daily, by service and by kind of record."""
    asked: dict[str, Any] = {
        "TimePeriod": {"Start": first.isoformat(), "End": until.isoformat()},
        "Granularity": "DAILY",
        "Metrics": ["UnblendedCost"],
        "GroupBy": [
            {"Type": "DIMENSION", "Key": "SERVICE"},
            {"Type": "DIMENSION", "Key": "RECORD_TYPE"},
        ],
    }
    while True:
        answer = aws.ask(Call("ce:GetCostAndUsage", dict(asked)))
        yield answer
        if not answer.get("NextPageToken"):
            return
        asked["NextPageToken"] = answer["NextPageToken"]


def _utc(at: datetime) -> datetime:
    """As the ledger writes times: its rows are found by comparing text."""
    return at.astimezone(UTC)
