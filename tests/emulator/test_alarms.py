"""Alarms that end in a fix, deployed: whoever made one and whatever it is called."""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.model import ChangeState
from tests.emulator.living import Living, eventually

pytestmark = [pytest.mark.emulator]
AGE = "ApproximateAgeOfOldestMessage"
LONGEST = "1209600"


def kept(living: Living, url: str) -> str:
    """How long a queue keeps messages."""
    asked = {"QueueUrl": url, "AttributeNames": ["MessageRetentionPeriod"]}
    said = living.aws.client("sqs").get_queue_attributes(**asked)["Attributes"]
    return str(said["MessageRetentionPeriod"])


def waiting(living: Living, name: str, hours: float) -> str:
    """A queue with a message, and CloudWatch's word for how long it has waited.

    Of real queues CloudWatch knows by itself; ministack tells it nothing of the age.
    """
    sqs, cloudwatch = living.aws.client("sqs"), living.aws.client("cloudwatch")
    url: str = sqs.create_queue(QueueName=name)["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="an order")
    one = {"MetricName": AGE, "Dimensions": dimensions(name), "Value": hours * 3600}
    cloudwatch.put_metric_data(Namespace="AWS/SQS", MetricData=[one])
    return url


def dimensions(name: str) -> list[dict[str, str]]:
    return [{"Name": "QueueName", "Value": name}]


def rings(living: Living, alarm: str, **watches: Any) -> None:
    """Somebody's alarm goes off."""
    cloudwatch = living.aws.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName=alarm,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        **watches,
    )
    for state in ("OK", "ALARM"):
        cloudwatch.set_alarm_state(AlarmName=alarm, StateValue=state, StateReason="a test")


def test_an_alarm_of_any_name_on_the_age_of_messages_ends_in_a_fix_and_its_undo(
    living: Living,
) -> None:
    url = waiting(living, "orders-of-the-alarm", 80)
    quiet = waiting(living, "orders-in-time", 2)
    usual = {"Namespace": "AWS/SQS", "MetricName": AGE, "Statistic": "Maximum", "Period": 300}
    rings(living, "Ops/7: nobody packs?!", Dimensions=dimensions("orders-in-time"), **usual)
    rings(living, "TEAM-7 old work", Dimensions=dimensions("orders-of-the-alarm"), **usual)
    eventually(lambda: kept(living, url) == LONGEST)

    def verified() -> bool:
        return [one.state for one in living.changes(url)] == [ChangeState.VERIFIED]

    eventually(verified)
    (change,) = living.changes(url)
    assert change.finding.check == "messages_expiring"
    undone = living.reconciler.undo(change, "ann")
    assert (undone.state, undone.reason) == (ChangeState.UNDONE, "")
    assert kept(living, url) == "345600"
    assert kept(living, quiet) == "345600", "its alarm was no reason to believe it"
    found = {one.finding.check for one in living.records(quiet)}
    assert "messages_expiring" not in found
