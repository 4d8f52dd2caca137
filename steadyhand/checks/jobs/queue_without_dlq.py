"""A queue with a consumer has no dead-letter queue.

A message that always fails comes back again and again, slows everything behind it, and is deleted
in silence when it expires. Judged are queues that feed a function, that somebody received from in
the last 14 days, or that hold messages; not those that are dead-letter queues themselves. One that
only holds messages may be where a function, a subscription, a rule or a schedule puts what failed:
these are asked too.

Fix: make a queue of the same kind beside it, and send messages there that failed five times. Where
a queue of that name exists, it is used, unless it takes nothing from here or others may read it: then
a person decides. A consumer that needs more than five tries would lose its sixth, so we ask.
Undo: send failed messages nowhere again, then delete the new queue if we made it and nobody changed
it. While messages lie in it, it waits.

Steered by: who may create a queue of the name we would give: one that others may read, or that
takes nothing from here, is a person's.
At worst: a queue whose name ends in -dlq is made or deleted with what lies in it; what failed in
another goes to such a queue, or nowhere.

Runbook:

1. Ask how often a message may fail before a person should see it: that is the number to set.
2. `steadyhand approve FINDING`, then put an alarm on the new queue: a message there is news.
3. Bring both queues into your templates.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from steadyhand.account import Account
from steadyhand.check import Check, is_barred
from steadyhand.checks.queues import ends_of_services, last, refusal, unread_sender
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
from steadyhand.model.knobs import Labels, Range
from steadyhand.sources.cloudwatch import MessagesReceived
from steadyhand.sources.dead_letters import (
    AsyncDestinations,
    RuleTargets,
    Schedules,
    SendingFunctions,
    SubscriptionAttributes,
    TopicSubscriptions,
)
from steadyhand.sources.keys import queue_url
from steadyhand.sources.lambda_ import EventSourceMappings, called_by
from steadyhand.sources.sqs import (
    WAITING,
    Beside,
    DeadLetterSources,
    QueueAttributes,
    Queues,
    QueueTags,
    holds_messages,
    name_beside,
    sends_nothing_away,
    url_beside,
)
from steadyhand.triggers import AlarmChanged, ApiCalled, days

LONGEST_NAME = 80
LONGEST_KEPT = "1209600"


class QueueWithoutDlq(Check):
    severity = Severity.MEDIUM
    risk = Risk.APPROVAL
    reads = (
        *(QueueAttributes, Queues, DeadLetterSources, EventSourceMappings, MessagesReceived),
        *(Beside, SendingFunctions, AsyncDestinations, TopicSubscriptions),
        *(SubscriptionAttributes, RuleTargets, Schedules),
    )
    refines = (
        *(EventSourceMappings, MessagesReceived, Beside, SendingFunctions, AsyncDestinations),
        *(TopicSubscriptions, SubscriptionAttributes, RuleTargets, Schedules),
    )
    wakes = (
        days(1),
        ApiCalled("sqs:CreateQueue", "responseElements.queueUrl"),
        ApiCalled("sqs:SetQueueAttributes", "requestParameters.queueUrl"),
        ApiCalled("sqs:DeleteQueue", "requestParameters.queueUrl"),
        AlarmChanged("AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName"),
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
    short = "no dead-letter queue"
    hours_lost = (1, 16)
    peers = ("SS:sqs:DeadLetterQueue", "C7N:sqs/dead-letter")

    tries: Annotated[int, Range(1, 1000, "times")] = 5
    """How often a message may be received before it is put aside."""

    dead_letter_names: Labels = ("dlq", "deadletter", "dead-letter", "dead_letter")
    """A queue whose name has one of these in it is a dead-letter queue of something else."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding | Unknown]:
        del now
        urls = set(account[Queues])
        ends = {last(one) for one, _ in account[DeadLetterSources]}
        ends |= {last(one) for one in ends_of_services(account)}
        feeds: dict[str, list[str]] = {}
        for mapping in account[EventSourceMappings]:
            takes = called_by(mapping)[0] if mapping.get("State") == "Enabled" else ""
            feeds.setdefault(mapping.get("EventSourceArn", ""), []).append(takes)
        busy = {url for url, counts in account[MessagesReceived] if sum(counts)}
        there = dict(account[Beside])
        for key, queue in account[QueueAttributes]:
            url = queue_url(key)
            name = url.rpartition("/")[2]
            arn = queue.get("QueueArn") or account.arn("sqs", name)
            is_end = name in ends or any(word in name.lower() for word in self.dead_letter_names)
            is_taken = url in busy or arn in feeds
            if is_end or not sends_nothing_away((url, queue)):
                continue
            unread = account.unknown(EventSourceMappings) or account.unknown(MessagesReceived, url)
            if holds_messages(queue):
                unread = unread_sender(account, (key, queue))
            if unread and not is_taken:
                yield self.unknown(account, url, unread)
            elif is_taken or holds_messages(queue):
                beside = name_beside(name)
                exists = key in there or url_beside(url) in urls
                yield self.finding(
                    account,
                    resource=arn,
                    key=url,
                    summary=f"{name} has a consumer and no dead-letter queue"
                    + (f"; {beside} is there already" if exists else ""),
                    barred=self.bars(account, there.get(key), beside, arn) if exists else "",
                    used_by=feeds.get(arn, ()),
                    url=url,
                    beside=beside,
                    beside_url=url_beside(url),
                    beside_arn=arn.removesuffix(name) + beside,
                    exists=exists,
                    like_it=like(queue),
                    tries=self.tries,
                    beside_is=theirs(there.get(key, {})),
                )

    def bars(
        self, account: Account, existing: Mapping[str, str] | None, beside: str, arn: str
    ) -> str:
        """Why what is there already may not take the failed messages; empty where it may."""
        if existing is None:
            why = account.unknown(Beside) and "it could not be read"
        else:
            why = refusal(existing, arn, account.id)
        return f"left to a person, for of {beside} we know that {why}" if why else ""

    def plan(self, finding: Finding) -> Iterator[Step]:
        said = finding.evidence
        if len(said["beside"]) > LONGEST_NAME or is_barred(finding):
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

    def doubt(self, finding: Finding, now: datetime) -> Generator[Read, Sequence[Any], str]:
        """Is the queue of that name as it was, or somebody else's since?"""
        del now
        said = finding.evidence
        for _, existing in (yield Read(QueueAttributes, said["beside_url"])):
            if not said["exists"]:
                return f"{said['beside']} was made meanwhile by somebody else"
            if why := refusal(existing, finding.resource, finding.account):
                return f"{said['beside']}: {why}"
        return ""


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


def send_away(url: str, policy: str) -> Call:
    """Where failed messages go; nowhere without a policy."""
    params = {"QueueUrl": url, "Attributes": {"RedrivePolicy": policy}}
    return Call("sqs:SetQueueAttributes", params)


def theirs(existing: Mapping[str, str]) -> dict[str, str]:
    """What a person should know of a queue that is there already: who may use it."""
    told = ("Policy", "RedriveAllowPolicy", "CreatedTimestamp", "MessageRetentionPeriod")
    return {name: existing[name] for name in told if existing.get(name)}


def like(queue: Mapping[str, Any]) -> dict[str, str]:
    """What its dead-letter queue must share with it; and it keeps messages as long as SQS can."""
    shared = {name: queue[name] for name in ("FifoQueue", "KmsMasterKeyId") if queue.get(name)}
    return shared | {"MessageRetentionPeriod": LONGEST_KEPT}
