"""Reads the bill, and for a month what explains it. Once: what was read is remembered in the ledger.

A week asks Cost Explorer once. A month asks it five or six times, a cent each: the days; the usage
types of this span and of the one before; the forecast; our own cost; and the meters that savings
turned down, where there are any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Protocol, TypeVar

from steadyhand.model import Answer, Call, Note, ReadFailed, pick
from steadyhand.readings.deeds import look_up
from steadyhand.rhythm.core.bill import CREDITS, Bill, Meter, bill_of
from steadyhand.rhythm.core.facts import Facts, as_of
from steadyhand.rhythm.core.period import Cadence, Period, before
from steadyhand.rhythm.core.split import Metered, metered_of, only, short
from steadyhand.rhythm.cost.comparison import compared
from steadyhand.rhythm.cost.forecast import LEVEL, band_of, next_month
from steadyhand.rhythm.cost.meters import Where
from steadyhand.rhythm.cost.movers import moving, shown, turning_day
from steadyhand.rhythm.cost.remembered import bill_in, fitted
from steadyhand.rhythm.savings.applied import DAYS, applied

PERMISSIONS = ("ce:GetCostAndUsage", "ce:GetCostForecast", "cloudtrail:LookupEvents")
"""All of it, as IAM spells it."""
Span = tuple[date, date]
T = TypeVar("T")
WEEKS = timedelta(days=35)
"""How far before a week its bill begins, so that each day has five of its weekday before it."""
METERS, METERED_DAYS = 12, 150
"""At most so many meters, and days of them, are read for savings."""
WATCHED = timedelta(days=120)
"""For so long after a saving was measured its meter is still read, to see whether it lapsed."""
TAG, OURS = "steadyhand:part", "steadyhand"
"""What our stacks tag everything with."""
CHARGED = {"Not": {"Dimensions": {"Key": "RECORD_TYPE", "Values": list(CREDITS)}}}
"""What was billed, before credits."""


class Client(Protocol):
    """What the bill needs of AWS."""

    account: str

    def ask(self, call: Call) -> Answer:
        """One call, one answer."""


class Store(Protocol):
    """What the bill needs of the ledger."""

    unreadable: list[str]

    def noted(self, kind: str, name: str) -> Note | None:
        """What was said under a name."""


def with_bill(facts: Facts, ledger: Store, aws: Client) -> Facts:
    """The facts with their bill, or with the reason why there is none."""
    bill, unread = read_bill(facts, ledger, aws)
    return replace(facts, bill=bill, bill_unread=unread)


def read_bill(facts: Facts, ledger: Store, aws: Client) -> tuple[Bill | None, str]:
    """The bill of the period, from the ledger if a review wrote it down, else from AWS.

    The second answer says why there is none.
    """
    period = facts.period
    first, (_, until) = begins(period), period.bill_days
    name = bill_name(first, until)
    for known in dict.fromkeys((name, bill_name(before(period).since.date(), until))):
        written = ledger.noted("review", known)
        bill = (
            understood(ledger, written, lambda one: bill_in(one.id, one.said)) if written else None
        )
        if bill:
            return bill, ""
    try:
        answers = list(ask_bill(aws, first, until))
    except ReadFailed as failed:
        return None, failed.code
    bill = bill_of(f"review#{name}", first, until, answers)
    if period.cadence is Cadence.MONTHLY and any(bill.services.values()):
        bill = explained(bill, replace(as_of(facts), bill=None), aws)
    return fitted(bill), ""


def understood(ledger: Store, note: Note, read: Callable[[Note], T]) -> T | None:
    """What a note says. One that makes no sense is told as a row that cannot be read, and asked anew."""
    try:
        return read(note)
    except Exception as error:  # noqa: BLE001 - whoever may write rows can write anything
        name = note.id.encode("unicode_escape").decode()[:300]
        ledger.unreadable.append(f"the ledger's note {name} cannot be read: {error!r:.200}")
        return None


def begins(period: Period) -> date:
    """The first day of a period's bill: the period before is in it, and enough of each weekday."""
    first = before(period).since.date()
    if period.cadence is Cadence.MONTHLY:
        return first
    return min(first, period.since.date() - WEEKS)


def bill_name(first: date, until: date) -> str:
    """What the ledger calls the bill of these days."""
    return f"bill#{first}#{until}"


def explained(bill: Bill, facts: Facts, aws: Client) -> Bill:
    """The bill with everything that a month tells of it. What cannot be read says why."""
    period, unread = facts.period, {}
    now, then = period.bill_days, compared(period, facts.previous)
    rows: list[Metered] = []
    try:
        rows = metered_of(ask_usage(aws, then), ask_usage(aws, now))
    except ReadFailed as failed:
        unread["usage"] = failed.code
    bill = replace(bill, usage=tuple(rows), band=ask_forecast(aws, period))
    try:
        own = ask_own(aws, now)
        bill = replace(bill, own=own)
        if own is None:
            unread["own"] = f"nothing is billed under the tag {TAG}"
    except ReadFailed as failed:
        unread["own"] = failed.code
    bill = replace(bill, meters=read_meters(aws, facts, rows, now[1]), unread=unread)
    lookups = {
        service: look_up(aws, service, turning_day(bill, service, usd, now, then), usd)
        for service, usd in (shown(moving(bill, now, then)) if bill.is_whole(*then) else ())
    }
    return replace(bill, lookups=lookups)


def ask_bill(aws: Client, first: date, until: date) -> Iterator[Answer]:
    """Every page of the bill: daily, by service and by kind of record."""
    asked = spanning((first, until), "DAILY", ["UnblendedCost"]) | grouped("SERVICE", "RECORD_TYPE")
    return pages(aws, asked)


def ask_usage(aws: Client, span: Span) -> Iterator[Answer]:
    """Every page of a span's usage types: what was used of each, and its cost before credits."""
    if span[0] >= span[1]:
        return iter(())
    metrics = ["UnblendedCost", "UsageQuantity"]
    asked = spanning(span, "MONTHLY", metrics) | grouped("SERVICE", "USAGE_TYPE")
    return pages(aws, asked | {"Filter": CHARGED})


def ask_forecast(aws: Client, period: Period) -> tuple[float, float] | None:
    """AWS's band for the next month; None where it gives none, as for a young account.

    It forecasts from the current day on, so only the month that follows a whole one is asked for.
    """
    first, until = next_month(period)
    if period.is_running or first != period.until.date():
        return None
    asked = {
        "TimePeriod": {"Start": first.isoformat(), "End": until.isoformat()},
        "Metric": "UNBLENDED_COST",
        "Granularity": "MONTHLY",
        "PredictionIntervalLevel": LEVEL,
        "Filter": CHARGED,
    }
    try:
        return band_of(aws.ask(Call("ce:GetCostForecast", asked)))
    except ReadFailed:
        return None


def ask_own(aws: Client, span: Span) -> float | None:
    """What was billed for what carries our tag.

    None where nothing was, as where nobody made the tag a cost allocation tag.
    """
    tagged = {"Tags": {"Key": TAG, "Values": [OURS]}}
    asked = spanning(span, "MONTHLY", ["UnblendedCost"]) | {"Filter": {"And": [CHARGED, tagged]}}
    usd = sum(
        float(amount["Amount"])
        for answer in pages(aws, asked)
        for amount in pick(answer, "ResultsByTime.Total.UnblendedCost")
    )
    return round(usd, 2) if usd >= 0.005 else None


def read_meters(
    aws: Client, facts: Facts, rows: Sequence[Metered], until: date
) -> dict[str, Meter]:
    """What was used a day of the meters that savings turned down; nothing where none is due."""
    first = until
    wanted: dict[str, Where] = {}
    for one in applied(facts):
        if one.meter and not one.came_back:
            wanted[one.meter.name] = one.meter
            first = min(first, one.first)
    for note in facts.notes.get("saving", ()):
        if note.said.get("meter") and facts.period.until - note.at < WATCHED:
            service, _, ending = note.said["meter"].partition("#")
            wanted[note.said["meter"]] = Where(service, ending)
            first = min(first, date.fromisoformat(note.said["first"]))
    kinds = {
        name: [one for one in rows if meter.holds(one.service, one.kind)]
        for name, meter in sorted(wanted.items())[:METERS]
    }
    kinds = {name: those for name, those in kinds.items() if those}
    if not kinds:
        return {}
    begin = max(first - timedelta(days=DAYS), until - timedelta(days=METERED_DAYS))
    try:
        daily = ask_meters(aws, (begin, until), [one for those in kinds.values() for one in those])
    except ReadFailed:
        return {}
    return {name: meter_of(those, daily, (begin, until)) for name, those in kinds.items()}


Daily = Mapping[tuple[str, str, date], float]


def ask_meters(aws: Client, span: Span, rows: Iterable[Metered]) -> Daily:
    """What was used a day of these usage types."""
    named = sorted({one.kind for one in rows})
    asked = spanning(span, "DAILY", ["UsageQuantity"]) | grouped("SERVICE", "USAGE_TYPE")
    only_these = {"Dimensions": {"Key": "USAGE_TYPE", "Values": named}}
    found: dict[tuple[str, str, date], float] = {}
    for answer in pages(aws, asked | {"Filter": {"And": [CHARGED, only_these]}}):
        for period in answer["ResultsByTime"]:
            on = date.fromisoformat(period["TimePeriod"]["Start"][:10])
            for group in period.get("Groups", ()):
                service, kind = group["Keys"]
                found[service, kind, on] = float(group["Metrics"]["UsageQuantity"]["Amount"])
    return found


def meter_of(rows: Sequence[Metered], daily: Daily, span: Span) -> Meter:
    """One meter: its usage types summed, and what one unit cost, now or before."""
    length = (span[1] - span[0]).days
    quantity = [
        sum(daily.get((one.service, one.kind, span[0] + timedelta(days=n)), 0.0) for one in rows)
        for n in range(length)
    ]
    used = sum(one.before_quantity + one.now_quantity for one in rows)
    usd = sum(one.before + one.now for one in rows)
    return Meter(
        first=span[0],
        quantity=tuple(float(f"{one:.5g}") for one in quantity),
        unit=only({one.unit for one in rows}),
        usd=short(usd / used) if used > 0 else 0.0,
    )


def spanning(span: Span, granularity: str, metrics: list[str]) -> dict[str, Any]:
    """How every question to Cost Explorer begins."""
    return {
        "TimePeriod": {"Start": span[0].isoformat(), "End": span[1].isoformat()},
        "Granularity": granularity,
        "Metrics": metrics,
    }


def grouped(*keys: str) -> dict[str, Any]:
    """By dimensions: two at most, says AWS."""
    return {"GroupBy": [{"Type": "DIMENSION", "Key": key} for key in keys]}


def pages(aws: Client, asked: Mapping[str, Any]) -> Iterator[Answer]:
    """An answer, and what follows it; each costs a cent, so no page is asked for twice."""
    params, seen = dict(asked), set[str]()
    while True:
        answer = aws.ask(Call("ce:GetCostAndUsage", dict(params)))
        yield answer
        token = answer.get("NextPageToken")
        if not token:
            return
        if token in seen:
            raise ReadFailed("RepeatedPage", "ce:GetCostAndUsage gave the same page twice")
        seen.add(token)
        params["NextPageToken"] = token
