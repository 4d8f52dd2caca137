"""What is read of SQS. A queue's key is its URL: that is what its own calls take."""

from __future__ import annotations

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


DeadLetterSources: Each[str] = Each(
    operation="sqs:ListDeadLetterSourceQueues",
    items="queueUrls",
    of=QueueAttributes,
    when=sends_nothing_away,
    ask=lambda url: {"QueueUrl": url},
    gone=DELETED,
)
"""Which queues send their failed messages here: pairs of this queue's URL and theirs."""

QueueTags: Each[Mapping[str, str]] = Each(
    operation="sqs:ListQueueTags",
    items="Tags",
    of=Queues,
    ask=lambda url: {"QueueUrl": url},
    gone=DELETED,
)
