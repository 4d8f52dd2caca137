"""Events as CloudTrail spells them, from the API's own words: each dialect against a recorded event."""

from __future__ import annotations

import json
from typing import Any

import pytest

from steadyhand.catalogue import discovery
from steadyhand.engine.event_index import woken_by
from steadyhand.engine.wakes import index
from steadyhand.model import pick
from tests.authoring import alarmed, spelled
from tests.checks.proofs import ROOT

RECORDED = {
    file.stem: json.loads(file.read_text("utf-8")) for file in (ROOT / "events").glob("*.json")
}
SAME = {
    "short_visibility_timeout": (
        "sqs:SetQueueAttributes",
        {
            "QueueUrl": "https://sqs.eu-central-1.amazonaws.com/123456789012/orders",
            "Attributes": {"VisibilityTimeout": "30"},
        },
    ),
    "endless_logs": ("logs:CreateLogGroup", {"logGroupName": "/aws/lambda/orders"}),
    "public_image": (
        "ec2:ModifyImageAttribute",
        {
            "ImageId": "ami-0123456789abcdef0",
            "LaunchPermission": {"Add": [{"Group": "all"}]},
        },
    ),
    "public_rds_snapshot": (
        "rds:ModifyDBSnapshotAttribute",
        {
            "DBSnapshotIdentifier": "orders-2026-11-20",
            "AttributeName": "restore",
            "ValuesToAdd": ["all"],
        },
    ),
    "public_bucket": ("s3:DeleteBucketPublicAccessBlock", {"Bucket": "attic-invoices"}),
}


@pytest.mark.parametrize("name", SAME)
def test_what_was_recorded_is_spelled_so(name: str) -> None:
    recorded = RECORDED[name]
    made = spelled.event(*SAME[name])
    assert (made["source"], made["detail-type"]) == (recorded["source"], recorded["detail-type"])
    for part in ("eventSource", "eventName", "requestParameters", "eventType", "managementEvent"):
        assert made["detail"][part] == recorded["detail"][part], part
    assert made["detail"].keys() == recorded["detail"].keys() - {"apiVersion"}


@pytest.mark.parametrize(
    ("action", "answer", "path", "said"),
    [
        ("rds:ModifyDBInstance", {"DBInstance": {"DBInstanceIdentifier": "a"}},
         "responseElements.dBInstanceIdentifier", "a"),
        ("ec2:AllocateAddress", {"AllocationId": "eipalloc-1"},
         "responseElements.allocationId", "eipalloc-1"),
        ("sqs:CreateQueue", {"QueueUrl": "https://q"}, "responseElements.queueUrl", "https://q"),
        ("lambda:CreateFunction20150331", {"FunctionName": "f"},
         "responseElements.functionName", "f"),
    ],
)  # fmt: skip
def test_an_answer_is_spelled_so(action: str, answer: Any, path: str, said: str) -> None:
    assert list(pick(spelled.detail(action, {}, answer), path)) == [said]


def test_iam_speaks_in_virginia() -> None:
    made = spelled.event("iam:CreateUser", {"UserName": "ann"})
    assert made["region"] == made["detail"]["awsRegion"] == "us-east-1"


def test_there_is_no_event_of_a_call_that_aws_does_not_have() -> None:
    for action in ("sqs:Nothing", "nothing:CreateQueue", "lambda:CreateFunction"):
        with pytest.raises(spelled.NoSuchCall):
            spelled.operation_of(action)


def test_the_same_call_is_the_same_event() -> None:
    assert spelled.event(*SAME["endless_logs"]) == spelled.event(*SAME["endless_logs"])


ALARMS = {
    name: event
    for name, event in RECORDED.items()
    if event["detail-type"] == "CloudWatch Alarm State Change"
    and len(event["detail"]["configuration"]["metrics"]) == 1
}


def places(event: Any) -> set[str]:
    """Where it says something, but for which dimensions are watched."""
    return {path for path, _ in spelled.leaves(event) if "dimensions" not in path}


@pytest.fixture(scope="module")
def everybody() -> Any:
    """The event index of all checks."""
    return index(discovery.load())


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_is_said_as_the_user_guide_shows_it(name: str, everybody: Any) -> None:
    """It says nothing that no recorded one says, and wakes the same checks for the same."""
    recorded = ALARMS[name]
    (watched,) = pick(recorded, "detail.configuration.metrics.metricStat.metric")
    made = alarmed.event(watched["namespace"], watched["name"], watched["dimensions"])
    assert places(made) <= set().union(*map(places, ALARMS.values()))
    woken, before = (woken_by(one, everybody, spelled.ACCOUNT) for one in (made, recorded))
    assert woken.woken
    assert woken == before
