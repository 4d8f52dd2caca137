"""A queue with a consumer has no dead-letter queue.

A message that always fails comes back again and again, slows everything behind it, and is deleted
in silence when it expires. Judged are queues that feed a function, that somebody received from in
the last 14 days, or that hold messages; not those that are dead-letter queues themselves.

Fix: make a queue of the same kind beside it, and send messages there that failed five times. Where
a queue of that name exists, it is used. A consumer that needs more than five tries would lose its
sixth, so we ask.
Undo: send failed messages nowhere again, then delete the new queue if we made it and nobody changed
it. While messages lie in it, it waits.

Runbook:

1. Ask how often a message may fail before a person should see it: that is the number to set.
2. `steadyhand approve FINDING`, then put an alarm on the new queue: a message there is news.
3. Bring both queues into your templates.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import (
    CHANGE,
    MARK,
    Call,
    Finding,
    Look,
    Part,
    Permit,
    Read,
    Risk,
    Seen,
    Severity,
    Step,
    Unknown,
)
from steadyhand.sources.cloudwatch import MessagesReceived
from steadyhand.sources.lambda_ import EventSourceMappings
from steadyhand.sources.sqs import (
    DeadLetterSources,
    QueueAttributes,
    Queues,
    QueueTags,
    sends_nothing_away,
)
from steadyhand.triggers import ApiCalled, days

FIFO = ".fifo"
LONGEST_NAME = 80
LONGEST_KEPT = "1209600"
LEGACY = re.compile(r"https?://(?:(?P<region>[a-z0-9-]+)\.)?queue\.amazonaws\.com/")
WAITING = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")


class QueueWithoutDlq(Check):
    severity = Severity.MEDIUM
    risk = Risk.APPROVAL
    reads = (QueueAttributes, Queues, DeadLetterSources, EventSourceMappings, MessagesReceived)
    refines = (EventSourceMappings, MessagesReceived)
    wakes = (
        days(1),
        ApiCalled("sqs:CreateQueue", "responseElements.queueUrl"),
        ApiCalled("sqs:SetQueueAttributes", "requestParameters.queueUrl"),
        ApiCalled("sqs:DeleteQueue", "requestParameters.queueUrl"),
    )
    looks = (QueueTags,)
    writes = (
        Permit(
            "sqs:CreateQueue",
            ("{QueueName}",),
            implies=(Permit("sqs:TagQueue", ("{QueueName}",)),),
            shape={
                "QueueName": r"[\w-]+-dlq(\.fifo)?",
                "Attributes": {
                    "FifoQueue": r"true",
                    "KmsMasterKeyId": str,
                    "MessageRetentionPeriod": LONGEST_KEPT,
                },
                "tags": {MARK: r"ch-[0-9a-f]+"},
            },
        ),
        Permit(
            "sqs:DeleteQueue",
            ("{QueueUrl:last}",),
            shape={"QueueUrl": r".+/[\w-]+-dlq(\.fifo)?"},
        ),
        Permit(
            "sqs:SetQueueAttributes",
            ("{QueueUrl:last}",),
            shape={
                "QueueUrl": str,
                "Attributes": {"RedrivePolicy": r"|\{\"deadLetterTargetArn\": .*-dlq.*\}"},
            },
        ),
    )
    resource_type = "AWS::SQS::Queue"
    consequence = "Work that fails is lost, and nobody hears of it."
    hours_lost = (1, 16)
    peers = ("SS:sqs:DeadLetterQueue", "C7N:sqs/dead-letter")

    tries: int = 5
    """How often a message may be received before it is put aside."""

    dead_letter_names: tuple[str, ...] = ("dlq", "deadletter", "dead-letter", "dead_letter")
    """A queue whose name has one of these in it is a dead-letter queue of something else."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding | Unknown]:
        del now
        urls = set(account[Queues])
        ends = {url for url, _ in account[DeadLetterSources]}
        feeds = {mapping.get("EventSourceArn") for mapping in account[EventSourceMappings]}
        busy = {url for url, counts in account[MessagesReceived] if sum(counts)}
        for key, queue in account[QueueAttributes]:
            url = canonical(key)
            name = url.rpartition("/")[2]
            is_end = url in ends or any(word in name.lower() for word in self.dead_letter_names)
            arn = queue.get("QueueArn") or account.arn("sqs", name)
            is_used = url in busy or arn in feeds or is_filled(queue)
            if is_end or not sends_nothing_away((url, queue)):
                continue
            unread = account.unknown(EventSourceMappings) or account.unknown(MessagesReceived, url)
            if unread and not is_used:
                yield self.unknown(account, url, unread)
            if is_used:
                beside = name_beside(name)
                yield self.finding(
                    account,
                    resource=arn,
                    key=url,
                    summary=f"{name} has a consumer and no dead-letter queue",
                    url=url,
                    beside=beside,
                    beside_url=url.removesuffix(name) + beside,
                    beside_arn=arn.removesuffix(name) + beside,
                    exists=url.removesuffix(name) + beside in urls,
                    like_it=like(queue),
                    tries=self.tries,
                )

    def plan(self, finding: Finding) -> Iterator[Step]:
        said = finding.evidence
        if len(said["beside"]) > LONGEST_NAME:
            return
        beside_url, like_it = said["beside_url"], said["like_it"]
        if not said["exists"]:
            make = {"QueueName": said["beside"], "Attributes": like_it}
            yield Step(
                owns=Part(said["beside_arn"], "queue", lambda: see_queue(beside_url, like_it)),
                makes={"attributes": like_it, "mark": CHANGE},
                do=Call("sqs:CreateQueue", make | {"tags": {MARK: CHANGE}}),
                undo=Call("sqs:DeleteQueue", {"QueueUrl": beside_url}),
            )
        policy = {"deadLetterTargetArn": said["beside_arn"], "maxReceiveCount": said["tries"]}
        yield Step(
            owns=Part(finding.resource, "RedrivePolicy", lambda: see_policy(said["url"])),
            makes=policy,
            do=send_away(said["url"], json.dumps(policy)),
            undo=send_away(said["url"], ""),
        )


def see_queue(url: str, like_it: Mapping[str, str]) -> Look:
    """A queue with its mark, as we made it; while messages lie in it, nobody deletes it."""
    for _, queue in (yield Read(QueueAttributes, url)):
        tags = dict(pair for _, found in (yield Read(QueueTags, url)) for pair in found.items())
        waiting = sum(int(queue.get(name, 0)) for name in WAITING)
        return Seen(
            value={
                "attributes": {name: queue.get(name) for name in like_it},
                "mark": tags.get(MARK),
            },
            moving=f"holding {waiting} messages" if waiting else "",
            tags=tags,
        )
    return Seen()


def see_policy(url: str) -> Look:
    """Where failed messages go."""
    for _, queue in (yield Read(QueueAttributes, url)):
        said = json.loads(queue.get("RedrivePolicy") or "null")
        policy = said and {
            "deadLetterTargetArn": said["deadLetterTargetArn"],
            "maxReceiveCount": int(said["maxReceiveCount"]),
        }
        return Seen(value=policy, identity=str(queue.get("CreatedTimestamp", "")))
    return Seen(identity=None)


def canonical(url: str) -> str:
    """One queue, one URL: SQS still answers under the hosts of its first years.

    docs.aws.amazon.com/general/latest/gr/sqs-service.html: legacy endpoints.
    """
    found = LEGACY.match(url)
    if not found:
        return url
    return f"https://sqs.{found['region'] or 'us-east-1'}.amazonaws.com/{url[found.end() :]}"


def send_away(url: str, policy: str) -> Call:
    """Where failed messages go; nowhere without a policy."""
    params = {"QueueUrl": url, "Attributes": {"RedrivePolicy": policy}}
    return Call("sqs:SetQueueAttributes", params)


def is_filled(queue: Mapping[str, str]) -> bool:
    """Are messages waiting in it, or in flight?"""
    return any(int(queue.get(name, 0)) for name in WAITING)


def name_beside(name: str) -> str:
    """What its dead-letter queue is called: "orders" → "orders-dlq"; FIFO stays FIFO."""
    stem = name.removesuffix(FIFO)
    return f"{stem}-dlq{FIFO}" if name != stem else f"{stem}-dlq"


def like(queue: Mapping[str, Any]) -> dict[str, str]:
    """What its dead-letter queue must share with it; and it keeps messages as long as SQS can."""
    shared = {name: queue[name] for name in ("FifoQueue", "KmsMasterKeyId") if queue.get(name)}
    return shared | {"MessageRetentionPeriod": LONGEST_KEPT}
