"""What somebody changes by hand in a stack is set back by its event, and undone exactly.

For every type of the table that ministack compares; where a person is asked, when they approved. In the account that enforces
IAM, CloudFormation compares with the rights of the role that these stacks make for that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from steadyhand.engine.event_index import COMPLIANCE
from steadyhand.model import STEADYHAND, Change, ChangeState, Risk
from tests.emulator.door import OPERATORS, operator, say
from tests.emulator.living import Living, eventually, forget_the_hour, only

pytestmark = [pytest.mark.emulator]
DURATION = re.compile(r"\tDuration: ([\d.]+) ms")
MINUTE = 60.0


@dataclass(frozen=True)
class Hand:
    """One property of one resource: what the template says, and how a person makes it another."""

    type: str
    properties: Mapping[str, Any]
    moves: Callable[[Any, str], object]
    path: str
    before: Any
    by_hand: Any


KEYS = {
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}
FUNCTION = {
    "Code": {"ZipFile": "def handler(event, context): return 1"},
    "Handler": "index.handler",
    "Runtime": "python3.13",
    "Role": "arn:aws:iam::000000000000:role/any",
    "Timeout": 30,
}
HANDS = {
    "queue": Hand(
        "AWS::SQS::Queue",
        {"VisibilityTimeout": 90},
        lambda client, name: client("sqs").set_queue_attributes(
            QueueUrl=name, Attributes={"VisibilityTimeout": "30"}
        ),
        "VisibilityTimeout", 90, 30,
    ),
    "topic": Hand(
        "AWS::SNS::Topic",
        {"DisplayName": "Shop"},
        lambda client, name: client("sns").set_topic_attributes(
            TopicArn=name, AttributeName="DisplayName", AttributeValue="Shoop"
        ),
        "DisplayName", "Shop", "Shoop",
    ),
    "logs": Hand(
        "AWS::Logs::LogGroup",
        {"RetentionInDays": 90},
        lambda client, name: client("logs").put_retention_policy(
            logGroupName=name, retentionInDays=7
        ),
        "RetentionInDays", 90, 7,
    ),
    "table": Hand(
        "AWS::DynamoDB::Table",
        KEYS | {"DeletionProtectionEnabled": True},
        lambda client, name: client("dynamodb").update_table(
            TableName=name, DeletionProtectionEnabled=False
        ),
        "DeletionProtectionEnabled", True, False,
    ),
    "bucket": Hand(
        "AWS::S3::Bucket",
        {"VersioningConfiguration": {"Status": "Enabled"}},
        lambda client, name: client("s3").put_bucket_versioning(
            Bucket=name, VersioningConfiguration={"Status": "Suspended"}
        ),
        "VersioningConfiguration.Status", "Enabled", "Suspended",
    ),
    "function": Hand(
        "AWS::Lambda::Function",
        FUNCTION,
        lambda client, name: client("lambda").update_function_configuration(
            FunctionName=name, Timeout=3
        ),
        "Timeout", 30, 3,
    ),
}  # fmt: skip
ALARM = {
    "AlarmName": "drift-alarm",
    "Namespace": "Shop",
    "MetricName": "Errors",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 5,
    "ComparisonOperator": "GreaterThanThreshold",
}
ASKED = {
    "parameter": Hand(
        "AWS::SSM::Parameter",
        {"Type": "String", "Value": "90"},
        lambda client, name: client("ssm").put_parameter(Name=name, Value="30", Overwrite=True),
        "Value", "90", "30",
    ),
    "alarm": Hand(
        "AWS::CloudWatch::Alarm",
        ALARM,
        lambda client, _: client("cloudwatch").put_metric_alarm(**ALARM | {"Threshold": 50}),
        "Threshold", 5, 50,
    ),
    "rule": Hand(
        "AWS::Events::Rule",
        {"ScheduleExpression": "rate(7 days)", "State": "ENABLED"},
        lambda client, name: client("events").disable_rule(Name=name),
        "State", "ENABLED", "DISABLED",
    ),
}  # fmt: skip
"""With these, every type of the table that the emulator compares."""


@dataclass(frozen=True)
class Stack:
    """One stack with one resource, and what CloudFormation's own comparison says of it."""

    here: Living
    name: str
    physical: str

    def status(self) -> str:
        said = self.here.aws.client("cloudformation").detect_stack_resource_drift(
            StackName=self.name, LogicalResourceId="Thing"
        )
        return str(said["StackResourceDrift"]["StackResourceDriftStatus"])


def made(here: Living, what: str, environment: str) -> Stack:
    hand, formation = (HANDS | ASKED)[what], here.aws.client("cloudformation")
    name = f"drift-{what}-{environment}"
    resource = {"Type": hand.type, "Properties": hand.properties}
    formation.create_stack(
        StackName=name,
        TemplateBody=json.dumps({"Resources": {"Thing": resource}}),
        Tags=[{"Key": "environment", "Value": environment}],
    )

    def status() -> str:
        return str(formation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])

    eventually(lambda: status() == "CREATE_COMPLETE")
    (thing,) = formation.describe_stack_resources(StackName=name)["StackResources"]
    return Stack(here, name, thing["PhysicalResourceId"])


def set_back(here: Living, what: str, environment: str = "dev") -> tuple[Stack, Change]:
    """Somebody changes it, and it is as the template says again."""
    forget_the_hour(here)
    hand, stack = HANDS[what], made(here, what, environment)
    key = f"{hand.type} {stack.physical}"
    assert stack.status() == "IN_SYNC"
    hand.moves(here.aws.client, stack.physical)
    (change,) = eventually(lambda: [
        one for one in here.changes(key) if one.state is ChangeState.VERIFIED
    ])  # fmt: skip
    assert stack.status() == "IN_SYNC"
    (one,) = change.finding.evidence["properties"]
    assert one == {"property": hand.path, "template": hand.before, "now": hand.by_hand}
    assert change.finding.evidence["asks"] == []
    return stack, change


@pytest.mark.parametrize("what", HANDS)
def test_by_hand_set_back_undone(living: Living, what: str) -> None:
    here = living
    stack, change = set_back(here, what)
    key = change.finding.key
    undone = here.reconciler.undo(change, f"arn:aws:iam::{here.aws.account}:user/ann")
    assert undone.state is ChangeState.UNDONE
    assert stack.status() == "MODIFIED"
    # Who undid it meant it: the event of the undo leads to no second change.
    eventually(lambda: [one for one in here.records(key) if one.undone_at])
    assert len(here.changes(key)) == 1


@pytest.mark.parametrize("what", ASKED)
def test_by_hand_asked_approved_undone(living: Living, what: str) -> None:
    here, hand = living, ASKED[what]
    stack = made(here, what, "dev")
    hand.moves(here.aws.client, stack.physical)
    (record,) = eventually(lambda: [
        one for one in here.records(f"{hand.type} {stack.physical}")
        if one.finding.check == "resource_drift"
    ])  # fmt: skip
    (one,) = record.finding.evidence["properties"]
    assert one == {"property": hand.path, "template": hand.before, "now": hand.by_hand}
    assert (record.risk, len(record.finding.evidence["asks"])) == (Risk.APPROVAL, 1)
    change = here.reconciler.fix(here.reconciler.checks("resource_drift"), record, "ann")
    assert stack.status() == "IN_SYNC", change.reason
    eventually(lambda: not here.ledger.change(change.id).state.moves)
    assert here.reconciler.undo(change.id, "ann").state is ChangeState.UNDONE
    assert stack.status() == "MODIFIED"


def seconds_taken(here: Living, change: Change) -> float:
    """How long the longest invocation took that had to do with a change: by its log's REPORT.

    From the event taken to the call that puts back is less: it is made inside one. How long AWS takes to
    deliver an event is not ours, and an emulator's delivery says nothing of it.
    """
    logs = here.aws.client("logs")
    events = logs.filter_log_events(logGroupName="/aws/lambda/steadyhand-react")["events"]
    said: dict[str, list[str]] = {}
    for event in events:
        said.setdefault(event["logStreamName"], []).append(event["message"])
    ours = [text for text in map("\n".join, said.values()) if change.id in text]
    return max(float(one) for text in ours for one in DURATION.findall(text)) / 1000


def test_a_bucket_whose_drift_config_judges(living: Living) -> None:
    """The event of the call is lost; Config records the change and asks, and its verdict brings us there."""
    with only(living, COMPLIANCE):
        set_back(living, "bucket", "development")


def test_a_queue_where_iam_is_enforced(guarded_living: Living) -> None:
    """Compared in the role that these stacks make for that, set back in the actor's, and undone by an operator."""
    here = guarded_living
    stack, change = set_back(here, "queue")
    assert change.by == STEADYHAND
    assert eventually(lambda: seconds_taken(here, change)) < MINUTE
    undone = say(here, operator(here), "undo", change.id)
    assert undone.returncode == 0, undone.stderr
    assert "Undone." in undone.stdout
    assert stack.status() == "MODIFIED"
    eventually(lambda: [one for one in here.records(change.finding.key) if one.undone_at])
    (last,) = here.changes(change.finding.key)
    assert last.undone_by.endswith(f":assumed-role/{OPERATORS}/tomas")
