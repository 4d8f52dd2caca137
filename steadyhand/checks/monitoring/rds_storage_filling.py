"""A database is about to run out of storage, and nothing gives it more.

A full database takes no more writes, and RDS may stop it until it gets more. Judged by what was free on
each of the last 14 days: where that ends within 14 days as it went so far, or less than a tenth is free.
Where storage autoscaling is on and has room, RDS gives more by itself. Aurora grows without being asked.

Fix: storage autoscaling is switched on, up to twice what the database has, without an interruption. RDS
gives more when less than a tenth is free, and bills it from then on; nobody can make it smaller, so we ask.
Undo: autoscaling as it was. What RDS gave meanwhile stays, and then AWS refuses a limit below it.

Steered by: who may fill a database, or write the metric of its free storage.
At worst: a database may grow to a limit that we set, and costs what it grows to.

Runbook:

1. `steadyhand show FINDING` says when it is full if it goes on so.
2. Look what grows: a log, a table nobody empties, a replication slot nobody reads.
3. `steadyhand approve FINDING` lets RDS give it more when it needs it.
4. Bring the limit into your templates, or the next deployment takes it back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

from steadyhand.account import Account
from steadyhand.check import Check, is_barred, tags_of
from steadyhand.checks.databases import SETTLES, setting
from steadyhand.model import Call, Finding, Permit, Risk, Severity, Step
from steadyhand.model.knobs import Range
from steadyhand.sources.cloudwatch import FreeStorage
from steadyhand.sources.rds import INSTANCE_STATES, DBInstances, has_own_storage
from steadyhand.triggers import AlarmChanged, ApiCalled, ServiceEvent, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

GIB = 2**30
TENTH = 0.1
"""RDS gives more where less is free. Source:
docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html"""

LARGEST = 65_536
"""GiB that an instance may have, of most engines, by the same guide."""

LOW = ("RDS-EVENT-0007", "RDS-EVENT-0089", "RDS-EVENT-0224")
"""Storage is exhausted, nearly so, or near its limit. Source:
docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html"""


class RdsStorageFilling(Check):
    severity = Severity.HIGH
    risk = Risk.APPROVAL
    reads = (DBInstances, FreeStorage)
    states = INSTANCE_STATES
    wakes = (
        days(1),
        AlarmChanged("AWS/RDS", "FreeStorageSpace", "DBInstanceIdentifier"),
        ServiceEvent(
            "aws.rds", "RDS DB Instance Event", "detail.SourceIdentifier", {"EventID": LOW}
        ),
        ApiCalled("rds:ModifyDBInstance", "requestParameters.dBInstanceIdentifier"),
        ApiCalled("rds:DeleteDBInstance", "requestParameters.dBInstanceIdentifier"),
    )
    writes = (
        Permit(
            "rds:ModifyDBInstance",
            ("db:{DBInstanceIdentifier}",),
            shape={"DBInstanceIdentifier": r"[A-Za-z0-9-]+", "MaxAllocatedStorage": int},
        ),
    )
    resource_type = "AWS::RDS::DBInstance"
    consequence = "The database takes no more writes, and what needs them stops."
    short = "storage soon full"
    done = "may grow"
    hours_lost = (1, 8)
    peers = ("SS:rds:FreeStorage20pct", "SS:rds:EnableStorageAutoscaling", "MB:rds")

    days: Annotated[int, Range(1, 90, "days")] = 14
    """How long before it is full a database is reported."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        measured = dict(account[FreeStorage])
        for instance in account[DBInstances]:
            name = instance["DBInstanceIdentifier"]
            free = measured.get(name)
            has = instance.get("AllocatedStorage") or 0
            if not free or not has or not has_own_storage(instance) or may_grow(instance, has):
                continue
            lasts, (_, latest) = left(free), max(free)
            ends = now + lasts if lasts <= timedelta(days=self.days) else None
            if ends is None and latest >= TENTH * has * GIB:
                continue
            told = (
                f"is full on {ends:%d %B %Y} as it grows" if ends else "has less than a tenth free"
            )
            limit = instance.get("MaxAllocatedStorage") or has
            yield self.finding(
                account,
                resource=instance.get("DBInstanceArn") or account.arn("rds", f"db:{name}"),
                key=name,
                summary=f"{name} {told}, of {has} GiB, and nothing gives it more",
                detonates_at=ends and ends.replace(hour=0, minute=0, second=0, microsecond=0),
                tags=tags_of(instance.get("TagList")),
                state=instance.get("DBInstanceStatus"),
                instance=name,
                limit=limit,
                wanted=min(2 * has, LARGEST),
            )

    def plan(self, finding: Finding) -> Iterator[Step]:
        said = finding.evidence
        if is_barred(finding) or said["wanted"] <= said["limit"]:
            return
        yield Step(
            owns=setting(finding, "MaxAllocatedStorage"),
            makes=said["wanted"],
            do=grow(said, said["wanted"]),
            undo=grow(said, said["limit"]),
            settles=SETTLES,
        )

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "no database fills in this emulator")


def left(free: Sequence[tuple[datetime, float]]) -> timedelta:
    """How long it lasts as it went so far, by the bytes free on at least three days: a line from first to last."""
    (began, most), (ended, least) = min(free), max(free)
    days = (ended - began) / timedelta(days=1)
    lost = (most - least) / days if len(free) > 2 and days else 0
    return timedelta(days=min(least / lost, 36_500)) if lost > 0 else timedelta(days=36_500)


def may_grow(instance: Mapping[str, Any], has: int) -> bool:
    """Is autoscaling on, with room for a tenth more?"""
    return bool((instance.get("MaxAllocatedStorage") or 0) >= has * (1 + TENTH))


def grow(said: Mapping[str, Any], limit: int) -> Call:
    """Up to where RDS may give it more; what it has already, for never.

    It is in force at once whatever waits for the maintenance window, so it applies nothing else.
    """
    params = {"DBInstanceIdentifier": said["instance"], "MaxAllocatedStorage": limit}
    return Call("rds:ModifyDBInstance", params)
