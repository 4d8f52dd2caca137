"""A log group takes in so much that its lines cost more than they tell.

CloudWatch bills each gigabyte when it is written, about twenty times what it costs to keep it for a month:
a shorter retention saves little here, fewer lines do. Mostly it is one line, left from looking for an error.
We look at 500 lines of the last hour and name the kind that has most bytes, by the plain words that all
lines of its kind share: numbers, addresses and whatever differs are left out, and no line is kept. What it
costs is its share of those lines, so it is an estimate. Groups of the delivery class are not judged, for AWS bills them elsewhere.

Fix: by a person, who knows what the lines are for.
Undo: nothing is done, so there is nothing to undo.

Steered by: who may write into the group: many lines in the hour that is looked at become the line that is
named.

Runbook:

1. `steadyhand show FINDING` names the line, its share and its dollars, where one stands out.
2. Search your code for its words. Log it once a batch, or at debug level with the level set to info.
3. Of a function: `aws lambda update-function-configuration --function-name NAME --logging-config
   LogFormat=JSON,ApplicationLogLevel=INFO` drops what is below before it is billed.
4. Lines that must stay but are seldom read: a group of the class INFREQUENT_ACCESS costs half.
5. If all of it is needed: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.checks.log_lines import heaviest
from steadyhand.model import Finding, Risk, Severity, priced
from steadyhand.model.knobs import Cents
from steadyhand.model.metering import Metering
from steadyhand.reference.dated import Cost
from steadyhand.sources.cloudwatch import LogBytes
from steadyhand.sources.log_lines import LogLines
from steadyhand.sources.logs import LogGroups
from steadyhand.triggers import ApiCalled, days

if TYPE_CHECKING:
    from types_boto3_logs.type_defs import LogGroupTypeDef

    from steadyhand.model.planting import Ground, Things

GB = 1024**3
SHARES = {"INFREQUENT_ACCESS": 0.5}
"""What a class pays of the standard price of taking in. Source: aws.amazon.com/cloudwatch/pricing/"""

STANDS_OUT, DEBUGS = 0.3, 0.5
"""Shares of the bytes from which one kind of line is named, and of the lines from which they are for debugging."""

SPANS, WEEK = 28, 7
"""Days that must have been measured to compare the last seven with the seven before."""


class NoisyLogs(Check):
    severity = Severity.LOW
    risk = Risk.ADVICE
    reads = (LogGroups, LogBytes, LogLines)
    refines = (LogLines,)
    wakes = (days(1), ApiCalled("logs:DeleteLogGroup", "requestParameters.logGroupName"))
    resource_type = "AWS::Logs::LogGroup"
    consequence = "You pay for every line, and few of them are ever read."
    short = "logs cost much"
    meter = Metering(service="AmazonCloudWatch", ending="DataProcessing-Bytes")
    hours_lost = (0.5, 4)

    cents: Cents = 2000
    """What its lines must cost in 30 days, in US cents, to be worth a word."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        taken = dict(account[LogBytes])
        lines: dict[str, list[str]] = {}
        for name, event in account[LogLines]:
            lines.setdefault(name, []).append(str(event.get("message", "")))
        for group in account[LogGroups]:
            name = group["logGroupName"]
            by_day = taken.get(name, [])
            gigabytes = sum(by_day) / GB
            cost = monthly(group, account.region, gigabytes)
            if cost.usd is None or cost.usd * 100 < self.cents or not gigabytes:
                continue
            kind = heaviest(lines.get(name, ()))
            line = kind.words if kind and kind.share >= STANDS_OUT else ""
            share = kind.share if kind and line else 0.0
            debugs = bool(kind and kind.debugging >= DEBUGS)
            told = f"{name} took in {gigabytes:.1f} GB in 30 days, {cost}"
            told += "; twice the week before" if doubled(by_day) else ""
            told += "; mostly lines for debugging" if debugs else ""
            if line:
                told += f'; {share:.0%} of it, about {priced(cost.usd * share)}, is "{line}"'
            yield self.finding(
                account,
                resource=arn(group, account),
                key=name,
                summary=told[:200],
                usd_per_month=cost.rounded,
                line=line,
                share=round(share, 2),
                gigabytes=round(gigabytes, 1),
                unread=str(account.unknown(LogLines, name) or ""),
            )

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "nothing in this emulator writes gigabytes of lines")


def monthly(group: LogGroupTypeDef, region: str, gigabytes: float) -> Cost:
    """What it costs to take in so much; nothing known of the delivery class."""
    kind = group.get("logGroupClass", "STANDARD")
    if kind == "DELIVERY":
        return Cost(region, usd=None)
    return Cost(region).add("logs.ingested.gb", gigabytes * SHARES.get(kind, 1))


def doubled(by_day: list[float]) -> bool:
    """Did the last seven days bring twice what the seven before did? The newest day comes first."""
    if len(by_day) < SPANS:
        return False
    last, before = sum(by_day[:WEEK]), sum(by_day[WEEK : 2 * WEEK])
    return before > 0 and last >= 2 * before


def arn(group: LogGroupTypeDef, account: Account) -> str:
    """The group itself; `arn` names its streams."""
    told = group.get("logGroupArn") or group.get("arn", "").removesuffix(":*")
    return told or account.arn("logs", f"log-group:{group['logGroupName']}")
