"""What is read of AWS for a month: which calls, in which shapes, and what is made of the answers."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from steadyhand.readings.measures import read as measures
from steadyhand.readings.measures.read import measure
from steadyhand.rhythm.core.measured import measured_in, measured_out
from steadyhand.rhythm.core.period import Cadence, period_of
from tests.readings.answers import BALANCER, NOW, REGION, SETTINGS, Client, read
from tests.reports.accounts.measured import NOTHING, may


def test_the_oldest_key_and_secret_are_names_only() -> None:
    report = (
        "user,arn,access_key_1_active,access_key_1_last_rotated\n"
        "deploy-ci,arn:aws:iam::1:user/deploy-ci,true,2025-07-09T08:00:00+00:00\n"
        "old-off,arn:aws:iam::1:user/old-off,false,2020-01-01T08:00:00+00:00\n"
        "maya,arn:aws:iam::1:user/maya,true,2026-03-01T08:00:00+00:00\n"
    )
    secrets = [
        {"Name": "stripe-webhook", "CreatedDate": datetime(2026, 1, 10, tzinfo=UTC)},
        {
            "Name": "billing-db",
            "CreatedDate": datetime(2020, 1, 1, tzinfo=UTC),
            "LastRotatedDate": datetime(2026, 5, 1, tzinfo=UTC),
        },
        {
            "Name": "going",
            "CreatedDate": datetime(2019, 1, 1, tzinfo=UTC),
            "DeletedDate": datetime(2026, 5, 30, tzinfo=UTC),
        },
    ]
    states = iter([{"State": "STARTED"}, {"State": "COMPLETE"}])
    answers = {
        "iam:GenerateCredentialReport": lambda _: next(states),
        "iam:GetCredentialReport": {"Content": report.encode()},
        "secretsmanager:ListSecrets": {"SecretList": secrets},
    }
    found = read(Client(answers))
    assert [one.name for one in found.keys or ()] == ["deploy-ci", "maya"]
    assert [one.name for one in found.secrets or ()] == ["stripe-webhook", "billing-db"]


def test_hosts_that_lack_patches() -> None:
    may = datetime(2026, 5, 12, tzinfo=UTC)
    answers = {
        "ssm:DescribeInstanceInformation": {
            "InstanceInformationList": [
                {"InstanceId": f"i-{n}", "ComputerName": name}
                for n, name in enumerate(["bastion", "web", "new"])
            ]
        },
        "ssm:DescribeInstancePatchStates": {
            "InstancePatchStates": [
                {"InstanceId": "i-0", "MissingCount": 12, "FailedCount": 1, "Operation": "Install",
                 "OperationEndTime": may},
                {"InstanceId": "i-1", "MissingCount": 0, "FailedCount": 0, "Operation": "Scan",
                 "OperationEndTime": may},
            ]
        },
    }  # fmt: skip
    found = read(Client(answers))
    assert (found.managed, found.lacking) == (3, 2)
    assert [(one.name, one.missing, one.at) for one in found.hosts] == [
        ("new", 0, None),
        ("bastion", 13, may),
    ]


def test_without_managed_hosts_nothing_is_asked_of_them() -> None:
    client = Client()
    assert read(client).managed == 0
    assert not client.asked("ssm:DescribeInstancePatchStates")


def test_what_can_no_longer_be_told_is_not_told() -> None:
    client = Client()
    found = read(client, now=NOW + timedelta(days=60))
    assert found.keys is None
    assert found.secrets is None
    assert found.managed is None
    assert {one.why for one in found.unread} == {"TooLate"}
    assert not client.asked("iam:GetCredentialReport")


def test_a_week_is_not_measured() -> None:
    week = period_of(Cadence.WEEKLY, NOW, "UTC")
    client = Client()
    assert measure(client, week, SETTINGS, NOW) is None
    assert not client.calls


@pytest.mark.parametrize("action", sorted(NOTHING))
def test_what_is_refused_is_a_gap_and_the_rest_is_read(action: str) -> None:
    found = read(Client(denied=frozenset({action})))
    if action == "cloudwatch:GetMetricData":
        assert found.runs is None
    assert found.unread, action
    assert {one.why for one in found.unread} == {"AccessDeniedException"}
    assert len(found.unread) <= 2, "one read, one gap; deploys and redrives share theirs"


def test_few_calls() -> None:
    urls = [f"https://x/1/q{n}" for n in range(10)]
    functions = [{"FunctionName": f"f{n}"} for n in range(20)]
    answers = {
        "sqs:ListQueues": {"QueueUrls": urls},
        "sqs:GetQueueAttributes": {},
        "lambda:ListFunctions": {"Functions": functions},
        "elbv2:DescribeLoadBalancers": {"LoadBalancers": [BALANCER]},
    }
    client = Client(answers)
    read(client)
    assert len(client.calls) < 40
    two = Client(answers)
    read(two, settings=replace(SETTINGS, regions=[REGION, "us-east-1"]))
    assert len(two.calls) < 70


def test_permissions_are_those_that_are_used() -> None:
    urls = ["https://x/1/q"]
    answers = {
        "sqs:ListQueues": {"QueueUrls": urls},
        "sqs:GetQueueAttributes": {},
        "lambda:ListFunctions": {"Functions": [{"FunctionName": "f"}]},
        "lambda:GetFunctionEventInvokeConfig": {},
        "ssm:DescribeInstanceInformation": {"InstanceInformationList": [{"InstanceId": "i-1"}]},
        "ssm:DescribeInstancePatchStates": {"InstancePatchStates": []},
    }

    def numbers(name: str, where: Any, since: datetime, until: datetime) -> Any:
        del where, since
        return [(until - timedelta(days=1), 1.0)] if name == "AsyncEventsDropped" else []

    client = Client(answers, numbers)
    read(client)
    assert sorted({call.granted_by for _, call in client.calls}) == list(measures.PERMISSIONS)


def test_a_running_month_is_measured_until_today() -> None:
    running = period_of(Cadence.MONTHLY, datetime(2026, 5, 11, 12, tzinfo=UTC), "UTC")
    client = Client({"elbv2:DescribeLoadBalancers": {"LoadBalancers": [BALANCER]}})
    (edge,) = read(client, running, datetime(2026, 5, 11, 12, tzinfo=UTC)).edges
    ends = {call.params["EndTime"].date() for call in client.asked("cloudwatch:GetMetricData")}
    assert ends == {date(2026, 5, 11)}
    assert len(edge.weeks) == 10, "no week begins before the first of three months"


def test_what_was_measured_is_remembered_as_it_was() -> None:
    said = measured_out(may())
    assert json.loads(json.dumps(said)) == said, "plain JSON"
    assert measured_in("review#measures#2026-05", said) == may()
    assert len(json.dumps(said)) < 100_000
