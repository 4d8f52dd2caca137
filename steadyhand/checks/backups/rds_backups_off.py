"""A database keeps no backups, or only those of the last few days.

A bad migration, a dropped table or a lost disk can then not be restored at all, or only if somebody
notices at once. Read replicas and members of a cluster are left out: their source is
backed up.

Fix: keep automated backups for a week. From some days to a week nobody notices. From none, writes
pause for seconds, up to minutes on a large single-zone instance, while the first backup begins:
that we ask. While other changes wait for the maintenance window nothing is sent, since they would
come with it.
Undo: keep them as long as before. Backups older than that are deleted; back to none deletes all
of them and pauses writes again.

Runbook:

1. Ask how much data the team may lose: that, not a week, is the right number of days.
2. Turn it on in the quiet hours: `steadyhand approve FINDING`.
3. Restore one backup into a new instance, once, to know that it works and how long it takes.
4. Bring the number of days into your templates, or the next deployment reverts it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from steadyhand.account import Account
from steadyhand.check import Check, tags_of
from steadyhand.checks.databases import SETTLES, setting
from steadyhand.model import Call, Finding, Permit, Risk, Severity, Step
from steadyhand.sources.rds import DBInstances
from steadyhand.triggers import ApiCalled, ServiceEvent, days

if TYPE_CHECKING:
    from types_boto3_rds.type_defs import DBInstanceTypeDef

BACKED_UP_ELSEWHERE = (
    "DBClusterIdentifier",
    "ReadReplicaSourceDBInstanceIdentifier",
    "ReadReplicaSourceDBClusterIdentifier",
)
READY = ("RDS-EVENT-0005", "RDS-EVENT-0019", "RDS-EVENT-0043", "RDS-EVENT-0088")
"""Created; restored to a point in time; restored from a snapshot; started."""

UNTOUCHABLE = ("creating", "deleting")


class RdsBackupsOff(Check):
    severity = Severity.HIGH
    risk = Risk.SAFE
    reads = (DBInstances,)
    wakes = (
        days(1),
        ApiCalled("rds:CreateDBInstance", "requestParameters.dBInstanceIdentifier"),
        ApiCalled(
            "rds:ModifyDBInstance",
            "requestParameters.dBInstanceIdentifier",
            (
                "responseElements.dBInstanceIdentifier",
                "requestParameters.newDBInstanceIdentifier",
            ),
        ),
        ApiCalled("rds:DeleteDBInstance", "requestParameters.dBInstanceIdentifier"),
        ApiCalled("rds:RestoreDBInstanceFromS3", "requestParameters.dBInstanceIdentifier"),
        ApiCalled("rds:PromoteReadReplica", "requestParameters.dBInstanceIdentifier"),
        ApiCalled("rds:RestoreDBInstanceFromDBSnapshot", "requestParameters.dBInstanceIdentifier"),
        ApiCalled(
            "rds:RestoreDBInstanceToPointInTime", "requestParameters.targetDBInstanceIdentifier"
        ),
        # Created, restored or started, and so able to be changed, which it is not yet when the
        # call returns.
        ServiceEvent(
            "aws.rds",
            "RDS DB Instance Event",
            "detail.SourceIdentifier",
            {"EventID": READY},
        ),
    )
    writes = (
        Permit(
            "rds:ModifyDBInstance",
            ("db:{DBInstanceIdentifier}",),
            shape={
                "DBInstanceIdentifier": r"[A-Za-z0-9-]+",
                "BackupRetentionPeriod": int,
                "ApplyImmediately": bool,
            },
        ),
    )
    resource_type = "AWS::RDS::DBInstance"
    consequence = "What is lost from this database is lost for good."
    hours_lost = (4, 40)
    peers = (
        "P:rds_instance_backup_enabled",
        "FSBP:RDS.11",
        "CFG:DB_INSTANCE_BACKUP_ENABLED",
        "SS:rds:BackupTooLow",
    )

    days: int = 7
    """For how many days backups must be kept; RDS keeps up to 35."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        for instance in account[DBInstances]:
            kept = kept_days(instance)
            if kept < self.days and keeps_its_own(instance):
                name = instance["DBInstanceIdentifier"]
                keeps = (
                    f"keeps backups for {kept} of {self.days} days" if kept else "has no backups"
                )
                yield self.finding(
                    account,
                    resource=instance["DBInstanceArn"],
                    key=name,
                    summary=f"{name} {keeps}",
                    tags=tags_of(instance.get("TagList")),
                    severity=Severity.MEDIUM if kept else Severity.HIGH,
                    instance=name,
                    kept=kept,
                    wanted=self.days,
                    at_once=not kept,
                )

    def risk_of(self, finding: Finding) -> Risk:
        """From none, writes pause; from some to more, nobody notices."""
        return Risk.SAFE if finding.evidence["kept"] else Risk.APPROVAL

    def plan(self, finding: Finding) -> Iterator[Step]:
        yield Step(
            owns=setting(finding, "BackupRetentionPeriod"),
            makes=finding.evidence["wanted"],
            do=keep(finding, "wanted"),
            undo=keep(finding, "kept"),
            settles=SETTLES,
        )


def keep(finding: Finding, how_long: str) -> Call:
    """Keep backups as long as the evidence says: "wanted" or "kept"."""
    params = {
        "DBInstanceIdentifier": finding.evidence["instance"],
        "BackupRetentionPeriod": finding.evidence[how_long],
        "ApplyImmediately": finding.evidence["at_once"],
    }
    return Call("rds:ModifyDBInstance", params)


def kept_days(instance: DBInstanceTypeDef) -> int:
    """What is asked for and waits for the maintenance window counts as done."""
    waiting: Any = instance.get("PendingModifiedValues", {})
    return int(waiting.get("BackupRetentionPeriod", instance.get("BackupRetentionPeriod", 0)))


def keeps_its_own(instance: DBInstanceTypeDef) -> bool:
    """Does nobody else keep its backups, and can it be changed?"""
    return (
        not any(instance.get(name) for name in BACKED_UP_ELSEWHERE)
        and instance.get("DBInstanceStatus") not in UNTOUCHABLE
    )
