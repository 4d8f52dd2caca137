"""Recovery points: made by jobs, listed, described and deleted. ministack counts them and lists none."""

import json
import re
from typing import Any
from urllib.parse import unquote

from ministack.services import backup, iam

_deleted: set[str] = set()
# Where AWS Backup spells a type other than the service part of its ARN.
TYPES = {"dynamodb": "DynamoDB", "rds": "RDS", "ec2": "EC2", "s3": "S3", "elasticfilesystem": "EFS"}


def install() -> None:
    """Derive recovery points from the jobs that made them."""
    backup._list_recovery_points_by_vault = _by_vault
    backup._describe_recovery_point = _describe
    backup._list_protected_resources = _protected
    handled, started = backup.handle_request, backup._start_job

    def start(body: dict) -> tuple:
        answered = started(body)
        if answered[0] < 300 and not _may_do_anything(body.get("IamRoleArn", "")):
            _fail(backup._jobs[json.loads(answered[2])["BackupJobId"]])
        return answered

    backup._start_job = start

    async def handle(method: str, path: str, headers: dict, body: bytes, query: dict) -> tuple:
        path = unquote(path)
        if method == "DELETE" and (
            asked := re.match(r"/backup-vaults/([^/]+)/recovery-points/(.+)$", path)
        ):
            return _delete(asked[1], asked[2])
        if method == "GET" and (asked := re.match(r"/resources/(arn:.+)/recovery-points/?$", path)):
            return _by_resource(asked[1], query)
        return await handled(method, path, headers, body, query)

    backup.handle_request = handle


def _may_do_anything(role: str) -> bool:
    """A job runs as its role: one that was given nothing can back up nothing."""
    known = iam._roles.get(role.rpartition("/")[2])
    return known is None or bool(known.get("InlinePolicies") or known.get("AttachedPolicies"))


def _fail(job: dict[str, Any]) -> None:
    job["State"], job["PercentDone"] = "FAILED", "0.0"
    job["StatusMessage"] = (
        f"IAM Role {job['IamRoleArn']} does not have sufficient permissions to execute the backup"
    )
    job.pop("RecoveryPointArn", None)
    backup._vaults[job["BackupVaultName"]]["NumberOfRecoveryPoints"] -= 1


def _points() -> list[dict[str, Any]]:
    return [
        _point(j)
        for j in backup._jobs.values()
        if j["State"] == "COMPLETED" and j["RecoveryPointArn"] not in _deleted
    ]


def _point(job: dict[str, Any]) -> dict[str, Any]:
    return {
        "RecoveryPointArn": job["RecoveryPointArn"],
        "BackupVaultName": job["BackupVaultName"],
        "BackupVaultArn": job["BackupVaultArn"],
        "ResourceArn": job["ResourceArn"],
        "ResourceType": _type(job["ResourceArn"]),
        "IamRoleArn": job["IamRoleArn"],
        "Status": "COMPLETED",
        "CreationDate": job["CreationDate"],
        "CompletionDate": job["CompletionDate"],
        "BackupSizeInBytes": job["BackupSizeInBytes"],
        "IsEncrypted": False,
        "IsParent": False,
    }


def _type(arn: str) -> str:
    service, kind = arn.split(":")[2], arn.split(":", 5)[-1]
    return "EBS" if service == "ec2" and kind.startswith("volume/") else TYPES.get(service, service)


def _missing(arn: str) -> tuple:
    return backup._err("ResourceNotFoundException", f"Recovery point '{arn}' not found.", 400)


def _by_vault(vault: str, query: dict) -> tuple:
    if vault not in backup._vaults:
        return backup._err("ResourceNotFoundException", f"Vault '{vault}' not found.", 400)
    found = [p for p in _points() if p["BackupVaultName"] == vault]
    if resource := query.get("resourceArn"):
        wanted = resource[0] if isinstance(resource, list) else resource
        found = [p for p in found if p["ResourceArn"] == wanted]
    return backup._paginate(found, query, "RecoveryPoints")


def _by_resource(arn: str, query: dict) -> tuple:
    names = ("RecoveryPointArn", "CreationDate", "Status", "BackupVaultName", "IsParent")
    found = [{k: p[k] for k in names} for p in _points() if p["ResourceArn"] == arn]
    return backup._paginate(found, query, "RecoveryPoints")


def _describe(vault: str, arn: str) -> tuple:
    found = [p for p in _points() if p["BackupVaultName"] == vault and p["RecoveryPointArn"] == arn]
    return backup._ok(found[0]) if found else _missing(arn)


def _delete(vault: str, arn: str) -> tuple:
    if not any(p["BackupVaultName"] == vault and p["RecoveryPointArn"] == arn for p in _points()):
        return _missing(arn)
    _deleted.add(arn)
    backup._vaults[vault]["NumberOfRecoveryPoints"] -= 1
    return backup._no_content()


def _protected(query: dict) -> tuple:
    latest: dict[str, dict[str, Any]] = {}
    for point in _points():
        latest[point["ResourceArn"]] = {
            "ResourceArn": point["ResourceArn"],
            "ResourceType": point["ResourceType"],
            "LastBackupTime": point["CreationDate"],
            "LastBackupVaultArn": point["BackupVaultArn"],
            "LastRecoveryPointArn": point["RecoveryPointArn"],
        }
    return backup._paginate(list(latest.values()), query, "Results")
