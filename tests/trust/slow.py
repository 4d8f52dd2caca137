"""AWS as it documents itself: a write is answered at once and shows later, in pieces, by its states.

* RDS: an instance is `modifying` with PendingModifiedValues; another change of it meanwhile is
  refused (docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html, and
  InvalidDBInstanceState of API_ModifyDBInstance).
* SQS: attributes take up to 60 seconds (API_SetQueueAttributes), so does a deletion
  (API_DeleteQueue).
* EC2: eventually consistent (AWSEC2/latest/APIReference/query-api-troubleshooting.html); a volume
  is `creating` and `deleting`, a snapshot `pending`, metadata options `pending` before `applied`
  (API_InstanceMetadataOptionsResponse); a rule shows before its tags.
* S3: the configuration of a bucket is eventually consistent (AmazonS3/latest/userguide/Welcome.html).
* Route 53: a change is PENDING and INSYNC within 60 seconds (API_ChangeInfo).
* IAM, logs, DynamoDB, ACM, Backup: eventually consistent
  (IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from steadyhand.model import Answer, Call
from tests.trust.lab import is_read, no

LATE: Mapping[str, float] = {
    "rds": 1500, "sqs": 55, "ec2": 40, "logs": 20, "route53": 45, "iam": 15, "s3": 45,
    "dynamodb": 30, "acm": 30, "backup": 45,
    "rds:ModifyDBSnapshotAttribute": 60, "rds:ModifyDBClusterSnapshotAttribute": 60,
}  # fmt: skip
"""Seconds until a write shows, by service or action; elsewhere half a minute."""

STATES: Mapping[str, float] = {
    "ec2:CreateSnapshot": 5400, "ec2:CreateVolume": 400, "ec2:DeleteVolume": 300,
    "ec2:AuthorizeSecurityGroupIngress": 40,
}  # fmt: skip
"""Seconds that it takes through states which are seen."""

AT_ONCE = ("ec2:CreateSnapshot", "ec2:CreateVolume")
"""What is there at once, with an id, and not yet ready."""


@dataclass
class Later:
    """One write that does not show yet."""

    due: datetime
    call: Call
    go: Callable[[], Answer]


@dataclass
class Slow:
    """What is on its way, and what of it is seen already."""

    queue: list[Later] = field(default_factory=list)
    pending: list[tuple[datetime, str, str]] = field(default_factory=list)

    @property
    def waits(self) -> bool:
        """Is anything on its way?"""
        return bool(self.queue or self.pending)

    def land(self, now: datetime) -> None:
        """What is due happens. What cannot happen any more is lost without a word."""
        for one in [one for one in self.queue if one.due <= now]:
            self.queue.remove(one)
            try:
                answer = one.go()
            except Exception:  # noqa: BLE001 - nobody is there to hear of it
                continue
            for rule in answer.get("SecurityGroupRules", ()):
                until = one.due + timedelta(seconds=STATES[one.call.action])
                self.pending.append((until, one.call.action, rule["SecurityGroupRuleId"]))
        self.pending = [one for one in self.pending if one[0] > now]

    def ask(self, call: Call, go: Callable[[], Answer], now: datetime) -> Answer:
        """A read shows what has settled; a write begins to."""
        self.land(now)
        if is_read(call.action):
            return self.shown(go())
        late = LATE.get(call.action, LATE.get(call.service, 30))
        seconds = STATES.get(call.action, late)
        due = now + timedelta(seconds=seconds)
        if call.action in AT_ONCE:
            answer = go()
            name = answer.get("SnapshotId") or answer.get("VolumeId")
            self.pending.append((due, call.action, str(name)))
            return answer
        if call.service == "rds" and any(one.call.service == "rds" for one in self.queue):
            raise no("InvalidDBInstanceState")
        self.queue.append(Later(due, call, go))
        return {}

    def shown(self, answer: Answer) -> Answer:
        """An answer with the states of what is on its way."""
        for one in self.queue:
            if mark := MARKS.get(one.call.action):
                mark(answer, one.call.params)
        for _, action, name in self.pending:
            items, key, field_, state = PENDING[action]
            for item in named(answer, items, key, name):
                item[field_] = state
        return answer


def modifying(answer: Answer, params: Mapping[str, Any]) -> None:
    """An instance that is being modified."""
    kept = params.get("BackupRetentionPeriod")
    for item in answer.get("DBInstances", ()):
        item["DBInstanceStatus"] = "modifying"
        item["PendingModifiedValues"] = {"BackupRetentionPeriod": kept} if kept is not None else {}


def deleting(answer: Answer, params: Mapping[str, Any]) -> None:
    """A volume that is being deleted."""
    for item in named(answer, "Volumes", "VolumeId", params["VolumeId"]):
        item["State"] = "deleting"


def applying(answer: Answer, params: Mapping[str, Any]) -> None:
    """Metadata options that do not hold yet."""
    del params
    for reservation in answer.get("Reservations", ()):
        for item in reservation["Instances"]:
            item["MetadataOptions"]["State"] = "pending"


MARKS: Mapping[str, Callable[[Answer, Mapping[str, Any]], None]] = {
    "rds:ModifyDBInstance": modifying,
    "ec2:DeleteVolume": deleting,
    "ec2:ModifyInstanceMetadataOptions": applying,
}
"""How what is queued shows already."""

PENDING: Mapping[str, tuple[str, str, str, Any]] = {
    "ec2:CreateSnapshot": ("Snapshots", "SnapshotId", "State", "pending"),
    "ec2:CreateVolume": ("Volumes", "VolumeId", "State", "creating"),
    "ec2:AuthorizeSecurityGroupIngress": ("SecurityGroupRules", "SecurityGroupRuleId", "Tags", []),
}
"""How what is there already is not ready: in which list, by which id, which field says what."""


def named(answer: Answer, items: str, key: str, name: str) -> Iterator[dict[str, Any]]:
    """The items of an answer with one id."""
    yield from (one for one in answer.get(items, ()) if one[key] == name)
