"""Stacks that are no longer what their template says. moto detects no drift: recorded answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steadyhand.account import Account
from steadyhand.checks.deploys.resource_drift import ResourceDrift
from steadyhand.checks.deploys.stack_drift import StackDrift
from steadyhand.engine.survey import Survey
from steadyhand.model import Finding, ReadFailed, Severity, Unknown
from steadyhand.sources import cloudformation
from steadyhand.sources.cloudformation import StackDrifts
from tests.checks.recorded import Recorded, outcomes, spot
from tests.verbs import NOW, found

CHECK = StackDrift()
NOT_ON_MOTO = "moto detects no drift."


def stack_id(name: str) -> str:
    return f"arn:aws:cloudformation:eu-central-1:123456789012:stack/{name}/7c6b"


def drifted(name: str, status: str = "MODIFIED", **more: Any) -> dict[str, Any]:
    known = {
        "StackId": stack_id("shop"),
        "LogicalResourceId": name,
        "PhysicalResourceId": name.lower(),
        "ResourceType": "AWS::SQS::Queue",
        "StackResourceDriftStatus": status,
        "Timestamp": NOW,
    }
    return known | more


DELAY = {
    "PropertyPath": "/DelaySeconds",
    "ExpectedValue": "0",
    "ActualValue": "a secret",
    "DifferenceType": "NOT_EQUAL",
}


def item(name: str, *resources: Any, unchecked: str = "") -> cloudformation.StackDrift:
    return cloudformation.StackDrift(stack_id(name), name, list(resources), unchecked)


BAD = {
    StackDrifts: [
        item("shop", drifted("Queue", PropertyDifferences=[DELAY])),
        item("mail", drifted("Queue"), drifted("Topic", "DELETED"), unchecked="Access denied"),
    ]
}
GOOD = {StackDrifts: [item("calm")]}


def test_says_what_differs() -> None:
    shop, mail = found(CHECK, BAD)
    assert shop.summary == "shop differs from its template in 1 resource"
    assert shop.evidence["drifted"] == [
        {
            "resource": "Queue",
            "id": "queue",
            "type": "AWS::SQS::Queue",
            "status": "modified",
            "properties": ["/DelaySeconds (not equal)"],
        }
    ]
    assert mail.summary == "mail differs from its template in 2 resources, 1 of them deleted"
    assert mail.severity is Severity.MEDIUM


def test_what_was_not_compared_is_unknown_and_no_finding() -> None:
    facts = Account.of({StackDrifts: [item("dark", unchecked="access denied")]})
    (unknown,) = CHECK.find(facts, NOW)
    assert isinstance(unknown, Unknown)
    assert unknown.reason == "dark could not be compared with its template: access denied"


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("Stack [shop] does not exist", "it is gone"),
        ("Rate exceeded (Service: Ec2, Status Code: 503)", "AWS was asked too much at once"),
        ("Drift detection is already in progress", "somebody else's detection"),
        ("", "did not end in time"),
        ('Something else. {"RequestToken": "abc"}', "Something else"),
    ],
)
def test_reasons_are_plain_words(reason: str, words: str) -> None:
    assert words in cloudformation.in_words(reason)
    assert "{" not in cloudformation.in_words(reason)


def test_a_stack_that_is_gone_is_nothing() -> None:
    gone = ReadFailed("ValidationError", "Stack [shop] does not exist")
    aws = CloudFormation({"shop": "DRIFTED"}, refused=gone)
    assert outcomes(CHECK, aws.said()) == []


def test_a_type_that_is_not_read_whole_is_not_judged_and_said() -> None:
    """resource-providers-kms#69: a read that is missing shows as a difference that is none."""
    role = drifted("Role", ResourceType="AWS::IAM::Role")
    mixed = {StackDrifts: [item("shop", drifted("Queue"), role), item("mail", role)]}
    finding, unknown = CHECK.find(Account.of(mixed), NOW)
    assert isinstance(finding, Finding)
    assert [one["resource"] for one in finding.evidence["drifted"]] == ["Queue"]
    assert "AWS::IAM::Role" in finding.evidence["unchecked"]
    assert isinstance(unknown, Unknown)
    assert "AWS::IAM::Role, which we do not read whole" in unknown.reason
    deleted = {
        StackDrifts: [item("shop", drifted("Role", "DELETED", ResourceType="AWS::IAM::Role"))]
    }
    (gone,) = found(CHECK, deleted)
    assert "1 of them deleted" in gone.summary


def test_shows_no_values() -> None:
    assert "a secret" not in str(found(CHECK, BAD))


class CloudFormation:
    """Answers as AWS gives them. `takes` says how often a detection is asked before it ends."""

    def __init__(self, stacks: Mapping[str, str], takes: int = 1, **more: Any) -> None:
        self.stacks, self.takes, self.more = stacks, takes, more
        self.detected: list[str] = []
        self.asked = 0

    def said(self) -> dict[str, Any]:
        return {
            "cloudformation:ListStacks": self.listed,
            "cloudformation:DescribeStacks": self.described,
            "cloudformation:DetectStackDrift": self.detect,
            "cloudformation:DescribeStackDriftDetectionStatus": self.status,
            "cloudformation:DescribeStackResourceDrifts": self.resources,
        }

    def listed(self, params: Any) -> Any:
        """One stack a page."""
        names = list(self.stacks)
        page = int(params.get("NextToken", 0))
        more = {"NextToken": str(page + 1)} if page + 1 < len(names) else {}
        known = self.more.get("known", {}).get(names[page])
        summary = {
            "StackId": stack_id(names[page]),
            "StackName": names[page],
            "CreationTime": NOW,
            "StackStatus": "CREATE_COMPLETE",
            "DriftInformation": known or {"StackDriftStatus": "NOT_CHECKED"},
        }
        return {"StackSummaries": [summary]} | more

    def described(self, params: Any) -> Any:
        name = params["StackName"].split("/")[1]
        stack = {
            "StackId": params["StackName"],
            "StackName": name,
            "CreationTime": NOW,
            "StackStatus": "CREATE_COMPLETE",
            "DriftInformation": {"StackDriftStatus": self.stacks[name]},
        }
        return {"Stacks": [stack]}

    def detect(self, params: Any) -> Any:
        if refused := self.more.get("refused"):
            return refused
        self.detected.append(params["StackName"])
        return {"StackDriftDetectionId": params["StackName"]}

    def status(self, params: Any) -> Any:
        self.asked += 1
        name = params["StackDriftDetectionId"].split("/")[1]
        ended = self.asked > self.takes
        return {
            "StackId": stack_id(name),
            "StackDriftDetectionId": stack_id(name),
            "StackDriftStatus": self.stacks[name] if ended else "UNKNOWN",
            "DetectionStatus": "DETECTION_COMPLETE" if ended else "DETECTION_IN_PROGRESS",
            "Timestamp": NOW,
        }

    def resources(self, params: Any) -> Any:
        assert params["StackResourceDriftStatusFilters"] == ["MODIFIED", "DELETED"]
        return {"StackResourceDrifts": [drifted("Queue", PropertyDifferences=[DELAY])]}


def test_detects_waits_and_tells() -> None:
    aws = CloudFormation({"shop": "DRIFTED", "calm": "IN_SYNC"}, takes=2)
    (finding,) = spot(CHECK, aws.said(), [stack_id("shop")])
    assert finding.evidence["drifted"][0]["resource"] == "Queue"


def test_what_was_detected_today_is_not_detected_again() -> None:
    fresh = {"StackDriftStatus": "DRIFTED", "LastCheckTimestamp": NOW - timedelta(hours=3)}
    aws = CloudFormation({"shop": "DRIFTED"}, known={"shop": fresh})
    spot(CHECK, aws.said(), [stack_id("shop")])
    assert aws.detected == []


def test_those_longest_unchecked_come_first_and_not_too_many() -> None:
    checked = {
        f"s{n}": {"StackDriftStatus": "IN_SYNC", "LastCheckTimestamp": NOW - timedelta(days=n)}
        for n in range(2, 50)
    }
    aws = CloudFormation(dict.fromkeys([*checked, "never"], "IN_SYNC"), takes=0, known=checked)
    assert outcomes(CHECK, aws.said()) == []
    assert aws.detected[:2] == [stack_id("never"), stack_id("s49")]
    assert len(aws.detected) == cloudformation.AT_ONCE


def test_what_does_not_end_is_no_pass() -> None:
    aws = CloudFormation({"shop": "IN_SYNC"}, takes=10_000)
    client = Recorded(aws.said())
    (unknown,) = list(Survey([CHECK], client, NOW))
    assert isinstance(unknown, Unknown)
    assert "the detection did not end" in unknown.reason
    assert client.waited == 300


def test_a_stack_that_went_away_is_said_to_be_unchecked() -> None:
    busy = ReadFailed("ValidationError", "the stack is being updated")
    aws = CloudFormation({"shop": "IN_SYNC"}, refused=busy)
    (unknown,) = outcomes(CHECK, aws.said())
    assert isinstance(unknown, Unknown)
    assert "the stack is being updated" in unknown.reason


def test_whoever_needs_a_detection_shares_it() -> None:
    """AWS refuses a second one of a stack while the first runs."""
    aws = CloudFormation({"shop": "IN_SYNC"}, takes=2)

    def detect(params: Any) -> Any:
        if params["StackName"] in aws.detected:
            return ReadFailed("ValidationError", "Drift detection is already in progress")
        return aws.detect(params)

    said = aws.said() | {
        "cloudformation:DetectStackDrift": detect,
        "cloudformation:DescribeStackResourceDrifts": lambda _: {"StackResourceDrifts": []},
    }
    assert list(Survey([ResourceDrift(), CHECK], Recorded(said), NOW)) == []


def test_no_is_no_pass() -> None:
    aws = CloudFormation({"shop": "IN_SYNC"}, refused=ReadFailed("AccessDenied", "you may not"))
    (outcome,) = outcomes(CHECK, aws.said())
    assert isinstance(outcome, Unknown)


@pytest.mark.parametrize("code", ["Throttling", "ThrottlingException", "RequestLimitExceeded"])
@given(takes=st.integers(0, 12), every=st.integers(2, 5))
@settings(max_examples=15, deadline=None)
def test_what_aws_is_not_asked_for_it_is_asked_next_time_and_all_else_is_judged(
    code: str, takes: int, every: int
) -> None:
    """AWS limits these calls for the whole account and says "Rate exceeded": roadmap#801 and CloudFormation's common errors."""
    exceeded = ReadFailed(code, "Rate exceeded")
    aws = CloudFormation({f"s{n}": "DRIFTED" for n in range(12)}, takes=0)
    asked = count()

    def detect(params: Any) -> Any:
        return exceeded if len(aws.detected) == takes else aws.detect(params)

    def status(params: Any) -> Any:
        return exceeded if next(asked) % every == 0 else aws.status(params)

    said = aws.said() | {
        "cloudformation:DetectStackDrift": detect,
        "cloudformation:DescribeStackDriftDetectionStatus": status,
    }
    client = Recorded(said)
    found = list(Survey([CHECK], client, NOW))
    unknown = [one for one in found if isinstance(one, Unknown)]
    judged = [one.resource for one in found if not isinstance(one, Unknown)]
    assert sorted(judged) == sorted(aws.detected)
    assert len(judged) == takes
    assert {one.concerns for one in unknown} == {stack_id(f"s{n}") for n in range(takes, 12)}
    assert all("AWS was asked too much at once" in one.reason for one in unknown)
    assert client.counts["cloudformation:DetectStackDrift"] == min(takes + 1, 12)
