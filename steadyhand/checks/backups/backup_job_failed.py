"""The last backup of a resource failed, was aborted, or never started in time.

The plan looks fine, yet what you would restore from grows older every day. Judged is the last job
of each resource in the last 30 days, so the next one that completes closes this.

Fix: start the same backup once more: same vault, same role, same lifetime.
Undo: stop it while it runs. A backup that has completed stays and costs storage until it expires.
Only EFS names its recovery point when the job starts; that one is deleted again, exactly, and only
there we start the job without asking. For a database on one zone it pauses writes for a moment.

Runbook:

1. Read why it failed: `steadyhand show FINDING` prints AWS's message.
2. If the role or the key may not do it, fix that first; the same job would fail again.
3. Start it again: `steadyhand approve FINDING`.
4. If the resource is gone on purpose, take it out of the backup plan, and exempt this until its
   last job is 30 days old.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import Answered, Call, Finding, Permit, Risk, Severity, Step
from steadyhand.sources.backup import LatestBackupJobs
from steadyhand.triggers import ApiCalled, ServiceEvent, days

ENDED_BADLY = ("FAILED", "ABORTED", "EXPIRED")
NAMES_ITS_POINT = ("EFS",)


class BackupJobFailed(Check):
    severity = Severity.HIGH
    risk = Risk.SAFE
    reads = (LatestBackupJobs,)
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
            implies=(
                Permit(
                    "iam:PassRole",
                    ("role/{IamRoleArn:last}", "role/*/{IamRoleArn:last}"),
                    condition={"StringEquals": {"iam:PassedToService": "backup.amazonaws.com"}},
                ),
            ),
        ),
        Permit("backup:StopBackupJob"),
        Permit(
            "backup:DeleteRecoveryPoint",
            ("arn:{partition}:backup:{region}:*:recovery-point:{RecoveryPointArn:last}",),
        ),
    )
    resource_type = "AWS::Backup::BackupPlan"
    consequence = "When you need the backup, it is older than you think."
    hours_lost = (2, 40)
    peers = ("MB:BackupFailed", "FSBP:Backup.1")

    keep_days: int = 35
    """How long the new backup lives where the failed job did not say."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        for job in account[LatestBackupJobs]:
            if job["State"] in ENDED_BADLY:
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
                )

    def again(self, job: Mapping[str, Any]) -> dict[str, Any]:
        """The same job once more; nothing where it does not say which role it ran as."""
        if not job.get("IamRoleArn") or not job.get("BackupVaultName"):
            return {}
        asked = {name: job[name] for name in ("BackupVaultName", "ResourceArn", "IamRoleArn")}
        lifetime = job.get("RecoveryPointLifecycle") or {"DeleteAfterDays": self.keep_days}
        options = {"BackupOptions": job["BackupOptions"]} if job.get("BackupOptions") else {}
        return asked | {"Lifecycle": dict(lifetime)} | options

    def risk_of(self, finding: Finding) -> Risk:
        """Safe where it can be undone completely."""
        return Risk.SAFE if finding.evidence["names_its_point"] else Risk.APPROVAL

    def plan(self, finding: Finding) -> Iterator[Step]:
        if again := finding.evidence["again"]:
            yield Step(Call("backup:StartBackupJob", again), self.undo_of(finding))

    def undo_of(self, finding: Finding) -> Call:
        """Delete what it made; where nobody says yet what that is, stop making it."""
        if not finding.evidence["names_its_point"]:
            return Call("backup:StopBackupJob", {"BackupJobId": Answered(0, "BackupJobId")})
        params = {
            "BackupVaultName": finding.evidence["again"]["BackupVaultName"],
            "RecoveryPointArn": Answered(0, "RecoveryPointArn"),
        }
        return Call("backup:DeleteRecoveryPoint", params)


def called(job: Mapping[str, Any]) -> str:
    """The name a person knows it by."""
    return job.get("ResourceName") or str(job["ResourceArn"]).rpartition(":")[2]


def became(job: Mapping[str, Any]) -> str:
    """How it ended, in words."""
    return {"FAILED": "failed", "ABORTED": "was aborted"}.get(job["State"], "did not start in time")
