"""What is read of AWS Backup."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from steadyhand.model import Call, pages, pick
from steadyhand.source import Conversation, Each, Report, Source
from steadyhand.sources.rds import keeps_none

if TYPE_CHECKING:
    from types_boto3_backup.type_defs import BackupJobTypeDef

ENDED = ("COMPLETED", "PARTIAL", "FAILED", "ABORTED", "EXPIRED")

REMEMBERED = timedelta(days=30)
"""AWS Backup lists no older jobs."""


def latest_jobs(now: datetime) -> Conversation[BackupJobTypeDef]:
    """The last job of each resource that has ended: one of a plan that still runs says nothing yet.

    One that somebody started by hand counts while it runs: the failure is being dealt with.
    """
    asked = {"ByCreatedAfter": now - REMEMBERED, "MaxResults": 1000}
    answers = yield from pages(Call("backup:ListBackupJobs", asked))
    latest: dict[str, Any] = {}
    for job in pick(answers, "BackupJobs"):
        is_over = job.get("State") in ENDED or not job.get("CreatedBy", {}).get("BackupPlanId")
        if not is_over or not job.get("ResourceArn") or not job.get("CreationDate"):
            continue
        known = latest.setdefault(job["ResourceArn"], job)
        if job["CreationDate"] > known["CreationDate"]:
            latest[job["ResourceArn"]] = job
    return list(latest.values())


LatestBackupJobs: Report[BackupJobTypeDef] = Report(
    operation="backup:ListBackupJobs",
    key=lambda job: str(job["ResourceArn"]),
    kind="arn",
    talk=latest_jobs,
    volatile=frozenset({"PercentDone", "BytesTransferred"}),
)


Protected: Source[Mapping[str, Any]] = Source(
    operation="backup:ListProtectedResources",
    items="Results",
    key=lambda resource: str(resource["ResourceArn"]),
    params={"MaxResults": 1000},
)
"""What AWS Backup has a copy of, and since when."""

DatabaseCopies: Source[Mapping[str, Any]] = Source(
    operation="backup:ListProtectedResources",
    items="Results",
    key=lambda resource: str(resource["ResourceArn"]),
    params={"MaxResults": 1000},
    only_if=keeps_none,
    same_as=Protected,
)
"""The same as context: has a database without backups of its own some with AWS Backup?"""

BackupJobs: Source[Any] = Source(
    operation="backup:ListBackupJobs",
    items="BackupJobs",
    key=lambda job: str(job["ResourceArn"]),
    narrow=lambda resource: {"ByResourceArn": resource},
)
"""All jobs of one resource."""

RecoveryPointTags: Each[Mapping[str, str]] = Each(
    operation="backup:ListTags",
    items="Tags",
    of=Protected,
    ask=lambda point: {"ResourceArn": point},
    gone=frozenset({"ResourceNotFoundException"}),
)
"""The tags of a recovery point; they name the change that made it."""
