"""A service suddenly costs much more than it usually does.

Each service's last two days are held against the same weekdays of the five weeks before, and
against the same day of last month, so neither a weekly batch nor a monthly fee counts. Two days,
because the bill of yesterday is often not complete. With less than two weeks of bills we say
nothing. The finding's resource is the account. CloudTrail is asked who changed what of that service around that day, in the home region;
that they come together does not prove that one caused the other.

Fix: by a person, who knows whether it was meant.
Undo: nothing is done, so there is nothing to undo.

Steered by: who may spend in this account. What they did about that day is named beside it, and may have
nothing to do with it.

Runbook:

1. `steadyhand show FINDING` prints the cost, the usual cost, and who changed what.
2. Open Cost Explorer for that service and day, grouped by usage type: it names the meter.
3. If it was meant, it becomes the usual within three weeks; exempt it until then:
   `steadyhand exempt FINDING --until DATE --because REASON`.
4. If nobody knows it, look for strangers: new instances in regions you do not use are how stolen
   keys show.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import Finding, Risk, Severity
from steadyhand.model.knobs import Range
from steadyhand.sources.cloudtrail import ChangeEvent
from steadyhand.sources.cost_explorer import Spend, Spending, latest_judged
from steadyhand.sources.unusual_days import UnusualDay
from steadyhand.triggers import AlarmChanged, ServiceEvent, days

DAYS_A_MONTH = 30


class CostAnomaly(Check):
    severity = Severity.MEDIUM
    risk = Risk.ADVICE
    reads = (Spending,)
    wakes = (
        days(1),
        ServiceEvent("aws.ce", "Anomaly Detected", "detail.rootCauses.service"),
        AlarmChanged("AWS/Billing", "EstimatedCharges"),
    )
    resource_type = "AWS::Organizations::Account"
    consequence = "You learn of it when the month's bill arrives."
    short = "costs far above usual"
    saves = False
    hours_lost = (1, 8)
    peers = ("CB:CLDBRN-AWS-COSTEXPLORER-1", "CID:cost-anomalies")

    score: Annotated[float, Range(0, 1000, "times the usual")] = 3.5
    """How many times farther from the usual than days usually are."""

    usd_a_day: Annotated[float, Range(0, 1_000_000, "dollars")] = 5.0
    """How much more than usual a day must cost to be worth a word."""

    days: Annotated[int, Range(1, 60, "days")] = 2
    """How many of the last days are judged."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        for spend in account[Spending]:
            for found in latest_judged(spend.days, self.days):
                if found.score >= self.score and found.excess >= self.usd_a_day:
                    yield self.anomaly(account, spend, found)
                    break

    def anomaly(self, account: Account, spend: Spend, found: UnusualDay) -> Finding:
        deeds = in_short(spend.deeds)
        because = f"; around then, {deeds[0]}" if deeds else ""
        return self.finding(
            account,
            resource=account.global_arn("iam", "root"),
            key=spend.service,
            name=spend.service,
            summary=(
                f"{spend.service} cost ${found.usd:,.2f} on {found.on:%A, %d %B %Y},"
                f" usually ${found.usual:,.2f}{because}"
            ),
            usd_per_month=round(found.excess * DAYS_A_MONTH, 2),
            on=found.on.isoformat(),
            usd=round(found.usd, 2),
            usual=round(found.usual, 2),
            score=round(found.score, 1),
            deeds=deeds,
            unread=spend.unread,
        )


def in_short(deeds: Sequence[ChangeEvent], most: int = 5) -> list[str]:
    """Who did what how often, the most frequent first."""
    counted: dict[tuple[str, str], int] = {}
    for deed in deeds:
        counted[deed.by, deed.action] = counted.get((deed.by, deed.action), 0) + 1
    often = sorted(counted.items(), key=lambda one: -one[1])[:most]
    return [f"{by} called {action} {times(count)}" for (by, action), count in often]


def times(count: int) -> str:
    """In words: "once", "twice", "3 times"."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
