"""A log group keeps everything for ever.

Nobody reads last year's debug lines, but they are paid for every month, and more of them each
month.

Fix: keep logs for a year (`days`). What is older is deleted by CloudWatch, so without asking we do
this only where nothing can be that old yet.
Undo: keep them for ever again. What was deleted for its age meanwhile does not come back.

Steered by: who may create log groups or tag them.
At worst: a log group is kept for a day, and what is older is gone.

Runbook:

1. Ask whether a contract or a law wants these logs longer than a year. If so, export them to S3
   first, or set `days` for this environment.
2. Set the retention: `steadyhand fix FINDING`.
3. Look at what writes most: turning a debug level down saves more than any retention.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import Call, Finding, Permit, Risk, Severity, Step, field_of
from steadyhand.model.metering import Metering
from steadyhand.reference.dated import Cost
from steadyhand.sources.logs import LogGroups
from steadyhand.triggers import ApiCalled, days

if TYPE_CHECKING:
    from types_boto3_logs.type_defs import LogGroupTypeDef

GB = 1024**3
BEFORE_ITS_GROUP = timedelta(days=14)
"""How much older than its group an event may be: CloudWatch takes no older ones in."""


class EndlessLogs(Check):
    severity = Severity.LOW
    risk = Risk.SAFE
    reads = (LogGroups,)
    wakes = (
        days(7),
        ApiCalled("logs:CreateLogGroup", "requestParameters.logGroupName"),
        ApiCalled("logs:PutRetentionPolicy", "requestParameters.logGroupName"),
        ApiCalled("logs:DeleteRetentionPolicy", "requestParameters.logGroupName"),
        ApiCalled("logs:DeleteLogGroup", "requestParameters.logGroupName"),
    )
    writes = (
        Permit(
            "logs:PutRetentionPolicy",
            ("log-group:{logGroupName}", "log-group:{logGroupName}:*"),
            shape={"logGroupName": str, "retentionInDays": int},
        ),
        Permit(
            "logs:DeleteRetentionPolicy",
            ("log-group:{logGroupName}", "log-group:{logGroupName}:*"),
            shape={"logGroupName": str},
        ),
    )
    resource_type = "AWS::Logs::LogGroup"
    consequence = "The bill for logs nobody reads grows every month."
    short = "keeps logs for ever"
    done = "logs kept for a year"
    meter = Metering(
        service="AmazonCloudWatch",
        never="logs are deleted only as they come of age",
    )
    hours_lost = (0.5, 2)
    peers = (
        "ASR:CloudWatch.16",
        "P:cloudwatch_log_group_retention_policy_specific_days_enabled",
        "CB:CLDBRN-AWS-CLOUDWATCH-1",
        "SS:cloudwatch:SetRetentionDays",
        "C7N:log-group/retention",
        "CFG:CW_LOGGROUP_RETENTION_PERIOD_CHECK",
    )

    days: Literal[
        1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731,
        1096, 1827, 2192, 2557, 2922, 3288, 3653,
    ] = 365  # fmt: skip
    """For how long logs are kept: one of the numbers CloudWatch takes."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        for group in account[LogGroups]:
            if is_endless(group):
                name = group["logGroupName"]
                gigabytes = (group.get("storedBytes") or 0) / GB
                cost = Cost(account.region).add("logs.stored.gb_month", gigabytes)
                yield self.finding(
                    account,
                    resource=arn(group, account),
                    key=name,
                    summary=f"{name} keeps its logs for ever{so_far(gigabytes, cost)}",
                    usd_per_month=cost.rounded,
                    group=name,
                    days=self.days,
                    deletes=oldest(group) < now - timedelta(days=self.days),
                )

    def risk_with_plan(self, finding: Finding) -> Risk:
        """What is deleted does not come back, so where there may be something, we ask."""
        return Risk.APPROVAL if finding.evidence["deletes"] else Risk.SAFE

    def plan(self, finding: Finding) -> Iterator[Step]:
        name, days = finding.evidence["group"], finding.evidence["days"]
        group = {"logGroupName": name}
        yield Step(
            owns=field_of(
                finding.resource,
                "retentionInDays",
                LogGroups,
                name,
                value=lambda found: found.get("retentionInDays"),
                born=lambda found: found.get("creationTime", ""),
            ),
            makes=days,
            do=Call("logs:PutRetentionPolicy", group | {"retentionInDays": days}),
            undo=Call("logs:DeleteRetentionPolicy", group),
        )


def is_endless(group: LogGroupTypeDef) -> bool:
    """The delivery class has a retention of its own that nobody can set."""
    return not group.get("retentionInDays") and group.get("logGroupClass") != "DELIVERY"


def arn(group: LogGroupTypeDef, account: Account) -> str:
    """The group itself; `arn` names its streams."""
    told = group.get("logGroupArn") or group.get("arn", "").removesuffix(":*")
    return told or account.arn("logs", f"log-group:{group['logGroupName']}")


def so_far(gigabytes: float, cost: Cost) -> str:
    """What it has grown to, where that is worth a word."""
    if cost.rounded == 0 or gigabytes < 0.05:
        return ""
    return f": {gigabytes:.1f} GB now{cost.a_month().replace(';', ',', 1)}"


def oldest(group: LogGroupTypeDef) -> datetime:
    """No event of this group can be older."""
    return datetime.fromtimestamp(group.get("creationTime", 0) / 1000, UTC) - BEFORE_ITS_GROUP
