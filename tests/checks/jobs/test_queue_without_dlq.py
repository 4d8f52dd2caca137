"""Queues whose failed messages go nowhere."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from steadyhand.checks.jobs.queue_without_dlq import QueueWithoutDlq
from steadyhand.engine.survey import Survey
from steadyhand.model import CHANGE, MARK, ReadFailed
from steadyhand.sources.cloudwatch import MessagesReceived
from steadyhand.sources.lambda_ import EventSourceMappings
from steadyhand.sources.sqs import DeadLetterSources, QueueAttributes, Queues
from tests.checks.recorded import Recorded
from tests.verbs import NOW, client, fix_and_undo, found, planned, silent

CHECK = QueueWithoutDlq()
BASE = "https://sqs.eu-central-1.amazonaws.com/123456789012/"
ARN = "arn:aws:sqs:eu-central-1:123456789012:"


def queue(name: str, messages: int = 0, **more: str) -> tuple[str, dict[str, str]]:
    counts = {"ApproximateNumberOfMessages": str(messages)}
    return BASE + name, {"QueueArn": ARN + name} | counts | more


def facts(*queues: tuple[str, dict[str, str]], **more: Any) -> dict[Any, Any]:
    received = [(url, [0.0, more.get("received", 0.0)]) for url, _ in queues]
    return {
        QueueAttributes: list(queues),
        Queues: [url for url, _ in queues] + more.get("others", []),
        DeadLetterSources: more.get("ends", []),
        EventSourceMappings: [{"EventSourceArn": ARN + name} for name in more.get("feeds", ())],
        MessagesReceived: received,
    }


SEALED = {"KmsMasterKeyId": "alias/queues"}
BAD = facts(
    queue("filled", 3),
    queue("fed"),
    queue("fed.fifo", FifoQueue="true", **SEALED),
    queue("half"),
    feeds=("fed", "fed.fifo", "half"),
    others=[BASE + "half-dlq"],
)
GOOD = facts(
    queue("idle"),
    queue("sends", 3, RedrivePolicy='{"deadLetterTargetArn": "x", "maxReceiveCount": 5}'),
    queue("graveyard", 3),
    queue("topic-DLQ", 3),
    ends=[(BASE + "graveyard", BASE + "sends")],
)


def test_says_which_functions_take_from_it_now() -> None:
    """A mapping that is off takes nothing: `EventSourceMappingConfiguration.State`."""
    takes = {"EventSourceArn": ARN + "fed", "FunctionArn": "arn:aws:lambda:x:1:function:pay"}
    off = takes | {"FunctionArn": "arn:aws:lambda:x:1:function:old", "State": "Disabled"}
    said = facts(queue("fed")) | {EventSourceMappings: [takes | {"State": "Enabled"}, off]}
    (finding,) = found(CHECK, said)
    assert finding.evidence["used_by"] == ["pay"]
    (polled,) = found(CHECK, facts(queue("polled"), received=7.0))
    assert "used_by" not in polled.evidence


def test_somebody_received_from_it() -> None:
    (finding,) = found(CHECK, facts(queue("polled"), received=7.0))
    assert finding.summary == "polled has a consumer and no dead-letter queue"
    assert (finding.key, finding.resource) == (BASE + "polled", ARN + "polled")


def test_makes_one_of_the_same_kind() -> None:
    _, _, fifo, _ = found(CHECK, BAD)
    make, link = planned(CHECK, fifo)
    assert make.do.params == {
        "QueueName": "fed-dlq.fifo",
        "Attributes": {"FifoQueue": "true", "MessageRetentionPeriod": "1209600"} | SEALED,
        "tags": {MARK: CHANGE},
    }
    assert make.undo
    assert make.undo.params == {"QueueUrl": BASE + "fed-dlq.fifo"}
    assert json.loads(link.do.params["Attributes"]["RedrivePolicy"]) == {
        "deadLetterTargetArn": ARN + "fed-dlq.fifo",
        "maxReceiveCount": 5,
    }


def test_never_deletes_what_was_there_before() -> None:
    *_, half = found(CHECK, BAD)
    (link,) = planned(CHECK, half)
    assert link.do.action == "sqs:SetQueueAttributes"


def test_a_name_can_be_too_long() -> None:
    (finding,) = found(CHECK, facts(queue("q" * 78, 1)))
    assert planned(CHECK, finding) == []


def test_the_owner_names_dead_letter_queues() -> None:
    silent(QueueWithoutDlq(dead_letter_names=("graves",)), facts(queue("graves", 3)))


def account_of(*names: str) -> Any:
    """A thousand queues, some of them each other's ends."""

    def attributes(params: Any) -> Any:
        name = params["QueueUrl"].rpartition("/")[2]
        if name.startswith("missing"):
            return ReadFailed("QueueDoesNotExist", "no such queue")
        target = json.dumps({"deadLetterTargetArn": ARN + "graves", "maxReceiveCount": 5})
        said = {"QueueArn": ARN + name, "ApproximateNumberOfMessages": "0"}
        return {"Attributes": said | ({"RedrivePolicy": target} if name == "sends" else {})}

    return {
        "sqs:ListQueues": lambda _: {"QueueUrls": [BASE + name for name in names]},
        "sqs:GetQueueAttributes": attributes,
        "sqs:ListDeadLetterSourceQueues": lambda _: {"queueUrls": []},
        "lambda:ListEventSourceMappings": lambda _: {
            "EventSourceMappings": [
                {"UUID": name.zfill(36), "EventSourceArn": ARN + name} for name in ("q1", "graves")
            ]
        },
        "cloudwatch:GetMetricData": lambda params: {
            "MetricDataResults": [
                {"Id": one["Id"], "Values": []} for one in params["MetricDataQueries"]
            ]
        },
    }


def test_a_sweep_knows_the_ends_from_the_policies_it_reads() -> None:
    """SQS tells each queue's redrive policy with its attributes: nothing else is asked for it."""
    names = ["sends", "graves", *(f"q{n}" for n in range(60))]
    aws = Recorded(account_of(*names))
    assert [getattr(one, "key", one) for one in Survey([CHECK], aws, NOW)] == [BASE + "q1"]
    assert aws.counts == {
        "sqs:ListQueues": 1,
        "sqs:GetQueueAttributes": len(names),
        "lambda:ListEventSourceMappings": 1,
        "cloudwatch:GetMetricData": 1,
    }


def test_an_event_asks_about_its_own_queue_alone() -> None:
    aws = Recorded(account_of("sends", "graves", "q1"))
    (finding,) = Survey([CHECK], aws, NOW, only=BASE + "q1")
    assert finding.key == BASE + "q1"  # type: ignore[union-attr]
    assert aws.counts["sqs:GetQueueAttributes"] == 2, "itself, and what may lie beside it"
    assert aws.counts["sqs:ListDeadLetterSourceQueues"] == 1
    assert "lambda:ListFunctions" not in aws.counts


@pytest.mark.moto
def test_on_moto() -> None:
    def make(client: Any, name: str, **attributes: str) -> str:
        made = client("sqs").create_queue(QueueName=name, Attributes=attributes)
        return str(made["QueueUrl"])

    def bad(client: Any) -> list[str]:
        filled = make(client, "filled")
        client("sqs").send_message(QueueUrl=filled, MessageBody="x")
        fifo = make(client, "filled.fifo", FifoQueue="true")
        client("sqs").send_message(
            QueueUrl=fifo, MessageBody="x", MessageGroupId="g", MessageDeduplicationId="d"
        )
        return [filled, fifo]

    def good(client: Any) -> None:
        dead = make(client, "graveyard")
        client("sqs").send_message(QueueUrl=dead, MessageBody="x")
        policy = {"deadLetterTargetArn": ARN + "graveyard", "maxReceiveCount": 5}
        make(client, "sends", RedrivePolicy=json.dumps(policy))
        make(client, "idle")

    fix_and_undo(CHECK, bad, good)


@pytest.mark.moto
def test_cloudwatch_knows_who_received() -> None:
    def bad(_: Any) -> list[str]:
        url = client("sqs").create_queue(QueueName="polled")["QueueUrl"]
        client("cloudwatch").put_metric_data(
            Namespace="AWS/SQS",
            MetricData=[
                {
                    "MetricName": "NumberOfMessagesReceived",
                    "Dimensions": [{"Name": "QueueName", "Value": "polled"}],
                    "Timestamp": datetime.now(UTC) - timedelta(days=2),
                    "Value": 3,
                }
            ],
        )
        return [str(url)]

    fix_and_undo(CHECK, bad)
