"""Dead-letter queues that nobody hears of."""

from __future__ import annotations

import json
from typing import Any

import pytest

from steadyhand.checks.jobs.dlq_without_alarm import DlqWithoutAlarm
from steadyhand.sources.cloudwatch import MetricAlarms
from steadyhand.sources.sqs import DeadLetterSources, QueueAttributes
from tests.canonical import ACCOUNT, REGION
from tests.trust.lab import World
from tests.trust.scenes import Planting
from tests.verbs import fix_and_undo, found, planned

CHECK = DlqWithoutAlarm()
NO_ECHO = ("cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms")
"""CloudWatch says itself that an alarm was made or deleted, and what it watches; CloudTrail's event of
a deletion has its name alone."""

RARE = "the policy of one made-up queue would have to name another by chance"
URL = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:"
VISIBLE = "ApproximateNumberOfMessagesVisible"


def queue(name: str, **more: str) -> tuple[str, dict[str, str]]:
    return URL + name, {"QueueArn": QUEUE + name} | more


def feeds(end: str, *sources: str) -> list[tuple[str, str]]:
    return [(QUEUE + end, URL + one) for one in sources]


def metric(name: str, metric: str = VISIBLE, namespace: str = "AWS/SQS") -> dict[str, Any]:
    dimensions = [{"Name": "QueueName", "Value": name}]
    return {"Namespace": namespace, "MetricName": metric, "Dimensions": dimensions}


def alarm(name: str, **said: Any) -> dict[str, Any]:
    arn = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}"
    return {"AlarmName": name, "AlarmArn": arn} | said


def several(name: str, *metrics: dict[str, Any]) -> dict[str, Any]:
    return alarm(name, Metrics=list(metrics))


def stat(one: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"Id": "m1", "MetricStat": {"Metric": one, "Period": 60, "Stat": "Sum"}} | more


def query(said: str) -> dict[str, Any]:
    return {"Id": "q1", "Expression": said, "Period": 60}


ALL_OF = f'SELECT MAX({VISIBLE}) FROM SCHEMA("AWS/SQS", QueueName)'
BAD = {
    QueueAttributes: [
        queue("dead"), queue("full", ApproximateNumberOfMessages="3"), queue("sent"),
        queue("taken"), queue("other"), queue("theirs"), queue("elsewhere"),
    ],
    DeadLetterSources: [
        *feeds("dead", "orders"), *feeds("full", "orders", "mails", "bills"),
        *feeds("sent", "a"), *feeds("taken", "b"), *feeds("other", "c"), *feeds("theirs", "d"),
        *feeds("elsewhere", "e"),
    ],
    MetricAlarms: [
        # What SQS moves by itself is not among the messages sent.
        alarm("sent", **metric("sent", "NumberOfMessagesSent")),
        alarm("dead-letters-taken", **metric("orders")),
        alarm("other", **metric("another")),
        several("theirs", stat(metric("theirs"), AccountId="999999999999")),
        alarm("elsewhere", **metric("elsewhere", namespace="Own")),
        several("query", query('SELECT MAX(CPUUtilization) FROM SCHEMA("AWS/EC2", InstanceId)')),
    ],
}  # fmt: skip
GOOD = {
    QueueAttributes: [
        queue("orders"), queue("visible"), queue("age"), queue("math"), queue("off"),
    ],
    DeadLetterSources: [
        *feeds("visible", "a"), *feeds("age", "b"), *feeds("math", "c"), *feeds("off", "d"),
    ],
    MetricAlarms: [
        alarm("TEAM-7!", **metric("visible")),
        alarm("age", **metric("age", "ApproximateAgeOfOldestMessage")),
        several("math", {"Id": "e1", "Expression": "m1 + m2"}, stat(metric("math"))),
        alarm("off", ActionsEnabled=False, **metric("off")),
    ],
}  # fmt: skip


def test_says_whose_failures_nobody_hears_of() -> None:
    first, second, *_ = found(CHECK, BAD)
    assert first.summary == "dead takes what fails of orders, and no alarm watches it"
    assert second.summary == (
        "full takes what fails of bills and 2 more, and no alarm watches it, and messages lie in it"
    )


def test_a_query_over_all_queues_watches_each() -> None:
    facts = {**BAD, MetricAlarms: [several("all", query(ALL_OF))]}
    assert found(CHECK, facts) == []


def test_an_alarm_of_our_name_is_a_persons() -> None:
    (one,) = (one for one in found(CHECK, BAD) if one.key == URL + "taken")
    assert one.summary.endswith("left to a person: dead-letters-taken watches something else")
    assert planned(CHECK, one) == []


def test_its_own_alarm_is_one_that_counts() -> None:
    (one, *_) = found(CHECK, BAD)
    (step,) = planned(CHECK, one)
    made = {name: said for name, said in step.do.params.items() if name != "Tags"}
    assert found(CHECK, {**BAD, QueueAttributes: [queue("dead")], MetricAlarms: [made]}) == []
    assert step.undo
    assert step.undo.params == {"AlarmNames": ["dead-letters-dead"]}


def plant(client: Any) -> str:
    sqs = client("sqs")
    dead: str = sqs.create_queue(QueueName="dead")["QueueUrl"]
    redrive = json.dumps({"deadLetterTargetArn": QUEUE + "dead", "maxReceiveCount": 5})
    sqs.create_queue(QueueName="orders", Attributes={"RedrivePolicy": redrive})
    return dead


def alarms(world: World) -> dict[str, Any]:
    """The alarm of ours, as far as a person sees it."""
    found = world.client("cloudwatch").describe_alarms(AlarmNames=["dead-letters-dead"])
    return {
        one["AlarmName"]: [one["MetricName"], one["Threshold"]] for one in found["MetricAlarms"]
    }


def other(world: World) -> object:
    return world.client("cloudwatch").put_metric_alarm(
        AlarmName="other", EvaluationPeriods=1, ComparisonOperator="GreaterThanThreshold",
        Threshold=1, Period=60, Statistic="Sum", **metric("orders"),
    )  # fmt: skip


PLANTING = Planting(
    plant=lambda world: plant(world.client),
    truth=alarms,
    fixed=bool,
    beside=[(other, lambda world: world.client("cloudwatch").delete_alarms(AlarmNames=["other"]))],
)


@pytest.mark.moto
def test_on_moto() -> None:
    fix_and_undo(CHECK, lambda client: [plant(client)])
