"""Undo with neighbours: other grants, other people's changes, undos in any order; then as before.

A neighbour does something to the same resource while our change is in force, and takes it back
after our undo: what is left must be exactly what was there before anybody came.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from steadyhand.model import ChangeState
from tests.checks.exposure.groups import lets_in
from tests.reconcilers import REGION
from tests.trust.lab import account, tried
from tests.trust.planted_data import FILES
from tests.trust.scenes import Scene, scene
from tests.trust.slow import Slow

Hand = Callable[[Scene], None]
Neighbour = tuple[Hand, Hand]
"""What somebody does beside us, and how they take it back."""

Asked = tuple[str, Mapping[str, Any]]
"""An operation of a client, and its parameters."""


def grant(*made: Any, **more: Any) -> Neighbour:
    """Another grant of the group."""

    def said(here: Scene) -> dict[str, Any]:
        return {"GroupId": here.key, "IpPermissions": [lets_in(*made, **more)]}

    return (
        lambda here: here.world.client("ec2").authorize_security_group_ingress(**said(here)),
        lambda here: here.world.client("ec2").revoke_security_group_ingress(**said(here)),
    )


def ec2_tag(name: str) -> Neighbour:
    """A tag on the resource itself."""
    pairs = [{"Key": name, "Value": "$at"}]
    return (
        lambda here: here.world.client("ec2").create_tags(Resources=[here.key], Tags=pairs),
        lambda here: here.world.client("ec2").delete_tags(Resources=[here.key], Tags=pairs),
    )


def call(
    service: str, do: str, undo: str, said: Mapping[str, Any], back: Mapping[str, Any]
) -> Neighbour:
    """Two calls that name the resource already."""
    return (
        lambda here: getattr(here.world.client(service), do)(**said),
        lambda here: getattr(here.world.client(service), undo)(**back),
    )


def database(name: str, new: Any, old: Any) -> Neighbour:
    """Another field of the instance."""

    def modify(value: Any) -> Hand:
        return lambda here: here.world.client("rds").modify_db_instance(
            DBInstanceIdentifier="orders", ApplyImmediately=True, **{name: value}
        )

    return modify(new), modify(old)


def by_key(service: str, on: str, do: Asked, undo: Asked) -> Neighbour:
    """Two calls that name the resource by its key, in the parameter `on`."""

    def asked(operation: str, said: Mapping[str, Any]) -> Hand:
        return lambda here: getattr(here.world.client(service), operation)(**{on: here.key}, **said)

    return asked(*do), asked(*undo)


def queue(value: str) -> Hand:
    return lambda here: here.world.client("sqs").set_queue_attributes(
        QueueUrl=here.key, Attributes={"VisibilityTimeout": value}
    )


GRANTS = [
    grant(443, said="web"),
    grant(8000, 8080, cidr="10.0.0.0/8"),
    grant(53, protocol="udp", cidr="10.1.0.0/16"),
    grant(22, cidr="192.168.0.0/16", said="vpn 2"),
]
BUCKETS = {"attic", "acme-tfstate"}
DATABASES = [
    database("MultiAZ", True, False),
    database("DBInstanceClass", "db.t4g.small", "db.t4g.micro"),
]


def s3_tags(bucket: str) -> Neighbour:
    said = {"Bucket": bucket, "Tagging": {"TagSet": [{"Key": "$at", "Value": "x"}]}}
    return call("s3", "put_bucket_tagging", "delete_bucket_tagging", said, {"Bucket": bucket})


def dynamodb(operation: str, on: Mapping[str, Any], off: Mapping[str, Any]) -> Neighbour:
    """Another setting of the table."""
    name = {"TableName": "orders"}
    return call("dynamodb", operation, operation, name | dict(on), name | dict(off))


TTL = dynamodb(
    "update_time_to_live",
    {"TimeToLiveSpecification": {"Enabled": True, "AttributeName": "t"}},
    {"TimeToLiveSpecification": {"Enabled": False, "AttributeName": "t"}},
)
PITR = dynamodb(
    "update_continuous_backups",
    {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}},
    {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": False}},
)
PROTECTION = dynamodb(
    "update_table", {"DeletionProtectionEnabled": True}, {"DeletionProtectionEnabled": False}
)
UNRELATED = [
    call("logs", "create_log_group", "delete_log_group", {"logGroupName": "n"}, {"logGroupName": "n"}),
]  # fmt: skip
NEIGHBOURS: Mapping[str, Sequence[Neighbour]] = {
    "open_admin_ports": GRANTS,
    "open_data_ports": GRANTS[1:],
    "open_all_ports": GRANTS,
    "idle_elastic_ip": [
        call("ec2", "create_security_group", "delete_security_group",
             {"GroupName": "n", "Description": "n"}, {"GroupName": "n"}),
    ],
    "unattached_volume": [
        call("ec2", "create_security_group", "delete_security_group",
             {"GroupName": "n", "Description": "n"}, {"GroupName": "n"}),
    ],
    "imdsv1_allowed": [ec2_tag("team"), ec2_tag("$bytes")],
    "public_bucket": [s3_tags("attic")],
    "bucket_versioning_off": [s3_tags("acme-tfstate")],
    "rds_backups_off": [*DATABASES, database("PubliclyAccessible", True, False)],
    "public_rds_instance": DATABASES,
    "dynamodb_pitr_off": [TTL, PROTECTION],
    "queue_without_dlq": [(queue("77"), queue("30"))],
    "endless_logs": [
        call("logs", "tag_log_group", "untag_log_group",
             {"logGroupName": "/app", "tags": {"$ref": "x"}}, {"logGroupName": "/app", "tags": ["$ref"]}),
        call("logs", "put_retention_policy", "put_retention_policy",
             {"logGroupName": "/app#blue", "retentionInDays": 90},
             {"logGroupName": "/app#blue", "retentionInDays": 30}),
    ],
    "unused_access_key": [
        call("iam", "tag_user", "untag_user",
             {"UserName": "ann", "Tags": [{"Key": "team", "Value": "$at"}]},
             {"UserName": "ann", "TagKeys": ["team"]}),
    ],
    "config_recorder_off": [
        call("config", "put_retention_configuration", "delete_retention_configuration",
             {"RetentionPeriodInDays": 90}, {"RetentionConfigurationName": "default"}),
    ],
    "gp2_volume": [ec2_tag("team"), ec2_tag("$bytes")],
    "kms_key_pending_deletion": [
        by_key("kms", "KeyId", ("tag_resource", {"Tags": [{"TagKey": "team", "TagValue": "$at"}]}),
               ("untag_resource", {"TagKeys": ["team"]})),
    ],
    "leaked_access_key": [
        call("iam", "tag_user", "untag_user",
             {"UserName": "ci", "Tags": [{"Key": "team", "Value": "$at"}]},
             {"UserName": "ci", "TagKeys": ["team"]}),
    ],
    "missed_schedule": [
        call("events", "put_targets", "remove_targets",
             {"Rule": "invoices", "Targets": [{"Id": "t", "Arn": f"arn:aws:sqs:{REGION}:123456789012:n"}]},
             {"Rule": "invoices", "Ids": ["t"]}),
    ],
    "rds_deletion_protection_off": DATABASES,
    "secret_pending_deletion": [
        by_key("secretsmanager", "SecretId",
               ("tag_resource", {"Tags": [{"Key": "team", "Value": "$at"}]}),
               ("untag_resource", {"TagKeys": ["team"]})),
    ],
    "silent_alarm": [
        call("cloudwatch", "set_alarm_state", "set_alarm_state",
             {"AlarmName": "api-5xx", "StateValue": "ALARM", "StateReason": "n"},
             {"AlarmName": "api-5xx", "StateValue": "OK", "StateReason": "n"}),
    ],
    "table_deletion_protection_off": [TTL, PITR],
    "threat_detection_off": [
        by_key("guardduty", "DetectorId",
               ("create_filter", {"Name": "known", "FindingCriteria": {"Criterion": {}}}),
               ("delete_filter", {"FilterName": "known"})),
    ],
    "acm_renewal_blocked": [
        call("sqs", "create_queue", "delete_queue", {"QueueName": "n"},
             {"QueueUrl": f"https://sqs.{REGION}.amazonaws.com/123456789012/n"}),
    ],
    "acm_expiring": [
        call("logs", "create_log_group", "delete_log_group", {"logGroupName": "n"}, {"logGroupName": "n"}),
    ],
    "backup_job_failed": [
        call("logs", "create_log_group", "delete_log_group", {"logGroupName": FILES[-4:]}, {"logGroupName": FILES[-4:]}),
    ],
}  # fmt: skip

MORE: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "open_admin_ports": [lets_in(22, cidr="::/0"), lets_in(3389, said="$at"), lets_in(20, 25)],
    "open_data_ports": [
        lets_in(6379, cidr="::/0"),
        lets_in(3306, said="ä"),
        lets_in(5432, cidr="::/0"),
    ],
}
"""Grants that the check has something against too: several changes of one resource."""


def neighbours(here: Scene, name: str) -> Sequence[Neighbour]:
    """What others do beside this check: as its planting says, else as this file does."""
    return [
        (lambda here, do=do: do(here.world), lambda here, back=back: back(here.world))
        for do, back in here.planting.beside
    ] or NEIGHBOURS.get(name, UNRELATED)


def undone_exactly(name: str, number: int) -> list[str]:
    """One generated configuration, and what was not as before in the end."""
    chance = random.Random(f"{name} {number}")
    with account(Slow() if chance.random() < 0.25 else None) as world:
        here = scene(name, world)
        for more in chance.sample(
            MORE.get(name, []), chance.randint(0, len(MORE.get(name, [])[:2]))
        ):
            world.client("ec2").authorize_security_group_ingress(
                GroupId=here.key, IpPermissions=[more]
            )
        before = here.truth()
        beside = neighbours(here, name)
        beside = chance.sample(beside, chance.randint(0, len(beside)))
        here.event() if here.safe else here.fix()
        here.echo()
        here.settle(20)
        changes = world.changes()
        if not changes or any(one.state is not ChangeState.VERIFIED for one in changes):
            return [f"not fixed: {[(str(one.state), one.reason) for one in changes]}"]
        for do, _ in beside:
            do(here)
        world.clock.turn(minutes=chance.choice([1, 20, 60 * 24 * 3]))
        if not any(step.undo for change in changes for step in change.steps):
            return irreversible(here)
        wrong = []
        for change in chance.sample(changes, len(changes)):
            out = tried(lambda one=change: here.undo(one))  # type: ignore[misc]
            here.settle(20)
            if out != "ok":
                wrong.append(f"{out}")
            if chance.random() < 0.5:
                here.event()
        for _, back in reversed(beside):
            back(here)
        here.settle()
        wrong += [str(one.state) for one in world.changes() if one.state is not ChangeState.UNDONE]
        if (now := here.truth()) != before:
            wrong.append(f"before {before}, after {now}")
        return wrong


def irreversible(here: Scene) -> list[str]:
    """What has no way back was asked about before, and says so when somebody wants it undone."""
    wrong = ["it has no way back, and was not asked about"] if here.safe else []
    fixed, calls = here.truth(), len(here.world.mutations)
    for change in here.world.changes():
        out = tried(lambda one=change: here.undo(one))  # type: ignore[misc]
        if not out.startswith("refused irreversible"):
            wrong.append(out)
    if here.truth() != fixed or len(here.world.mutations) != calls:
        wrong.append("something was called all the same")
    return wrong
