"""Backup jobs: one whose role was given no permission, one that went well."""

from __future__ import annotations

from steadyhand.demo.planted.ground import (
    PRODUCTION,
    TEAM,
    Bomb,
    Ground,
    Healthy,
    Things,
    Unshown,
    role,
)

ENDED_BADLY = ("FAILED", "ABORTED", "EXPIRED")


def plant(ground: Ground) -> Things:
    """Two jobs into one vault."""
    ground.client("backup").create_backup_vault(BackupVaultName=TEAM)
    well = ground.arn("dynamodb", f"table/{TEAM}-sessions-{PRODUCTION}")
    _job(ground, well, role(ground, "backup", "backup", "dynamodb:StartAwsBackupJob"))
    yield Healthy("backup", well)

    badly = ground.arn("rds", f"db:{TEAM}-billing-{PRODUCTION}")
    if _job(ground, badly, role(ground, "backup-new", "backup")) in ENDED_BADLY:
        yield Bomb("backup_job_failed", badly, PRODUCTION)
    else:
        yield Unshown("backup_job_failed", "in this emulator every backup succeeds")


def _job(ground: Ground, resource: str, performer: str) -> str:
    """Start a job as a role, and say what became of it."""
    backup = ground.client("backup")
    job = backup.start_backup_job(BackupVaultName=TEAM, ResourceArn=resource, IamRoleArn=performer)[
        "BackupJobId"
    ]
    state: str = backup.describe_backup_job(BackupJobId=job)["State"]
    return state
