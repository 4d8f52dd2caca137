"""Backups that failed and were not made up for. moto lists no backup jobs: recorded answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from steadyhand.checks.backups.backup_job_failed import BackupJobFailed
from steadyhand.model import CHANGE, MARK, TOKEN, ReadFailed, Ref, Risk, Unknown
from steadyhand.sources.backup import LatestBackupJobs
from tests.checks.recorded import outcomes, spot
from tests.verbs import NOW, found, planned

CHECK = BackupJobFailed()
NOT_ON_MOTO = "moto starts no backup."
NO_ECHO = ("backup:StopBackupJob", "backup:DeleteRecoveryPoint")
ROLE = "arn:aws:iam::123456789012:role/service-role/AWSBackupDefaultServiceRole"
VOLUME = "arn:aws:ec2:eu-central-1:123456789012:volume/vol-1"
FILES = "arn:aws:elasticfilesystem:eu-central-1:123456789012:file-system/fs-1"
TABLE = "arn:aws:dynamodb:eu-central-1:123456789012:table/orders"


def job(resource: str, state: str, hours: float = 1, **more: Any) -> dict[str, Any]:
    known = {
        "BackupJobId": f"{state}-{hours}",
        "BackupVaultName": "nightly",
        "ResourceArn": resource,
        "ResourceType": "EBS",
        "IamRoleArn": ROLE,
        "State": state,
        "CreationDate": NOW - timedelta(hours=hours),
    }
    return known | more


BAD = {
    LatestBackupJobs: [
        job(VOLUME, "FAILED", ResourceName="data", StatusMessage="Access denied"),
        job(FILES, "EXPIRED", ResourceType="EFS", RecoveryPointLifecycle={"DeleteAfterDays": 7}),
        job(TABLE, "ABORTED", ResourceType="DynamoDB", BackupOptions={"A": "b"}),
    ]
}
GOOD = {LatestBackupJobs: [job(VOLUME, "COMPLETED"), job(FILES, "RUNNING"), job(TABLE, "CREATED")]}


def test_says_what_became_of_it() -> None:
    assert [finding.summary for finding in found(CHECK, BAD)] == [
        "the last backup of data, begun on 23 November 2026, failed",
        "the last backup of file-system/fs-1, begun on 23 November 2026, did not start in time",
        "the last backup of table/orders, begun on 23 November 2026, was aborted",
    ]


def test_starts_the_same_once_more() -> None:
    volume, files, table = found(CHECK, BAD)
    (step,) = planned(CHECK, files)
    assert step.do.params == {
        "BackupVaultName": "nightly",
        "ResourceArn": FILES,
        "IamRoleArn": ROLE,
        "Lifecycle": {"DeleteAfterDays": 7},
        "IdempotencyToken": TOKEN,
        "RecoveryPointTags": {MARK: CHANGE},
    }
    assert planned(CHECK, volume)[0].do.params["Lifecycle"] == {"DeleteAfterDays": 35}
    assert planned(CHECK, table)[0].do.params["BackupOptions"] == {"A": "b"}


def test_is_safe_only_where_it_can_be_undone_whole() -> None:
    volume, files, _ = found(CHECK, BAD)
    assert CHECK.risk_of(volume) is Risk.APPROVAL
    assert [step.undo for step in planned(CHECK, volume)] == [None]
    assert CHECK.risk_of(files) is Risk.SAFE
    (delete,) = (step.undo for step in planned(CHECK, files))
    assert delete
    assert delete.params["RecoveryPointArn"] == Ref(0, "RecoveryPointArn")


def test_without_a_role_there_is_no_plan() -> None:
    (finding,) = found(CHECK, {LatestBackupJobs: [job(VOLUME, "FAILED", IamRoleArn="")]})
    assert planned(CHECK, finding) == []


def listed(*pages: list[dict[str, Any]]) -> Any:
    """Pages of jobs."""

    def answer(params: Any) -> Any:
        assert params["ByCreatedAfter"] == NOW - timedelta(days=30)
        page = int(params.get("NextToken", 0))
        more = {"NextToken": str(page + 1)} if page + 1 < len(pages) else {}
        return {"BackupJobs": pages[page]} | more

    return {"backup:ListBackupJobs": answer}


def test_the_last_job_of_each_resource_counts_whatever_the_order() -> None:
    said = listed(
        [job(VOLUME, "FAILED", 30), job(FILES, "COMPLETED", 30), job(TABLE, "FAILED", 3)],
        [job(VOLUME, "COMPLETED", 2), job(FILES, "FAILED", 2), job(TABLE, "COMPLETED", 20)],
    )
    spot(CHECK, said, [FILES, TABLE])


@pytest.mark.parametrize("state", ["CREATED", "PENDING", "RUNNING"])
def test_what_was_started_again_counts_as_done(state: str) -> None:
    spot(CHECK, listed([job(VOLUME, "FAILED", 3), job(VOLUME, state, 1)]), [])


def test_no_is_not_a_pass() -> None:
    denied = ReadFailed("AccessDeniedException", "you may not")
    (outcome,) = outcomes(CHECK, {"backup:ListBackupJobs": lambda _: denied})
    assert isinstance(outcome, Unknown)
