"""One of each safe thing that costs nothing to make: how it is made, and whether it is fixed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.verify.sandbox import WORD, Sandbox

TAGS = [{"Key": "environment", "Value": WORD}]


@dataclass(frozen=True)
class Made:
    """The key of the finding, and a look at the thing itself."""

    key: str
    is_fixed: Callable[[], bool]


@dataclass(frozen=True)
class Plant:
    """A check, and how what it finds is made."""

    check: str
    make: Callable[[Sandbox], Made]
    usd: float = 0.0


def port(number: int, sandbox: Sandbox) -> Made:
    """A security group of a VPC of its own, without anything in it, open to the world."""
    ec2, name = sandbox.client("ec2"), sandbox.named(f"port-{number}")
    vpc = ec2.create_vpc(CidrBlock="10.99.0.0/24")["Vpc"]["VpcId"]
    sandbox.removing(f"VPC {vpc}", lambda: ec2.delete_vpc(VpcId=vpc))
    group = ec2.create_security_group(
        GroupName=name,
        Description="made by make verify-aws",
        VpcId=vpc,
        TagSpecifications=[{"ResourceType": "security-group", "Tags": TAGS}],
    )["GroupId"]
    sandbox.removing(f"security group {group}", lambda: ec2.delete_security_group(GroupId=group))
    world = {"CidrIp": "0.0.0.0/0", "Description": "verifying"}
    opened = {"IpProtocol": "tcp", "FromPort": number, "ToPort": number, "IpRanges": [world]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[opened])

    def is_fixed() -> bool:
        (found,) = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
        return not found["IpPermissions"]

    return Made(group, is_fixed)


def table(sandbox: Sandbox) -> Made:
    """A table, looked at the moment it is there: recovery cannot be switched on at once."""
    dynamodb, name = sandbox.client("dynamodb"), sandbox.named("table")
    sandbox.removing(f"table {name}", lambda: dynamodb.delete_table(TableName=name))
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        Tags=TAGS,
    )

    def is_fixed() -> bool:
        said = dynamodb.describe_continuous_backups(TableName=name)
        state = said["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
        return bool(state["PointInTimeRecoveryStatus"] == "ENABLED")

    return Made(name, is_fixed)


def log_group(sandbox: Sandbox) -> Made:
    """A log group that keeps everything."""
    logs, name = sandbox.client("logs"), sandbox.named("logs")
    sandbox.removing(f"log group {name}", lambda: logs.delete_log_group(logGroupName=name))
    logs.create_log_group(logGroupName=name, tags={"environment": WORD})

    def is_fixed() -> bool:
        found = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
        return any("retentionInDays" in one for one in found)

    return Made(name, is_fixed)


def dead_letters(sandbox: Sandbox) -> Made:
    """A dead-letter queue that nobody watches."""
    sqs = sandbox.client("sqs")
    urls: list[str] = []

    def queue(what: str, **attributes: str) -> str:
        made: str = sqs.create_queue(
            QueueName=sandbox.named(what), Attributes=attributes, tags={"environment": WORD}
        )["QueueUrl"]
        sandbox.removing(f"queue {made}", partial(sqs.delete_queue, QueueUrl=made))
        urls.append(made)
        return made

    dead = queue("dead")
    said: Any = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])
    redrive = {"deadLetterTargetArn": said["Attributes"]["QueueArn"], "maxReceiveCount": 3}
    queue("work", RedrivePolicy=json.dumps(redrive))
    alarms, called = sandbox.client("cloudwatch"), f"dead-letters-{sandbox.named('dead')}"
    sandbox.removing(f"alarm {called}", lambda: alarms.delete_alarms(AlarmNames=[called]))

    def is_fixed() -> bool:
        return bool(alarms.describe_alarms(AlarmNames=[called])["MetricAlarms"])

    return Made(dead, is_fixed)


PLANTS = (
    Plant("open_admin_ports", partial(port, 22)),
    Plant("open_data_ports", partial(port, 5432)),
    Plant("dynamodb_pitr_off", table, 0.01),
    Plant("endless_logs", log_group),
    Plant("dlq_without_alarm", dead_letters, 0.01),
)
