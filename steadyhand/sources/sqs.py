"""What is read of SQS. A queue's key is its URL: that is what its own calls take."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from steadyhand.source import Each, Source
from steadyhand.sources.keys import queue_url

DELETED = frozenset({"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"})

Queues: Source[str] = Source(
    operation="sqs:ListQueues",
    items="QueueUrls",
    key=queue_url,
    kind="queue",
    params={"MaxResults": 1000},
)

QueueAttributes: Each[Mapping[str, str]] = Each(
    operation="sqs:GetQueueAttributes",
    items="Attributes",
    of=Queues,
    ask=lambda url: {"QueueUrl": url, "AttributeNames": ["All"]},
    gone=DELETED,
    volatile=frozenset(
        {
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesDelayed",
            "ApproximateNumberOfMessagesNotVisible",
            "LastModifiedTimestamp",
        }
    ),
)


def sends_nothing_away(queue: Any) -> bool:
    """A queue without a redrive policy: its failed messages come back for ever."""
    return not queue[1].get("RedrivePolicy")


WAITING = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")


def holds_messages(queue: Mapping[str, Any]) -> bool:
    """Are messages waiting in it, or in flight?"""
    return any(int(queue.get(name) or 0) for name in WAITING)


def policy_of(said: str | None) -> Mapping[str, Any]:
    """A policy that a queue keeps as text; nothing where it has none or it is no policy."""
    try:
        policy = json.loads(said or "{}")
    except ValueError:
        return {}
    return policy if isinstance(policy, dict) else {}


def target_of(queue: Any) -> list[tuple[str, str]]:
    """Where a queue sends its failed messages: the ARN of that one, and its own URL."""
    target = policy_of(queue[1].get("RedrivePolicy")).get("deadLetterTargetArn")
    return [(str(target), queue[0])] if target else []


DeadLetterSources: Each[str] = Each(
    operation="sqs:ListDeadLetterSourceQueues",
    items="queueUrls",
    of=QueueAttributes,
    when=sends_nothing_away,
    ask=lambda url: {"QueueUrl": url},
    gone=DELETED,
    same_as=QueueAttributes,
    told=target_of,
)
"""Which queues send their failed messages here: pairs of this queue's URL or ARN, and their URL.

A sweep reads every redrive policy already; an event asks about its own queue.
"""

FIFO, DLQ = ".fifo", "-dlq"


def name_beside(name: str) -> str:
    """What its dead-letter queue is called: "orders" → "orders-dlq"; FIFO stays FIFO."""
    stem = name.removesuffix(FIFO)
    return stem + DLQ + name[len(stem) :]


def url_beside(url: str) -> str:
    """The URL of the queue of that name."""
    place, _, name = url.rpartition("/")
    return f"{place}/{name_beside(name)}"


def is_beside(queue: Any) -> list[tuple[str, Any]]:
    """Beside which queue it lies, by its name, with what it is."""
    stem = queue[0].removesuffix(FIFO)
    ending = queue[0][len(stem) :]
    return [(stem.removesuffix(DLQ) + ending, queue[1])] if stem.endswith(DLQ) else []


Beside: Each[Mapping[str, str]] = Each(
    operation="sqs:GetQueueAttributes",
    items="Attributes",
    of=QueueAttributes,
    when=sends_nothing_away,
    ask=lambda url: {"QueueUrl": url_beside(url), "AttributeNames": ["All"]},
    gone=DELETED,
    same_as=QueueAttributes,
    told=is_beside,
)
"""What already has the name of a queue's dead-letter queue: pairs of the queue's URL and what that is."""

QueueTags: Each[Mapping[str, str]] = Each(
    operation="sqs:ListQueueTags",
    items="Tags",
    of=Queues,
    ask=lambda url: {"QueueUrl": url},
    gone=DELETED,
)
