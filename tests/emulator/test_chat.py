"""What cannot wait, deployed: an alarm fires, and the channel gets it once."""

from __future__ import annotations

import json
import time

import pytest

from tests.emulator.living import Living, eventually, forget_the_hour

pytestmark = [pytest.mark.emulator]
NAME = "checkout-5xx"


def test_an_alarm_interrupts_people_once(living: Living) -> None:
    sns, sqs = living.aws.client("sns"), living.aws.client("sqs")
    topics = [one["TopicArn"] for one in sns.list_topics()["Topics"]]
    (topic,) = (one for one in topics if one.endswith(":steadyhand-chat"))
    url = sqs.create_queue(QueueName="channel")["QueueUrl"]
    said = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    raw = {"RawMessageDelivery": "true"}
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=said["QueueArn"], Attributes=raw)
    cloudwatch = living.aws.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName=NAME,
        AlarmDescription="customers cannot pay, <!channel>",
        Namespace="Checkout",
        MetricName="Errors",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )

    def turns(*states: str) -> None:
        for state in states:
            cloudwatch.set_alarm_state(AlarmName=NAME, StateValue=state, StateReason="a test")

    forget_the_hour(living)
    turns("OK", "ALARM")
    second = int(time.time())
    eventually(lambda: int(time.time()) > second)  # an incident's name goes by the second
    turns("OK", "ALARM")
    heard: list[dict[str, object]] = []

    def listen() -> list[dict[str, object]]:
        found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for one in found:
            heard.append(json.loads(one["Body"]))
            sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
        return [one for one in heard if NAME in str(one["content"])]

    (told,) = eventually(listen)
    assert "‹ǃchannel›" in str(told["content"])

    def both() -> bool:
        return len([one for one in living.ledger.incidents() if one.signature == NAME]) == 2

    eventually(both)
    assert len(listen()) == 1
    (word,) = (one for one in living.ledger.notes("interrupt") if NAME in one.said["what"])
    assert eventually(lambda: living.ledger.noted("interrupt", word.name)).said["sent"]
