"""Drift of each type of drift.toml that costs next to nothing: made, seen, set back, undone, by the table's own calls.

One stack holds one resource of each. What is looked at is what drift.toml takes for true: CloudFormation compares the
type, sees no drift in what nobody touched, names the property that was changed and no other, tells both values so
that we read them, and calls the resource in sync after the call that sets it back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from steadyhand.model import Call
from steadyhand.reference.drift import Property, setters, types
from steadyhand.sources.drift_context import WHOLES
from tests.verify.rows import Row
from tests.verify.sandbox import NotSeen, NotTried, Sandbox

SHOWN = 120.0
"""Seconds until a read shows what was set, and CloudFormation compares it."""

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
IN_VPC = {"VpcId": {"Ref": "VPC"}, "CidrBlock": "10.98.0.0/28"}


@dataclass(frozen=True)
class Hand:
    """A type, what the template says of it, and what one property of it is made by hand.

    `is_emulated`: the emulator compares the property.
    """

    type: str
    properties: Mapping[str, Any]
    path: str
    by_hand: Any
    is_emulated: bool = True

    @property
    def logical(self) -> str:
        """Its name in the template."""
        return self.type.rpartition("::")[2]

    @property
    def row(self) -> Property:
        """The property's row."""
        return next(one for one in types()[self.type].properties if one.path == self.path)

    @property
    def template(self) -> Any:
        """What the template says, as the row reads it."""
        return self.row.value(self.properties)


HANDS = (
    Hand("AWS::SQS::Queue", {"VisibilityTimeout": 90}, "VisibilityTimeout", 30),
    Hand("AWS::SNS::Topic", {"DisplayName": "verifying"}, "DisplayName", "by hand"),
    Hand("AWS::Logs::LogGroup", {"RetentionInDays": 30}, "RetentionInDays", 7),
    Hand("AWS::S3::Bucket", {"VersioningConfiguration": {"Status": "Enabled"}}, "VersioningConfiguration.Status", "Suspended"),
    Hand("AWS::SSM::Parameter", {"Type": "String", "Value": "90"}, "Value", "30"),
    Hand("AWS::ECR::Repository", {"ImageTagMutability": "IMMUTABLE"}, "ImageTagMutability", "MUTABLE", is_emulated=False),
    Hand("AWS::EC2::VPC", {"CidrBlock": "10.98.0.0/24", "EnableDnsHostnames": True}, "EnableDnsHostnames", False, is_emulated=False),
    Hand("AWS::EC2::Subnet", IN_VPC | {"MapPublicIpOnLaunch": False}, "MapPublicIpOnLaunch", True, is_emulated=False),
    Hand(
        "AWS::DynamoDB::Table",
        {
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "DeletionProtectionEnabled": False,
        },
        "DeletionProtectionEnabled",
        True,
    ),
    Hand(
        "AWS::CloudWatch::Alarm",
        {
            "Namespace": "Verifying",
            "MetricName": "none",
            "Statistic": "Sum",
            "Period": 300,
            "EvaluationPeriods": 2,
            "Threshold": 5,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "notBreaching",
        },
        "Threshold",
        0.5,
    ),
    Hand("AWS::Events::Rule", {"ScheduleExpression": "rate(7 days)", "State": "DISABLED"}, "ScheduleExpression", "rate(9 days)"),
    Hand(
        "AWS::Lambda::Function",
        {
            "Code": {"ZipFile": "def handler(event, context): return 1"},
            "Handler": "index.handler",
            "Runtime": "python3.13",
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Timeout": 30,
        },
        "Timeout",
        3,
    ),
)  # fmt: skip
"""Twelve types. A KMS key is billed for its month of waiting, databases and instances by the hour."""


def template() -> dict[str, Any]:
    """One resource of each, and the role that the function needs."""
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}}
    ours = {one.logical: {"Type": one.type, "Properties": one.properties} for one in HANDS}
    return {"Resources": {"Role": role} | ours}


@dataclass(frozen=True)
class Resource:
    """One resource of the stack."""

    sandbox: Sandbox
    stack: str
    hand: Hand
    physical: str

    def compared(self) -> dict[str, Any]:
        """What CloudFormation says of it now."""
        said = self.sandbox.client("cloudformation").detect_stack_resource_drift(
            StackName=self.stack, LogicalResourceId=self.hand.logical
        )
        return dict(said["StackResourceDrift"])

    def becomes(self, status: str, what: str) -> dict[str, Any]:
        """The comparison that says so."""
        last: dict[str, Any] = {}

        def seen() -> bool:
            last.clear()
            last.update(self.compared())
            return bool(last["StackResourceDriftStatus"] == status)

        try:
            self.sandbox.until(what, seen, SHOWN)
        except NotSeen:
            differs = [one["PropertyPath"] for one in last.get("PropertyDifferences", ())]
            said = f"{last['StackResourceDriftStatus']} {', '.join(differs)}".strip()
            raise NotSeen(f"{what}: it is {said}, not {status}") from None
        return last

    def make(self, value: Any) -> None:
        """Set the property by the table's own call."""
        row, kind = self.hand.row, types()[self.hand.type]
        call = row.call(self.physical, value)
        if kind.whole and row.whole:
            source = WHOLES[self.hand.type]
            asked = source.call(datetime.now(UTC), self.physical)
            (item,) = source.understand(self.answer(asked), self.physical)
            if lost := kind.whole.loses(item):
                raise NotSeen(f"all of it cannot be sent: {lost}")
            named = {setters()[kind.whole.set].on: self.physical}
            sent = kind.whole.settings(item) | {row.field: row.sent(value)}
            call = Call(kind.whole.set, named | sent)
        if call is None:
            raise NotSeen(f"no call makes {row.path} {value}")
        self.answer(call)

    def answer(self, call: Call) -> Any:
        """Make a call as a person would."""
        name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", call.operation)
        return getattr(self.sandbox.client(call.service), name.lower())(**call.params)


def drifts(sandbox: Sandbox) -> Iterator[Row]:
    """A row for each type. The stack is made with the first and removed with everything else."""

    @cache
    def physical() -> Mapping[str, str]:
        return made(sandbox)

    for hand in HANDS:
        yield Row(f"drift of {hand.type}: seen, set back, undone", attempt(hand, physical))


def attempt(hand: Hand, physical: Callable[[], Mapping[str, str]]) -> Callable[[Sandbox], str]:
    """The row of one type."""

    def tried(sandbox: Sandbox) -> str:
        if sandbox.endpoint and not hand.is_emulated:
            raise NotTried("the emulator does not compare this type")
        one = Resource(sandbox, sandbox.named("drifts"), hand, physical()[hand.logical])
        row = hand.row
        one.becomes("IN_SYNC", "drift that nobody made")
        one.make(hand.by_hand)
        said = one.becomes("MODIFIED", "what was changed by hand")
        differs = [found["PropertyPath"] for found in said["PropertyDifferences"]]
        if [types()[hand.type].row(path) for path in differs] != [row]:
            raise NotSeen(f"it names {', '.join(differs)}, and {row.path} was changed")
        sides = [
            row.value(json.loads(said[f"{side}Properties"])) for side in ("Expected", "Actual")
        ]
        if sides != [hand.template, row.spelled(hand.by_hand)]:
            raise NotSeen(f"it tells {sides[0]!r} and {sides[1]!r}")
        one.make(hand.template)
        one.becomes("IN_SYNC", "what was set back")
        one.make(hand.by_hand)
        one.becomes("MODIFIED", "what was undone")
        one.make(hand.template)
        return f"{row.path} by {row.set}"

    return tried


def made(sandbox: Sandbox) -> Mapping[str, str]:
    """The stack's resources: physical ids by logical ones."""
    name, formation = sandbox.named("drifts"), sandbox.client("cloudformation")
    sandbox.removing(f"stack {name}", lambda: formation.delete_stack(StackName=name))
    formation.create_stack(
        StackName=name, TemplateBody=json.dumps(template()), Capabilities=["CAPABILITY_IAM"]
    )
    waiter = formation.get_waiter("stack_create_complete")
    waiter.wait(StackName=name, WaiterConfig={"Delay": 3, "MaxAttempts": 100})
    found = formation.describe_stack_resources(StackName=name)["StackResources"]
    return {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in found}
