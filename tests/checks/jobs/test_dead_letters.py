"""Work that failed and waits for a person."""

from __future__ import annotations

import json
from typing import Any

import pytest

from steadyhand.checks.jobs.dead_letters import DeadLetters, about
from steadyhand.sources.sqs import DeadLetterSources, QueueAttributes
from tests.canonical import ACCOUNT, REGION
from tests.verbs import found, spot

CHECK = DeadLetters()
RARE = "the policy of one made-up queue would have to name another by chance"
URL = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:"


def queue(name: str, messages: int = 0, flying: int = 0) -> tuple[str, dict[str, str]]:
    waiting = {"ApproximateNumberOfMessages": str(messages)}
    waiting["ApproximateNumberOfMessagesNotVisible"] = str(flying)
    return URL + name, {"QueueArn": QUEUE + name} | waiting


def feeds(end: str, *sources: str) -> list[tuple[str, str]]:
    return [(QUEUE + end, URL + one) for one in sources]


BAD = {
    QueueAttributes: [queue("dead", 3), queue("many", 4321), queue("flying", 0, 1)],
    DeadLetterSources: [
        *feeds("dead", "orders"), *feeds("many", "orders", "mails", "bills"), *feeds("flying", "a"),
    ],
}  # fmt: skip
REDRIVE = json.dumps({"deadLetterTargetArn": QUEUE + "lost-work", "maxReceiveCount": 5})
LISTED = {
    queue("lost-work", 3)[0]: queue("lost-work", 3)[1],
    URL + "failing": queue("failing")[1] | {"RedrivePolicy": REDRIVE},
}
ANSWERS = {
    "sqs:ListQueues": [{"QueueUrls": [*LISTED]}],
    "sqs:GetQueueAttributes": lambda params: (
        {"Attributes": LISTED[params["QueueUrl"]]} if params["QueueUrl"] in LISTED else {}
    ),
}
GOOD = {
    QueueAttributes: [queue("orders", 900), queue("empty"), queue("named-dlq", 3)],
    DeadLetterSources: [*feeds("empty", "orders")],
}  # fmt: skip


def test_says_whose_work_it_is() -> None:
    assert [one.summary for one in found(CHECK, BAD)] == [
        "dead holds messages that failed in orders",
        "many holds more than 1,000 messages that failed in bills and 2 more",
        "flying holds messages that failed in a",
    ]


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "messages"), (1, "messages"), (9, "messages"), (10, "messages"),
        (11, "more than 10 messages"), (99, "more than 10 messages"),
        (101, "more than 100 messages"), (99_999, "more than 10,000 messages"),
    ],
)  # fmt: skip
def test_one_more_is_no_news(count: int, words: str) -> None:
    assert about(count) == words


@pytest.mark.moto
def test_on_moto() -> None:
    def bad(client: Any) -> list[str]:
        sqs = client("sqs")
        dead: str = sqs.create_queue(QueueName="dead")["QueueUrl"]
        redrive = json.dumps({"deadLetterTargetArn": QUEUE + "dead", "maxReceiveCount": 5})
        sqs.create_queue(QueueName="orders", Attributes={"RedrivePolicy": redrive})
        sqs.send_message(QueueUrl=dead, MessageBody="x")
        return [dead]

    def good(client: Any) -> None:
        url = client("sqs").create_queue(QueueName="busy")["QueueUrl"]
        client("sqs").send_message(QueueUrl=url, MessageBody="x")

    spot(CHECK, bad, good)
