"""The last backup of a resource failed, was aborted, or never started in time.

The plan looks fine, yet what you would restore from grows older every day. Judged is the last job
of each resource in the last 30 days, so the next one that completes closes this.

Fix: start the same backup once more: same vault, same role, same lifetime.
Undo: EFS alone names its recovery point when the job starts; that one is deleted again, exactly, and
only there we start the job without asking. For all others there is no way back: AWS stops no job of
Aurora, RDS, FSx, Neptune, DocumentDB or SAP HANA, and of the others leaves what it had written; the
copy costs storage until it expires. For a database on one zone it pauses writes for a moment.

Steered by: who may break a job of a plan (backup, or the resource's own rights): the same plan's
job is started once more.
At worst: a backup is made with any role that AWS Backup may use, into any vault, and costs storage;
a recovery point is deleted.

Runbook:

1. Read why it failed: `steadyhand show FINDING` prints AWS's message.
2. If the role or the key may not do it, fix that first; the same job would fail again.
3. Start it again: `steadyhand approve FINDING`.
4. If the resource is gone on purpose, take it out of the backup plan, and exempt this until its
   last job is 30 days old.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import (
    CHANGE,
    MARK,
    TOKEN,
    Call,
    Finding,
    Look,
    Part,
    Permit,
    Read,
    Ref,
    Risk,
    Seen,
    Severity,
    Step,
)
from steadyhand.model.knobs import YEARS, Range
from steadyhand.sources.backup import BackupJobs, LatestBackupJobs, RecoveryPointTags
from steadyhand.triggers import ApiCalled, ServiceEvent, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

ENDED_BADLY = ("FAILED", "ABORTED", "EXPIRED")
NAMES_ITS_POINT = ("EFS",)


class BackupJobFailed(Check):
    severity = Severity.HIGH
    risk = Risk.SAFE
    reads = (LatestBackupJobs,)
    looks = (BackupJobs, RecoveryPointTags)
    wakes = (
        days(1),
        ServiceEvent(
            "aws.backup",
            "Backup Job State Change",
            "detail.resourceArn",
            {"state": (*ENDED_BADLY, "COMPLETED")},
        ),
        ApiCalled("backup:StartBackupJob", "requestParameters.resourceArn"),
    )
    writes = (
        Permit(
            "backup:StartBackupJob",
            ("backup-vault:{BackupVaultName}",),
            shape={
                "BackupVaultName": str,
                "ResourceArn": r"arn:.+",
                "IamRoleArn": r"arn:[\w-]+:iam::\d+:role/.+",
                "Lifecycle": {"*": object},
                "BackupOptions": {"*": str},
                "IdempotencyToken": r"ch_[0-9a-f]+_0_do",
                "RecoveryPointTags": {MARK: r"ch-[0-9a-f]+"},
            },
            implies=(
                Permit(
                    "iam:PassRole",
                    ("role/{IamRoleArn:last}", "role/*/{IamRoleArn:last}"),
                    condition={"StringEquals": {"iam:PassedToService": "backup.amazonaws.com"}},
                ),
                Permit(
                    "backup:TagResource", ("arn:{partition}:backup:{region}:*:recovery-point:*",)
                ),
            ),
        ),
        Permit(
            "backup:DeleteRecoveryPoint",
            ("arn:{partition}:backup:{region}:*:recovery-point:{RecoveryPointArn:last}",),
            shape={"BackupVaultName": str, "RecoveryPointArn": r"arn:.+:recovery-point:.+"},
        ),
    )
    resource_type = "AWS::Backup::BackupPlan"
    consequence = "When you need the backup, it is older than you think."
    short = "last backup failed"
    hours_lost = (2, 40)
    peers = ("MB:BackupFailed", "FSBP:Backup.1")

    keep_days: Annotated[int, Range(1, YEARS, "days")] = 35
    """How long the new backup lives where the failed job did not say."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        for job in account[LatestBackupJobs]:
            if job.get("State") in ENDED_BADLY:
                yield self.finding(
                    account,
                    resource=job["ResourceArn"],
                    key=job["ResourceArn"],
                    summary=(
                        f"the last backup of {called(job)}, begun on"
                        f" {job['CreationDate']:%d %B %Y}, {became(job)}"
                    ),
                    said=job.get("StatusMessage", ""),
                    again=self.again(job),
                    names_its_point=job.get("ResourceType") in NAMES_ITS_POINT,
                    begun=job["CreationDate"],
                )

    def again(self, job: Mapping[str, Any]) -> dict[str, Any]:
        """The same job once more; nothing where it does not say which role it ran as."""
        if not job.get("IamRoleArn") or not job.get("BackupVaultName"):
            return {}
        asked = {name: job[name] for name in ("BackupVaultName", "ResourceArn", "IamRoleArn")}
        lifetime = job.get("RecoveryPointLifecycle") or {"DeleteAfterDays": self.keep_days}
        options = {"BackupOptions": job["BackupOptions"]} if job.get("BackupOptions") else {}
        return asked | {"Lifecycle": dict(lifetime)} | options

    def risk_with_plan(self, finding: Finding) -> Risk:
        """Safe where it can be undone completely."""
        return Risk.SAFE if finding.evidence["names_its_point"] else Risk.APPROVAL

    def plan(self, finding: Finding) -> Iterator[Step]:
        said = finding.evidence
        if not said["again"]:
            return
        token = {"IdempotencyToken": TOKEN}
        if not said["names_its_point"]:
            yield Step(
                owns=Part(finding.resource, "backup", lambda: see_newer(finding)),
                makes={"begun": True},
                do=Call("backup:StartBackupJob", said["again"] | token),
                undo=None,
                settles=timedelta(minutes=5),
            )
            return
        tags = {"RecoveryPointTags": {MARK: CHANGE}}
        point = {
            "BackupVaultName": said["again"]["BackupVaultName"],
            "RecoveryPointArn": Ref(0, "RecoveryPointArn"),
        }
        yield Step(
            owns=Part(finding.resource, "backup", lambda: see_marked(finding)),
            makes={"mark": CHANGE},
            do=Call("backup:StartBackupJob", said["again"] | token | tags),
            undo=Call("backup:DeleteRecoveryPoint", point),
            settles=timedelta(minutes=5),
        )

    def demo(self, ground: Ground) -> Things:
        """One whose role was given no permission, one that went well; both into one vault."""
        backup, vault = ground.client("backup"), ground.name("vault")
        backup.create_backup_vault(BackupVaultName=vault)

        def ended(resource: str, role: str) -> bool:
            job = backup.start_backup_job(
                BackupVaultName=vault, ResourceArn=resource, IamRoleArn=role
            )["BackupJobId"]
            return backup.describe_backup_job(BackupJobId=job)["State"] in ENDED_BADLY

        well = ground.arn("dynamodb", f"table/{ground.name('sessions-production')}")
        ended(well, ground.role("backup", "backup", "dynamodb:StartAwsBackupJob"))
        yield ground.healthy("backup", well)
        badly = ground.arn("rds", f"db:{ground.name('billing-production')}")
        if ended(badly, ground.role("backup-new", "backup")):
            yield ground.bomb(self, badly)
        else:
            yield ground.unshown(self, "in this emulator every backup succeeds")


def newer(finding: Finding, jobs: Sequence[Any]) -> list[Any]:
    """The jobs since the one that failed, that are under way or done."""
    since = finding.evidence["begun"]
    return [one for one in jobs if one["CreationDate"] > since and one["State"] not in ENDED_BADLY]


def see_newer(finding: Finding) -> Look:
    """Has any job begun since?"""
    jobs = yield Read(BackupJobs, finding.resource)
    return Seen(value={"begun": True} if newer(finding, jobs) else None)


def see_marked(finding: Finding) -> Look:
    """The recovery point of our own job: it bears our mark, and is there from the beginning."""
    for job in newer(finding, (yield Read(BackupJobs, finding.resource))):
        point = job.get("RecoveryPointArn", "")
        for _, tags in (yield Read(RecoveryPointTags, point)) if point else ():
            if mark := tags.get(MARK):
                return Seen(value={"mark": mark}, keep={"RecoveryPointArn": point})
    return Seen()


def called(job: Mapping[str, Any]) -> str:
    """The name a person knows it by."""
    return job.get("ResourceName") or str(job["ResourceArn"]).rpartition(":")[2]


def became(job: Mapping[str, Any]) -> str:
    """How it ended, in words."""
    return {"FAILED": "failed", "ABORTED": "was aborted"}.get(job["State"], "did not start in time")
