"""What is read of Cost Explorer, where every question costs a cent: one a look.

Who changed what is asked of CloudTrail only where a service costs much more than it usually does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from typing import NamedTuple

from steadyhand.model import Answer, Call, ReadFailed
from steadyhand.source import Conversation, Report, pages
from steadyhand.sources.cloudtrail import ChangeEvent, deeds

WINDOW = timedelta(days=36)
"""Five of each weekday, and the same day of last month."""

WORTH_ASKING = 3.0
"""The score from which it is worth asking CloudTrail what changed."""

NOT_USAGE = ("Credit", "Refund", "Tax")

EVENT_SOURCES: Mapping[str, tuple[str, ...]] = {
    "Amazon Elastic Compute Cloud - Compute": ("ec2", "autoscaling"),
    "EC2 - Other": ("ec2",),
    "Amazon Virtual Private Cloud": ("ec2",),
    "Amazon Elastic Load Balancing": ("elasticloadbalancing",),
    "Amazon Relational Database Service": ("rds",),
    "Amazon DynamoDB": ("dynamodb",),
    "Amazon ElastiCache": ("elasticache",),
    "Amazon OpenSearch Service": ("es",),
    "Amazon Redshift": ("redshift",),
    "AWS Lambda": ("lambda",),
    "Amazon Elastic Container Service": ("ecs",),
    "Amazon Elastic Container Service for Kubernetes": ("eks",),
    "Amazon Simple Storage Service": ("s3",),
    "Amazon Elastic File System": ("elasticfilesystem",),
    "AmazonCloudWatch": ("monitoring", "logs"),
    "Amazon Simple Queue Service": ("sqs",),
    "Amazon Kinesis": ("kinesis",),
    "Amazon API Gateway": ("apigateway",),
    "Amazon CloudFront": ("cloudfront",),
    "Amazon SageMaker": ("sagemaker",),
    "Amazon Bedrock": ("bedrock",),
    "AWS Glue": ("glue",),
    "AWS Key Management Service": ("kms",),
    "AWS Backup": ("backup",),
}
"""The services of a bill as CloudTrail calls them."""


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
        "Filter": {"Not": {"Dimensions": {"Key": "RECORD_TYPE", "Values": list(NOT_USAGE)}}},
    }
    answers = yield from pages(Call("ce:GetCostAndUsage", asked), follow="NextPageToken")
    spends = as_spends(answers)
    surprising = {
        spend.service: max(found)
        for spend in spends
        if (found := [one.on for one in latest_surprises(spend.days, 2) if is_curious(one)])
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
    return deed.service in EVENT_SOURCES.get(service, ())


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
                day[group["Keys"][0]] = float(group["Metrics"]["UnblendedCost"]["Amount"])
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


ENOUGH_DAYS = 14

ENOUGH_ALIKE = 3

NORMAL = 1.4826
"""Makes the median distance of normally scattered numbers their standard deviation."""


class Day(NamedTuple):
    """What one day cost, in USD."""

    on: date
    usd: float


class UnusualDay(NamedTuple):
    """How far a day's cost is from what such a day usually costs.

    `score` counts how many times farther than days usually are.
    """

    on: date
    usd: float
    usual: float
    score: float

    @property
    def excess(self) -> float:
        """USD above the usual."""
        return self.usd - self.usual


def surprise(days: Sequence[Day]) -> UnusualDay | None:
    """The last day held against those before it; None where they are too few to say.

    Usual is the median of the same weekday, or of all days where that weekday was seen less than
    three times; and what the same day of last month cost on top, for a monthly fee is no surprise.
    The measure is how far days usually are from the usual of their weekday (the median again, so
    one bad day does not hide the next), but at least a tenth of the usual, and a dollar.
    """
    if len(days) <= ENOUGH_DAYS:
        return None
    *before, last = days
    medians = by_weekday(before)
    on_top = {day.on: day.usd - medians[day.on.weekday()] for day in before}
    monthly = on_top.get(month_before(last.on), 0.0)
    usual = medians[last.on.weekday()] + max(0.0, monthly)
    measure = max(NORMAL * median(map(abs, on_top.values())), usual / 10, 1.0)
    return UnusualDay(last.on, last.usd, usual, (last.usd - usual) / measure)


def by_weekday(days: Iterable[Day]) -> dict[int, float]:
    """What each weekday usually costs."""
    alike: dict[int, list[float]] = defaultdict(list)
    for day in days:
        alike[day.on.weekday()].append(day.usd)
    usual = median([usd for found in alike.values() for usd in found])
    return {
        weekday: median(alike[weekday]) if len(alike[weekday]) >= ENOUGH_ALIKE else usual
        for weekday in range(7)
    }


def month_before(on: date) -> date:
    """The same day of last month, or its last day where it has no such day."""
    last = on.replace(day=1) - timedelta(days=1)
    return last.replace(day=min(on.day, last.day))


def latest_surprises(days: Sequence[Day], looks: int) -> list[UnusualDay]:
    """The last days, each held against those before it, latest first."""
    found = [surprise(days[: len(days) - back]) for back in range(looks)]
    return [one for one in found if one]
