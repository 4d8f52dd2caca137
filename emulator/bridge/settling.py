"""How late AWS shows what was written, and through which states: the facts of the slow mode, in one place.

* RDS: an instance or cluster is `modifying`, with PendingModifiedValues; another change of it
  meanwhile is refused (docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html, and
  InvalidDBInstanceState of API_ModifyDBInstance, InvalidDBClusterStateFault of API_ModifyDBCluster).
* SQS: attributes take up to 60 seconds (API_SetQueueAttributes), so does a deletion
  (API_DeleteQueue).
* EC2: eventually consistent (AWSEC2/latest/APIReference/query-api-troubleshooting.html); a volume
  is `creating` and `deleting`, a snapshot `pending`, metadata options `pending` before `applied`
  (API_InstanceMetadataOptionsResponse); a rule shows before its tags.
* S3: the configuration of a bucket is eventually consistent (AmazonS3/latest/userguide/Welcome.html).
* Route 53: a change is PENDING and INSYNC within 60 seconds (API_ChangeInfo).
* IAM, logs, DynamoDB, ACM, Backup: eventually consistent
  (IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency).

Answers are as botocore parses them. Whoever pretends to be slow takes these from here: the bridge's
slow mode, and what stands before moto in the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

Params = Mapping[str, Any]
Answer = Mapping[str, Any]
Write = tuple[str, Params]
"""An action, and what was said with it."""

ELSEWHERE = 30.0
"""Seconds until a write shows, where no page names them."""

NEVER = frozenset({"sts", "cloudformation"})
"""Services that hold nothing, or tell the states of what is under way by themselves."""

LATE: Mapping[str, float] = {
    "rds": 1500, "sqs": 55, "ec2": 40, "logs": 20, "route53": 45, "iam": 15, "s3": 45,
    "dynamodb": 30, "acm": 30, "backup": 45,
    "rds:ModifyDBSnapshotAttribute": 60, "rds:ModifyDBClusterSnapshotAttribute": 60,
}  # fmt: skip
"""Seconds until a write shows, by service or action."""

STATES: Mapping[str, float] = {
    "ec2:CreateSnapshot": 5400, "ec2:CreateVolume": 400, "ec2:DeleteVolume": 300,
    "ec2:AuthorizeSecurityGroupIngress": 40,
}  # fmt: skip
"""Seconds that it takes through states which are seen."""

AT_ONCE = ("ec2:CreateSnapshot", "ec2:CreateVolume")
"""What is there at once, with an id, and not yet ready."""


def seconds(action: str) -> float:
    """Until a write shows as it was meant."""
    late = LATE.get(action, LATE.get(action.partition(":")[0], ELSEWHERE))
    return STATES.get(action, late)


def refusal(action: str, params: Params, under_way: Iterable[Write]) -> str:
    """The error that AWS answers to a write while others are under way, or nothing."""
    for kind, error in BUSY.items():
        if action.startswith("rds:Modify") and (name := params.get(kind)):
            for other, said in under_way:
                if other.startswith("rds:Modify") and said.get(kind) == name:
                    return error
    return ""


BUSY: Mapping[str, str] = {
    "DBInstanceIdentifier": "InvalidDBInstanceState",
    "DBClusterIdentifier": "InvalidDBClusterStateFault",
}
"""What takes no second change while one is under way, by the parameter that names it."""


def shown(answer: Answer, under_way: Iterable[Write]) -> Answer:
    """A stale answer with the states of the writes that do not show yet."""
    for action, params in under_way:
        if mark := MARKS.get(action):
            mark(answer, params)
    return answer


def unready(answer: Answer, pending: Iterable[tuple[str, str]]) -> Answer:
    """An answer with what is there already and not ready: which action made it, and its id."""
    for action, name in pending:
        items, key, field, state = PENDING[action]
        for item in named(answer, items, key, name):
            item[field] = state
    return answer


def made(action: str, answer: Answer) -> list[str]:
    """The ids of what a write made and that is not ready at once."""
    if action in AT_ONCE:
        return [str(answer.get("SnapshotId") or answer.get("VolumeId"))]
    return [str(one["SecurityGroupRuleId"]) for one in answer.get("SecurityGroupRules", ())]


def modifying(answer: Answer, params: Params) -> None:
    """An instance that is being modified."""
    kept = params.get("BackupRetentionPeriod")
    for item in named(
        answer, "DBInstances", "DBInstanceIdentifier", params["DBInstanceIdentifier"]
    ):
        item["DBInstanceStatus"] = "modifying"
        item["PendingModifiedValues"] = {"BackupRetentionPeriod": kept} if kept is not None else {}


def cluster_modifying(answer: Answer, params: Params) -> None:
    """A cluster that is being modified."""
    for item in named(answer, "DBClusters", "DBClusterIdentifier", params["DBClusterIdentifier"]):
        item["Status"] = "modifying"


def deleting(answer: Answer, params: Params) -> None:
    """A volume that is being deleted."""
    for item in named(answer, "Volumes", "VolumeId", params["VolumeId"]):
        item["State"] = "deleting"


def applying(answer: Answer, params: Params) -> None:
    """Metadata options that do not hold yet."""
    for reservation in answer.get("Reservations", ()):
        for item in named(reservation, "Instances", "InstanceId", params["InstanceId"]):
            item["MetadataOptions"]["State"] = "pending"


MARKS: Mapping[str, Callable[[Answer, Params], None]] = {
    "rds:ModifyDBInstance": modifying,
    "rds:ModifyDBCluster": cluster_modifying,
    "ec2:DeleteVolume": deleting,
    "ec2:ModifyInstanceMetadataOptions": applying,
}
"""How what does not show yet shows already."""

PENDING: Mapping[str, tuple[str, str, str, Any]] = {
    "ec2:CreateSnapshot": ("Snapshots", "SnapshotId", "State", "pending"),
    "ec2:CreateVolume": ("Volumes", "VolumeId", "State", "creating"),
    "ec2:AuthorizeSecurityGroupIngress": ("SecurityGroupRules", "SecurityGroupRuleId", "Tags", []),
}
"""How what is there already is not ready: in which list, by which id, which field says what."""


def named(answer: Mapping[str, Any], items: str, key: str, name: str) -> Iterator[dict[str, Any]]:
    """The items of an answer with one id."""
    yield from (one for one in answer.get(items, ()) if one.get(key) == name)
