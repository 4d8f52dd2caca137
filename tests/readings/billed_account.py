"""An account whose bill is read: its days, its ledger, its findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from steadyhand.model import (
    Change,
    FindingStatus,
    Note,
    Record,
    Risk,
)
from steadyhand.readings.billing import with_bill
from steadyhand.rhythm.core.facts import Facts, as_of
from steadyhand.rhythm.core.figures import Line, spoken
from steadyhand.rhythm.core.period import Cadence, period_of
from steadyhand.rhythm.cost.comparison import Cost, cost_of
from steadyhand.rhythm.cost.movers import Mover
from steadyhand.rhythm.cost.remembered import bill_out
from steadyhand.rhythm.savings.proven import notes_of
from tests.reports.accounts import doubles, kinds, ledger_rows
from tests.reports.accounts.doubles import SETTINGS
from tests.reports.accounts.ledger_rows import NOW, at, change, record

OTHER = "EC2 - Other"
WERE_FIXED = at(5, 10)


def days(first: date, until: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((until - first).days))


def steady(usd: float = 20.0) -> dict[date, dict[str, float]]:
    """Three months of $20 a day for two services each, on every day."""
    return {on: {OTHER: usd, "AWS Lambda": usd} for on in days(date(2026, 4, 1), date(2026, 7, 1))}


class Store:
    """A ledger of notes."""

    def __init__(self) -> None:
        self.said: dict[str, Note] = {}

    def noted(self, kind: str, name: str) -> Note | None:
        return self.said.get(f"{kind}#{name}")

    def note(self, new: Note) -> bool:
        return self.said.setdefault(new.id, new) is new


class BilledAccount:
    """An account, its ledger and its findings; `read` is a review of a month, `keep` remembers it."""

    def __init__(self, **client: Any) -> None:
        self.client = doubles.Client(**({"bill": steady()} | client))
        self.store = Store()
        self.records: Sequence[Record] = ()
        self.changes: Sequence[Change] = ()

    def read(self, now: datetime = NOW, cadence: Cadence = Cadence.MONTHLY) -> Facts:
        period = period_of(cadence, now, "UTC")
        facts = Facts(
            account="1",
            period=period,
            settings=SETTINGS,
            records=self.records,
            changes=self.changes,
            notes={
                "saving": [
                    one
                    for one in self.store.said.values()
                    if one.kind == "saving" and one.at < period.until
                ]
            },
            kinds=kinds.KINDS,
        )
        return as_of(with_bill(facts, self.store, self.client))

    def keep(self, facts: Facts, now: datetime = NOW) -> list[Note]:
        """As the review function does: what was new to the ledger."""
        assert facts.bill
        name = facts.bill.id.removeprefix("review#")
        new = [Note(kind="review", name=name, at=now, said=bill_out(facts.bill))]
        new += notes_of(facts, now)
        return [one for one in new if self.store.note(one)]


def cost(billed: BilledAccount, now: datetime = NOW) -> Cost:
    found = cost_of(billed.read(now))
    assert found
    return found


def mover(billed: BilledAccount, service: str = OTHER) -> Mover:
    return next(one for one in cost(billed).movers if one.service == service)


def said(line: Line) -> str:
    return spoken(line)


def risen(day: date, more: float = 30) -> dict[date, dict[str, float]]:
    """One service costs more from a day on."""
    return {
        on: usd | ({OTHER: usd[OTHER] + more} if on >= day else {}) for on, usd in steady().items()
    }


EC2 = "ec2.amazonaws.com"


def fixed(day: datetime = WERE_FIXED, count: int = 3) -> tuple[list[Record], list[Change]]:
    """Volumes of gp3 that were deleted with a yes."""
    records = [
        record(
            "unattached_volume",
            f"vol-{n}",
            f"vol-{n} is attached to nothing",
            usd=8,
            risk=Risk.APPROVAL,
            status=FindingStatus.FIXED,
            changed=day + timedelta(hours=n),
            like_it={"VolumeType": "gp3"},
        )
        for n in range(count)
    ]
    made = [
        change(
            f"ch-{n}", one, day + timedelta(hours=n), by=ledger_rows.MAYA, action="ec2:DeleteVolume"
        )
        for n, one in enumerate(records)
    ]
    return records, made
