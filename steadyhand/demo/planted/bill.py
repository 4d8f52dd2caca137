"""The bill: three months of a small shop, and one service that ran away last week."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from steadyhand.demo.planted.ground import PRODUCTION, Bomb, Things

DAYS = 100
RAN_AWAY = "AmazonCloudWatch"
SINCE = 3
"""Days ago that it began."""

USUAL = {
    "Amazon Relational Database Service": 31.2,
    "Amazon Elastic Compute Cloud - Compute": 22.4,
    "EC2 - Other": 9.1,
    "Amazon Simple Storage Service": 4.3,
    RAN_AWAY: 3.8,
    "AWS Lambda": 1.9,
    "Amazon DynamoDB": 1.2,
}
WEEKEND = 0.85
"""People buy fewer plants on Saturday and Sunday."""


def plant() -> Things:
    """What the bill must show."""
    yield Bomb("cost_anomaly", RAN_AWAY, PRODUCTION)


def days(now: datetime) -> Iterator[dict[str, Any]]:
    """One row a day and service, as the embedded Cost Explorer is given them."""
    for ago in range(DAYS, 0, -1):
        day = now.date() - timedelta(days=ago)
        for number, (service, usual) in enumerate(USUAL.items()):
            share = WEEKEND if day.weekday() >= 5 else 1.0
            wobble = 1 + ((day.toordinal() * 7 + number * 3) % 11 - 5) / 200
            runaway = 14 if service == RAN_AWAY and ago <= SINCE else 1
            usd = round(usual * share * wobble * runaway, 4)
            yield {
                "date": day.isoformat(),
                "service": service,
                "usd": usd,
                "region": "eu-central-1",
            }
