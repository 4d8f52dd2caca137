"""What a template says and what is there now, for every row of the table of drift."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.canonical import ACCOUNT, REGION

SIDES: Mapping[str, tuple[Any, Any]] = {
    "number": (90, 30),
    "flag": (True, False),
    "text": ("Enabled", "Suspended"),
    "object": ({"a": 1}, {"a": 2}),
    "decimal": (5, 0.5),
    "list": ([f"arn:aws:sns:{REGION}:{ACCOUNT}:on-call"], []),
    "document": ({"source": ["aws.ec2"], "code": ["007"]}, {"source": ["aws.s3"]}),
}
"""By what a row holds: what the template says, and what is there now."""

ALARM: Mapping[str, Any] = {
    "AlarmActions": [],
    "Dimensions": [{"Name": "QueueName", "Value": "orders"}],
    "Namespace": "AWS/SQS",
    "Threshold": 0.5,
}
SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "AWS::CloudWatch::Alarm": ALARM,
    "AWS::Events::Rule": {"EventBusName": "default", "State": "ENABLED"},
}
"""Of types that are sent as one: what else they say."""

OWN: Mapping[str, tuple[Any, Any]] = {
    "State": ("ENABLED", "DISABLED"),
    "ScheduleExpression": ("rate(1 day)", "rate(1 hour)"),
    "RecursiveLoop": ("Terminate", "Allow"),
    "TracingConfig.Mode": ("Active", "PassThrough"),
    "PublicAccessBlockConfiguration": ({"BlockPublicAcls": True}, {"BlockPublicAcls": False}),
    "OwnershipControls": (
        {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        {"Rules": [{"ObjectOwnership": "ObjectWriter"}]},
    ),
    "ProvisionedThroughput": (
        {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
        {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
    ),
    "TimeToLiveSpecification": (
        {"AttributeName": "until", "Enabled": True},
        {"AttributeName": "until", "Enabled": False},
    ),
    "ReservedConcurrentExecutions": (5, None),
    "RetentionInDays": (90, None),
}
