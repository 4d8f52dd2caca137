"""An alarm wakes by the metric that it watches and what of, whoever made it and whatever it is called.

The shapes are those of "Alarm events and EventBridge" in CloudWatch's user guide; what is recorded
elsewhere is tried where it lies.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.engine.event_index import MalformedEvent, Woken, woken_by
from steadyhand.engine.wakes import index
from steadyhand.sources.acm import Certificates
from steadyhand.sources.cost_explorer import Spending
from steadyhand.sources.sqs import QueueAttributes
from steadyhand.triggers import EVERY, AlarmChanged, AlarmConfigured, ApiCalled, Trigger
from tests.hostile.recordings import folder

ACCOUNT, REGION = "123456789012", "eu-central-1"
JOBS = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/jobs"
AGE, VISIBLE = "ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"
SAMPLES = folder() / "eb-cloudwatch-alarm-state-change"


def metric(namespace: str, name: str, accountId: str = "", **dimensions: str) -> dict[str, Any]:  # noqa: N803
    watched = {"namespace": namespace, "name": name, "dimensions": dimensions}
    said = {"metric": watched, "period": 300, "stat": "Maximum"}
    return {"id": "m1", "metricStat": said, "returnData": True} | (
        {"accountId": accountId} if accountId else {}
    )


def alarm(*metrics: Mapping[str, Any], state: str = "ALARM", name: str = "x") -> dict[str, Any]:
    return {
        "version": "0",
        "source": "aws.cloudwatch",
        "detail-type": "CloudWatch Alarm State Change",
        "account": ACCOUNT,
        "region": REGION,
        "resources": [f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}"],
        "detail": {
            "alarmName": name,
            "configuration": {"metrics": list(metrics)},
            "state": {"value": state, "timestamp": "2026-11-23T09:10:11.000+0000"},
            "previousState": {"value": "OK", "timestamp": "2026-11-23T08:10:11.000+0000"},
        },
    }


class Stub:
    """What the index asks of a check, without one."""

    peers = ()

    def __init__(self, id: str, subject: Any, *wakes: Trigger) -> None:  # noqa: A002
        self.id, self.reads, self.wakes = id, (subject,), wakes


def wakes(subject: Any, *triggers: Trigger) -> list[Any]:
    return list(index([Stub("it", subject, *triggers)]))  # type: ignore[list-item]


OLD = wakes(QueueAttributes, AlarmChanged("AWS/SQS", AGE, "QueueName"))


def woken(event: Any, among: Any = OLD) -> Woken:
    return woken_by(event, among, ACCOUNT)


@given(name=st.text(min_size=1, max_size=255))
def test_whatever_it_is_called(name: str) -> None:
    event = alarm(metric("AWS/SQS", AGE, QueueName="jobs"), name=name)
    assert woken(event).woken == {JOBS: ("it",)}


@pytest.mark.parametrize(
    "event",
    [
        alarm(metric("AWS/SQS", VISIBLE, QueueName="jobs")),
        alarm(metric("AWS/SNS", AGE, QueueName="jobs")),
        # The namespace of one and the name of another.
        alarm(metric("AWS/SQS", "X", QueueName="jobs"), metric("Own", AGE, QueueName="jobs")),
        alarm(metric("AWS/SQS", AGE, QueueName="jobs"), state="OK"),
        alarm(metric("AWS/SQS", AGE, QueueName="jobs"), state="INSUFFICIENT_DATA"),
        alarm(),
        alarm({"id": "q1", "expression": 'SELECT MAX(X) FROM SCHEMA("AWS/SQS", QueueName)'}),
    ],
    ids=["metric", "namespace", "mixed", "ok", "no data", "none", "query"],
)
def test_what_watches_something_else_or_is_quiet_wakes_nobody(event: Any) -> None:
    said = woken(event)
    assert not said.woken
    assert "wakes no check" in str(said.ignored)


def test_a_composite_alarm_watches_no_metric() -> None:
    event = alarm()
    event["detail"]["configuration"] = {"alarmRule": "ALARM(a) OR ALARM(b)", "metrics": None}
    assert "wakes no check" in str(woken(event).ignored)
    del event["detail"]["configuration"]
    assert "wakes no check" in str(woken(event).ignored)


def test_metric_math_and_anomaly_bands_name_what_they_are_made_of() -> None:
    sum_of = {"id": "e1", "expression": "m1 + m2", "label": "both", "returnData": True}
    band = {"id": "ad1", "expression": "ANOMALY_DETECTION_BAND(m1, 2)", "returnData": True}
    other = metric("AWS/SQS", AGE, QueueName="mail") | {"id": "m2", "returnData": False}
    for expression in (sum_of, band):
        said = woken(alarm(expression, metric("AWS/SQS", AGE, QueueName="jobs"), other))
        assert set(said.woken) == {JOBS, JOBS.replace("jobs", "mail")}


def test_a_metric_of_another_account_is_not_ours() -> None:
    theirs = metric("AWS/SQS", AGE, accountId="999999999999", QueueName="jobs")
    assert "999999999999, which is not ours" in str(woken(alarm(theirs)).ignored)
    ours = metric("AWS/SQS", AGE, accountId=ACCOUNT, QueueName="mail")
    assert set(woken(alarm(theirs, ours)).woken) == {JOBS.replace("jobs", "mail")}


def test_without_the_dimension_it_is_said_and_the_sweep_looks() -> None:
    said = woken(alarm(metric("AWS/SQS", AGE)))
    assert "does not name what it is about; the next sweep looks" in str(said.ignored)


@pytest.mark.parametrize("name", ["", "a b", "x\ny", "x" * 2000])
def test_a_dimension_that_names_no_queue_is_malformed(name: str) -> None:
    with pytest.raises(MalformedEvent):
        woken(alarm(metric("AWS/SQS", AGE, QueueName=name)))


def test_the_same_metric_wakes_each_that_waits_for_it_once() -> None:
    arn = f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/1"
    both = [
        *wakes(
            Certificates, AlarmChanged("AWS/CertificateManager", "DaysToExpiry", "CertificateArn")
        ),
        *OLD,
    ]
    one = metric("AWS/CertificateManager", "DaysToExpiry", CertificateArn=arn)
    assert woken(alarm(one, one), both).woken == {arn: ("it",)}


def test_a_metric_that_names_none_is_about_all() -> None:
    charges = wakes(Spending, AlarmChanged("AWS/Billing", "EstimatedCharges"))
    for dimensions in ({}, {"Currency": "USD"}, {"Currency": "USD", "ServiceName": "AmazonEC2"}):
        said = woken(alarm(metric("AWS/Billing", "EstimatedCharges", **dimensions)), charges)
        assert said.woken == {EVERY: ("it",)}


class Plain:
    kind = ""

    @property
    def root(self) -> Plain:
        return self


def test_a_form_of_several_dimensions_needs_each_of_them() -> None:
    both = wakes(Plain(), AlarmChanged("AWS/ECS", "CPU", "{ClusterName}/{ServiceName}"))
    said = woken(alarm(metric("AWS/ECS", "CPU", ClusterName="shop", ServiceName="web")), both)
    assert list(said.woken) == ["shop/web"]
    said = woken(alarm(metric("AWS/ECS", "CPU", ClusterName="shop")), both)
    assert "does not name" in str(said.ignored)
    for wrong in ("", 5, {"a": 1}, None):
        event = alarm(metric("AWS/ECS", "CPU", ClusterName="shop"))
        watched = event["detail"]["configuration"]["metrics"][0]["metricStat"]["metric"]
        watched["dimensions"]["ServiceName"] = wrong
        if wrong is None:
            assert not woken(event, both).woken
        else:
            with pytest.raises(MalformedEvent):
                woken(event, both)


def test_a_call_may_name_its_subject_by_a_form_too() -> None:
    key = "nodes/{requestParameters.clusterName}/{requestParameters.nodegroupName}"
    both = wakes(Plain(), ApiCalled("eks:UpdateNodegroupConfig", key))
    event = {
        "source": "aws.eks",
        "detail-type": "AWS API Call via CloudTrail",
        "detail": {
            "eventName": "UpdateNodegroupConfig",
            "requestParameters": {"clusterName": "shop", "nodegroupName": "large"},
        },
    }
    assert list(woken(event, both).woken) == ["nodes/shop/large"]


@pytest.mark.skipif(not SAMPLES.exists(), reason="the samples are not part of the project")
def test_those_of_the_user_guide_wake_by_their_metric() -> None:
    machines = wakes(Plain(), AlarmChanged("AWS/EC2", "NetworkOut", "InstanceId"))
    found = []
    for path in sorted(SAMPLES.glob("*.json")):
        said = woken_by(json.loads(path.read_text()), machines, ACCOUNT)
        found += said.woken
        assert said.woken or said.ignored
    assert found == ["i-12345678901234567"], "the one of metric math, by its second metric"


@pytest.mark.parametrize("operation", ["create", "update", "delete"])
def test_an_alarm_that_is_made_changed_or_deleted_wakes_by_what_it_watches(operation: str) -> None:
    """CloudTrail's DeleteAlarms names the alarm alone; CloudWatch's own event tells what it watched."""
    made = wakes(QueueAttributes, AlarmConfigured("AWS/SQS", AGE, "QueueName"))
    event = alarm(metric("AWS/SQS", AGE, QueueName="jobs"), state="OK")
    event["detail-type"] = "CloudWatch Alarm Configuration Change"
    event["detail"]["operation"] = operation
    assert woken(event, made).woken == {JOBS: ("it",)}
    assert not woken(event).woken, "it did not go off"
    assert not woken(alarm(metric("AWS/SQS", AGE, QueueName="jobs")), made).woken
