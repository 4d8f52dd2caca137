"""What is read of Cost Explorer, where every question costs a cent: one a look.

Who changed what is asked of CloudTrail only where a service costs much more than it usually does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from steadyhand.model import Answer, Call, ReadFailed, pages
from steadyhand.reference.dated import dated
from steadyhand.source import Conversation, Report
from steadyhand.sources.cloudtrail import ChangeEvent, deeds
from steadyhand.sources.unusual_days import Least, UnusualDay, as_metered

WINDOW = timedelta(days=36)
"""Five of each weekday, and the same day of last month."""

WORTH_ASKING = 3.0
"""The score from which it is worth asking CloudTrail what changed."""

PAGES = 50
"""As many questions cost half a dollar; no bill by day and service is as long."""

USAGE = ("Usage", "DiscountedUsage", "SavingsPlanCoveredUsage", "SavingsPlanNegation")
"""What is billed for use. Fees, upfront payments, support, taxes and credits are no use."""

ONE_OFFS = ("Amazon Registrar",)
"""Services that bill a purchase and not a use."""


class Spend(NamedTuple):
    """What one service cost, day by day since the account began to cost anything.

    `deeds` is who changed what of it around the last surprise, latest first; `unread` why nobody
    could tell.
    """

    service: str
    days: tuple[Day, ...]
    deeds: tuple[ChangeEvent, ...] = ()
    unread: str = ""


def spending(now: datetime) -> Conversation[Spend]:
    """What each service cost a day, and what was changed around a surprise."""
    today = now.astimezone(UTC).date()
    asked = {
        "TimePeriod": {"Start": (today - WINDOW).isoformat(), "End": today.isoformat()},
        "Granularity": "DAILY",
        "Metrics": ["UnblendedCost"],
        "GroupBy": [{"Type": "DIMENSION", "Key": "SERVICE"}],
        "Filter": {"Dimensions": {"Key": "RECORD_TYPE", "Values": list(USAGE)}},
    }
    answers = yield from pages(
        Call("ce:GetCostAndUsage", asked), follow="NextPageToken", endless=PAGES
    )
    spends = as_spends(answers)
    surprising = {
        spend.service: max(found)
        for spend in spends
        if (found := [one.on for one in latest_judged(spend.days, 2) if is_curious(one)])
    }
    if not surprising:
        return spends
    since = midnight(min(surprising.values()) - timedelta(days=1))
    until = min(midnight(max(surprising.values()) + timedelta(days=1)), now)
    done, unread = [], ""
    try:
        done = yield from deeds(since, until)
    except ReadFailed as error:
        unread = error.reason
    return [
        spend._replace(deeds=tuple(d for d in done if concerns(d, spend.service)), unread=unread)
        if spend.service in surprising
        else spend
        for spend in spends
    ]


def is_curious(found: UnusualDay) -> bool:
    """Is it worth asking who did it?"""
    return found.score >= WORTH_ASKING


def concerns(deed: ChangeEvent, service: str) -> bool:
    """Was it done to this service of the bill?"""
    return deed.service in event_sources(service)


def event_sources(service: str) -> tuple[str, ...]:
    """A service of the bill, as CloudTrail calls it: "Amazon DynamoDB" is `dynamodb`."""
    return tuple(dated("cloudtrail")["bill_services"].get(service, ()))


def midnight(on: date) -> datetime:
    """When a day of the bill begins."""
    return datetime.combine(on, time(), UTC)


def as_spends(answers: Iterable[Answer]) -> list[Spend]:
    """Days by service, zero where nothing was billed; without the days before the first bill."""
    bill: dict[date, dict[str, float]] = defaultdict(dict)
    for answer in answers:
        for period in answer["ResultsByTime"]:
            day = bill[date.fromisoformat(period["TimePeriod"]["Start"])]
            for group in period.get("Groups", ()):
                if group["Keys"][0] not in ONE_OFFS:
                    amount = float(group["Metrics"]["UnblendedCost"]["Amount"])
                    day[group["Keys"][0]] = max(0.0, amount)
    billed = [on for on, day in bill.items() if any(day.values())]
    days = sorted(on for on in bill if billed and on >= min(billed))
    services = sorted({service for day in bill.values() for service in day})
    return [
        Spend(service, tuple(Day(on, bill[on].get(service, 0.0)) for on in days))
        for service in services
    ]


Spending: Report[Spend] = Report(
    operation="ce:GetCostAndUsage",
    extra_permissions=("cloudtrail:LookupEvents",),
    key=lambda spend: str(spend.service),
    talk=spending,
    is_global=True,
)


class Day(NamedTuple):
    """What one day cost, in USD."""

    on: date
    usd: float


LEAST = Least(share=0.35, usd=3.5)
"""What a service must cost above its usual: services come and go more roughly than a whole bill."""


def latest_judged(days: Sequence[Day], looks: int) -> list[UnusualDay]:
    """The last days, each held against those before it, latest first."""
    if not days:
        return []
    cost = {day.on: day.usd for day in days}
    first, last = min(cost), max(cost)
    usd = [cost.get(first + timedelta(days=n), 0.0) for n in range((last - first).days + 1)]
    return [one for one in as_metered(usd, first, LEAST)[::-1][:looks] if one]
