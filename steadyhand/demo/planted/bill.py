"""The bill: five months of a small shop, a service that ran away last week, and last month's story.

On the 13th of last month a deploy switched debug logs on, for five days. Two months ago two disks
that nobody used were deleted, and the bill shows it. CloudTrail knows who deployed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from steadyhand.model.planting import PRODUCTION, TEAM, Bomb, Things

MONTHS = 4
"""So many whole months are billed, and the days of this one."""
RAN_AWAY = "AmazonCloudWatch"
SINCE = 3
"""Days ago that it began."""
DEBUG_DAY, DEBUG_DAYS, DEBUG_TIMES = 13, 5, 6
DISKS_DAY, DISKS_MONTHS_AGO, DISKS_USD = 12, 2, 44.0
"""What the disks cost a month, until the day they were deleted."""
CREDIT = 100.0
"""What AWS takes off on each first of a month."""


class Type(NamedTuple):
    """A usage type: what a day of it usually costs, its unit, and what a unit costs (list prices)."""

    service: str
    name: str
    usd: float
    unit: str
    price: float


OTHER = "EC2 - Other"
GP3 = Type(OTHER, "EUC1-EBS:VolumeUsage.gp3", 4.1, "GB-Mo", 0.0952)
LOGS = Type(RAN_AWAY, "EUC1-DataProcessing-Bytes", 2.9, "GB", 0.63)
TYPES = (
    Type(
        "Amazon Relational Database Service",
        "EUC1-InstanceUsage:db.m6g.large",
        25.6,
        "Hrs",
        0.19,
    ),
    Type("Amazon Relational Database Service", "EUC1-RDS:GP3-Storage", 5.6, "GB-Mo", 0.137),
    Type("Amazon Elastic Compute Cloud - Compute", "EUC1-BoxUsage:m6i.large", 22.4, "Hrs", 0.115),
    GP3,
    Type(OTHER, "EUC1-NatGateway-Hours", 5.0, "Hrs", 0.052),
    Type("Amazon Simple Storage Service", "EUC1-TimedStorage-ByteHrs", 4.3, "GB-Mo", 0.0245),
    LOGS,
    Type(RAN_AWAY, "EUC1-CW:MetricMonitorUsage", 0.9, "Metrics", 0.3),
    Type("AWS Lambda", "EUC1-Lambda-GB-Second", 1.9, "Lambda-GB-Second", 0.0000166667),
    Type("Amazon DynamoDB", "EUC1-WriteRequestUnits", 1.2, "WriteRequestUnits", 0.000000763),
)
STEADY = frozenset({GP3.name, "EUC1-NatGateway-Hours", "EUC1-RDS:GP3-Storage"})
"""What nobody's shopping changes."""
WEEKEND = 0.85
"""People buy fewer plants on Saturday and Sunday."""


def plant() -> Things:
    """What the bill must show."""
    yield Bomb("cost_anomaly", RAN_AWAY, PRODUCTION)


def days(now: datetime) -> Iterator[dict[str, Any]]:
    """One row a day and usage type, as the embedded Cost Explorer is given them."""
    day = months_ago(now, MONTHS)
    while day < now.date():
        for number, one in enumerate(TYPES):
            usd = round(cost(one, number, day, now), 4)
            yield row(day, one.service, usd) | {
                "usage_type": one.name,
                "quantity": usd / one.price,
                "unit": one.unit,
            }
        if day.day == 1:
            yield row(day, RAN_AWAY, -CREDIT) | {"record_type": "Credit"}
        day += timedelta(days=1)


def row(day: date, service: str, usd: float) -> dict[str, Any]:
    """One line of the bill."""
    return {
        "date": day.isoformat(),
        "service": service,
        "usd": usd,
        "region": "eu-central-1",
    }


def cost(one: Type, number: int, day: date, now: datetime) -> float:
    """What a usage type costs on a day: usual, or the day's part of the story."""
    usd = one.usd
    if one.name not in STEADY:
        wobble = 1 + ((day.toordinal() * 7 + number * 3) % 11 - 5) / 200
        usd *= wobble * (WEEKEND if day.weekday() >= 5 else 1.0)
    if one == GP3 and day < months_ago(now, DISKS_MONTHS_AGO).replace(day=DISKS_DAY):
        usd += DISKS_USD / 30.4
    debug = months_ago(now, 1).replace(day=DEBUG_DAY)
    if one == LOGS and debug <= day < debug + timedelta(days=DEBUG_DAYS):
        usd *= DEBUG_TIMES
    if one.service == RAN_AWAY and (now.date() - day).days <= SINCE:
        usd *= 14
    return usd


def deeds(now: datetime) -> Iterator[dict[str, Any]]:
    """What CloudTrail knows of the deploy: when, by which role, which call, of what."""
    at = datetime.combine(months_ago(now, 1).replace(day=DEBUG_DAY), time(9, 41), UTC)
    for minutes, source, action, said in (
        (0, "cloudformation", "ExecuteChangeSet", {"stackName": f"{TEAM}-shop"}),
        (1, "logs", "CreateLogGroup", {"logGroupName": f"/{TEAM}/checkout-debug"}),
    ):
        when = at + timedelta(minutes=minutes)
        yield {
            "at": when.isoformat(),
            "source": source,
            "action": action,
            "by": "deploy-role",
            "parameters": said,
        }


def months_ago(now: datetime, count: int) -> date:
    """The first day of the month so many months ago."""
    first = now.date().replace(day=1)
    for _ in range(count):
        first = (first - timedelta(days=1)).replace(day=1)
    return first
