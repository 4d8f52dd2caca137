"""Once this stack is there, its own creation calls the function of reviews, and nothing else does."""

from __future__ import annotations

import json

import pytest

from steadyhand.readings.inventory.read import permissions
from tests.stacks.conftest import Installation


@pytest.mark.parametrize("size", ["widest", "plainest"])
def test_creation_starts_the_first_report(size: str, request: pytest.FixtureRequest) -> None:
    made: Installation = request.getfixturevalue(size)
    rule = made.named("AWS::Events::Rule", "Name")["steadyhand-first-48-hours"]
    assert rule["EventPattern"]["detail"]["status-details"] == {"status": ["CREATE_COMPLETE"]}
    assert rule["EventPattern"]["detail"]["stack-id"] == [{"Ref": "AWS::StackId"}]
    (target,) = rule["Targets"]
    assert json.loads(target["Input"]) == {"cadence": "first-48-hours"}
    assert target["DeadLetterConfig"]
    calls = [
        one
        for one in made.of_type("AWS::Lambda::Permission").values()
        if one["Principal"] == "events.amazonaws.com"
    ]
    assert calls
    assert all(one["SourceArn"] for one in calls)


def test_it_has_time_and_may_read(widest: Installation) -> None:
    function = widest.named("AWS::Lambda::Function", "FunctionName")["steadyhand-review"]
    assert function["Timeout"] == 900
    statements = [
        statement
        for policy in widest.of_type("AWS::IAM::Policy", "steadyhand").values()
        if "ReviewRole" in json.dumps(policy["Roles"])
        for statement in policy["PolicyDocument"]["Statement"]
    ]
    may = {
        action
        for statement in statements
        for action in [statement["Action"]]
        for action in (action if isinstance(action, list) else [action])
    }
    assert set(permissions()) <= may
    prefixes = (
        "Get",
        "List",
        "Describe",
        "Lookup",
        "Detect",
        "Generate",
        "Query",
        "Filter",
        "View",
    )
    writes = {a for a in may if not a.partition(":")[2].startswith(prefixes)}
    allowed = {"dynamodb:PutItem", "s3:PutObject", "ses:SendEmail", "ses:SendRawEmail"}
    allowed |= {"logs:CreateLogStream", "logs:PutLogEvents", "sqs:SendMessage", "apigateway:GET"}
    (taken,) = (one for one in statements if one["Action"] == "sts:AssumeRole")
    assert "DetectionRole" in json.dumps(taken["Resource"]), "the role that only compares"
    assert writes - {"sts:AssumeRole"} <= allowed
