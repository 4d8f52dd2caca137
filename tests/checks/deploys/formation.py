"""CloudFormation of one stack that owns one queue, as AWS answers about it.

moto detects no drift: `Detection` compares a planted stack with what moto's services say, as
DetectStackResourceDrift is documented: explicitly set properties alone, values as text in the
differences, both sides whole in Expected- and ActualProperties, also where they agree.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from steadyhand.model import ReadFailed
from tests.canonical import ACCOUNT, REGION
from tests.trust.lab import World
from tests.verbs import NOW

STACK = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/shop-dev/7c6b"
QUEUE = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/orders"
KEY = f"AWS::SQS::Queue {QUEUE}"


EXPECTED = {"VisibilityTimeout": 90, "QueueName": "orders"}


def deed(actor: str, minutes: int, queue: str = QUEUE, **more: Any) -> dict[str, Any]:
    at = NOW - timedelta(minutes=minutes)
    said = {
        "eventTime": at.isoformat(),
        "eventName": "SetQueueAttributes",
        "userIdentity": {"type": "IAMUser", "arn": f"arn:aws:iam::{ACCOUNT}:user/{actor}"},
        "requestParameters": {"queueUrl": queue},
        "userAgent": "aws-cli/2.31",
    }
    return {"EventId": actor, "EventTime": at, "CloudTrailEvent": json.dumps(said | more)}


class CloudFormation:
    """One stack with one queue, as AWS answers about it; each answer can be another."""

    def __init__(self, status: str = "MODIFIED", actual: int = 30, **other: Any) -> None:
        self.status, self.actual, self.other = status, actual, other

    def said(self) -> dict[str, Callable[[Any], Any]]:
        answers = {
            "cloudformation:DescribeStackResources": self.member,
            "cloudformation:DetectStackResourceDrift": lambda _: {"StackResourceDrift": self.drift()},
            "cloudformation:DescribeStackResourceDrifts": lambda _: {
                "StackResourceDrifts": [self.drift()] if self.status != "IN_SYNC" else []
            },
            "cloudformation:ListStacks": lambda _: {
                "StackSummaries": [
                    {"StackId": STACK, "StackName": "shop-dev", "CreationTime": NOW, "StackStatus": "CREATE_COMPLETE"}
                ]
            },
            "cloudformation:DetectStackDrift": lambda _: {"StackDriftDetectionId": "d-1"},
            "cloudformation:DescribeStackDriftDetectionStatus": lambda _: {
                "StackId": STACK,
                "StackDriftDetectionId": "d-1",
                "StackDriftStatus": "IN_SYNC",
                "DetectionStatus": "DETECTION_COMPLETE",
                "Timestamp": NOW,
            },
            "cloudformation:DescribeStacks": lambda _: {
                "Stacks": [
                    {
                        "StackId": STACK,
                        "StackName": "shop-dev",
                        "CreationTime": NOW - timedelta(days=80),
                        "LastUpdatedTime": NOW - timedelta(days=9),
                        "StackStatus": "UPDATE_COMPLETE",
                    }
                ]
            },
            "cloudformation:ListChangeSets": lambda _: {"Summaries": []},
            "cloudformation:DescribeStackResource": lambda _: {
                "StackResourceDetail": {
                    "LogicalResourceId": "Orders",
                    "ResourceType": "AWS::SQS::Queue",
                    "LastUpdatedTimestamp": NOW,
                    "ResourceStatus": "CREATE_COMPLETE",
                    "Metadata": '{"aws:cdk:path": "shop-dev/Orders/Resource"}',
                }
            },
            "cloudformation:GetTemplate": lambda _: {
                "TemplateBody": json.dumps({"Resources": {"Orders": {"Properties": EXPECTED}}}, indent=1)
            },
            "cloudtrail:LookupEvents": lambda _: {
                "Events": [deed("zoe", 3, f"{QUEUE}-2"), deed("bob", 5, errorCode="AccessDenied"), deed("ann", 125), deed("eve", 300)]
            },
            "sts:GetCallerIdentity": lambda _: {"Arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/steadyhand-drift/x"},
            "iam:GetRole": lambda _: {
                "Role": {"Path": "/", "RoleName": "steadyhand-drift", "RoleId": "AROA0123456789012345", "Arn": f"arn:aws:iam::{ACCOUNT}:role/steadyhand-drift", "CreateDate": NOW}
            },
            "iam:SimulatePrincipalPolicy": lambda params: {
                "EvaluationResults": [
                    {"EvalActionName": action, "EvalDecision": "allowed"}
                    for action in params["ActionNames"]
                ]
            },
        }  # fmt: skip
        return answers | self.other

    def member(self, params: Any) -> Any:
        if params["PhysicalResourceId"] != QUEUE:
            return ReadFailed("ValidationError", f"Stack for {QUEUE} does not exist")
        return {
            "StackResources": [
                {
                    "StackId": STACK,
                    "StackName": "shop-dev",
                    "LogicalResourceId": "Orders",
                    "PhysicalResourceId": QUEUE,
                    "ResourceType": "AWS::SQS::Queue",
                    "ResourceStatus": "CREATE_COMPLETE",
                    "Timestamp": NOW,
                }
            ]
        }

    def drift(self) -> dict[str, Any]:
        values = {"ExpectedValue": "90", "ActualValue": str(self.actual)}
        difference = values | {"PropertyPath": "/VisibilityTimeout", "DifferenceType": "NOT_EQUAL"}
        return {
            "StackId": STACK,
            "LogicalResourceId": "Orders",
            "PhysicalResourceId": QUEUE,
            "ResourceType": "AWS::SQS::Queue",
            "ExpectedProperties": json.dumps(EXPECTED),
            "ActualProperties": json.dumps(EXPECTED | {"VisibilityTimeout": self.actual}),
            "PropertyDifferences": [difference] if self.status == "MODIFIED" else [],
            "StackResourceDriftStatus": self.status,
            "Timestamp": NOW,
        }


class Detection:
    """CloudFormation of one stack that owns one queue which moto has."""

    def __init__(self, world: World, template: Mapping[str, Any]) -> None:
        self.world, self.template = world, template
        calm = CloudFormation()
        world.answers |= calm.said() | {
            "sts:GetCallerIdentity": lambda _: {"Arn": f"arn:aws:iam::{ACCOUNT}:root"},
            "cloudformation:DescribeStackResources": calm.member,
            "cloudformation:DetectStackResourceDrift": lambda _: {"StackResourceDrift": self.drift()},
            "cloudformation:DescribeStackResourceDrifts": self.drifts,
        }  # fmt: skip

    def drift(self) -> dict[str, Any]:
        url = self.world.client("sqs").get_queue_url(QueueName="orders")["QueueUrl"]
        said = self.world.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
        actual = {name: int(said["Attributes"][name]) for name in self.template}
        differences = [
            {
                "PropertyPath": f"/{name}",
                "ExpectedValue": str(self.template[name]),
                "ActualValue": str(actual[name]),
                "DifferenceType": "NOT_EQUAL",
            }
            for name in self.template
            if self.template[name] != actual[name]
        ]
        return {
            "StackId": STACK,
            "LogicalResourceId": "Orders",
            "PhysicalResourceId": QUEUE,
            "ResourceType": "AWS::SQS::Queue",
            "ExpectedProperties": json.dumps(self.template),
            "ActualProperties": json.dumps(actual),
            "PropertyDifferences": differences,
            "StackResourceDriftStatus": "MODIFIED" if differences else "IN_SYNC",
            "Timestamp": NOW,
        }

    def drifts(self, _: Any) -> dict[str, Any]:
        return {
            "StackResourceDrifts": [one for one in [self.drift()] if one["PropertyDifferences"]]
        }
