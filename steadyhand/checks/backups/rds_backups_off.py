"""A database keeps no backups, or only those of the last few days.

A bad migration, a dropped table or a lost disk can then not be restored at all, or only if somebody
notices at once. Read replicas and members of a cluster are left out: their source is
backed up. So is one without backups of its own of which AWS Backup made a copy in these days.

Fix: keep automated backups for a week. From some days to a week nobody notices. From none, writes
pause for seconds, up to minutes on a large single-zone instance, while the first backup begins:
that we ask. While other changes wait for the maintenance window nothing is sent, since they would
come with it. An instance that is stopped or broken is reported, with what comes first; where AWS
Backup decides how long backups are kept, change its plan.
Undo: keep them as long as before. Backups older than that are deleted; back to none deletes all
of them and pauses writes again.

Steered by: who may modify the instance, or name its environment by its tags.
At worst: the days that an instance's backups are kept are set, to none as well; nothing else of it.

Runbook:

1. Ask how much data the team may lose: that, not a week, is the right number of days.
2. Turn it on in the quiet hours: `steadyhand approve FINDING`.
3. Restore one backup into a new instance, once, to know that it works and how long it takes.
4. Bring the number of days into your templates, or the next deployment reverts it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

from steadyhand.account import Account
from steadyhand.check import Check, is_barred, tags_of
from steadyhand.checks.databases import SETTLES, setting
from steadyhand.model import Call, Finding, Permit, Risk, Severity, Step
from steadyhand.model.knobs import Range
from steadyhand.sources.backup import DatabaseCopies
from steadyhand.sources.rds import BACKED_UP_ELSEWHERE, INSTANCE_STATES, DBInstances, kept_days
from steadyhand.triggers import ApiCalled, ServiceEvent, days

if TYPE_CHECKING:
    from types_boto3_rds.type_defs import DBInstanceTypeDef

READY = ("RDS-EVENT-0005", "RDS-EVENT-0019", "RDS-EVENT-0043", "RDS-EVENT-0088")
"""Created; restored to a point in time; restored from a snapshot; started."""

UNTOUCHABLE = INSTANCE_STATES.over | {"creating"}
"""It has backups soon, or needs none any more."""

BY_AWS_BACKUP = "backed up by AWS Backup, which decides how long"
"""docs.aws.amazon.com/aws-backup/latest/devguide/point-in-time-recovery.html: where it keeps
continuous backups, RDS refuses another retention."""


class RdsBackupsOff(Check):
    severity = Severity.HIGH
    risk = Risk.SAFE
    reads = (DBInstances, DatabaseCopies)
    refines = (DatabaseCopies,)
    states = INSTANCE_STATES
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
    done = "backups kept for a week"
    hours_lost = (4, 40)
    peers = (
        "P:rds_instance_backup_enabled",
        "FSBP:RDS.11",
        "CFG:DB_INSTANCE_BACKUP_ENABLED",
        "SS:rds:BackupTooLow",
    )

    days: Annotated[int, Range(1, 35, "days")] = 7
    """For how many days backups must be kept; RDS keeps up to 35."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        copies = {copy.get("ResourceArn"): copy for copy in account[DatabaseCopies]}
        unread = bool(account.unknown(DatabaseCopies))
        for instance in account[DBInstances]:
            kept = kept_days(instance)
            name = instance["DBInstanceIdentifier"]
            arn = instance.get("DBInstanceArn") or account.arn("rds", f"db:{name}")
            copy = copies.get(arn) if not kept else None
            is_copied = copy is not None and now - copied_at(copy, now) < timedelta(days=self.days)
            if kept < self.days and keeps_its_own(instance) and not is_copied:
                managed = instance.get("AwsBackupRecoveryPointArn")
                yield self.finding(
                    account,
                    resource=arn,
                    key=name,
                    summary=f"{name} {self.keeps(kept, copy, now, unread=unread)}",
                    tags=tags_of(instance.get("TagList")),
                    state=instance.get("DBInstanceStatus"),
                    barred=BY_AWS_BACKUP if managed else "",
                    severity=Severity.MEDIUM if kept else Severity.HIGH,
                    instance=name,
                    kept=kept,
                    wanted=self.days,
                    at_once=not kept,
                )

    def keeps(
        self, kept: int, copy: Mapping[str, Any] | None, now: datetime, *, unread: bool
    ) -> str:
        """What there is to restore from, for a person."""
        if kept:
            return f"keeps backups for {kept} of {self.days} days"
        if copy:
            on = f"{copied_at(copy, now):%d %B %Y}"
            return f"keeps no backups of its own, and the last copy of AWS Backup is from {on}"
        if unread:
            return "keeps no backups of its own; whether AWS Backup has any could not be read"
        return "has no backups"

    def risk_with_plan(self, finding: Finding) -> Risk:
        """From none, writes pause; from some to more, nobody notices."""
        return Risk.SAFE if finding.evidence["kept"] else Risk.APPROVAL

    def plan(self, finding: Finding) -> Iterator[Step]:
        if is_barred(finding):
            return
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


def copied_at(copy: Mapping[str, Any], now: datetime) -> datetime:
    """When AWS Backup last made a copy; where it does not say, it may be today's."""
    made: datetime = copy.get("LastBackupTime") or now
    return made


def keeps_its_own(instance: DBInstanceTypeDef) -> bool:
    """Does nobody else keep its backups, and can it be changed?"""
    return (
        not any(instance.get(name) for name in BACKED_UP_ELSEWHERE)
        and instance.get("DBInstanceStatus") not in UNTOUCHABLE
    )
