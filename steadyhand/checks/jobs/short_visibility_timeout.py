"""A queue hands out a message again while its function may still be working on it.

While a function works on a message, the queue hides it for its visibility timeout. Where that is short,
the message comes back before the function is done, and the work is done twice. AWS recommends six times
the function's timeout, plus its batching window.

Fix: make the visibility timeout that long. Nothing else about the queue changes; a message whose
function failed comes back later than before.
Undo: the visibility timeout as it was.

Steered by: who may change a function's timeout or a queue's.
At worst: messages of a queue are handed out again at once, or stay invisible for up to twelve
hours.

Runbook:

1. Ask whether doing the work twice does harm: a second mail, a second booking.
2. `steadyhand fix FINDING` makes the visibility timeout long enough.
3. Bring the new value into your templates, or the next deployment reverts it.
4. If it must stay: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import Call, Finding, Permit, Risk, Severity, Step, field_of
from steadyhand.source import Source
from steadyhand.sources.lambda_ import LATEST, EventSourceMappings, FunctionVersions, called_by
from steadyhand.sources.sqs import QueueAttributes, QueueTags
from steadyhand.triggers import AlarmChanged, ApiCalled, days

TIMES = 6
"""Source: docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""

LONGEST = 43_200
"""Seconds. Source: docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html"""

ASLEEP = frozenset({"Disabled", "Disabling", "Deleting"})


class ShortVisibilityTimeout(Check):
    severity = Severity.MEDIUM
    risk = Risk.SAFE
    reads = (QueueAttributes, EventSourceMappings, FunctionVersions)
    needs: ClassVar[Mapping[Source[Any], Any]] = {EventSourceMappings: lambda _: True}
    wakes = (
        days(1),
        ApiCalled("sqs:SetQueueAttributes", "requestParameters.queueUrl"),
        ApiCalled("sqs:DeleteQueue", "requestParameters.queueUrl"),
        AlarmChanged("AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName"),
        ApiCalled("lambda:CreateEventSourceMapping20150331", "requestParameters.eventSourceArn"),
    )
    looks = (QueueTags,)
    writes = (
        Permit(
            "sqs:SetQueueAttributes",
            ("{QueueUrl:last}",),
            shape={"QueueUrl": str, "Attributes": {"VisibilityTimeout": r"\d{1,5}"}},
        ),
    )
    resource_type = "AWS::SQS::Queue"
    consequence = "The same message is worked on twice, at the same time."
    short = "hides too briefly"
    hours_lost = (1, 8)
    peers = ("SS:lambda:SQSVisibilityTimeout",)

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        timeouts = {
            (one.get("FunctionName", ""), one.get("Version", LATEST)): int(one.get("Timeout") or 3)
            for one in account[FunctionVersions]
        }
        readers: dict[str, list[tuple[int, str]]] = {}
        for mapping in account[EventSourceMappings]:
            name, version = called_by(mapping)
            timeout = timeouts.get((name, version or LATEST), timeouts.get((name, LATEST)))
            if timeout is not None and mapping.get("State") not in ASLEEP:
                seconds = TIMES * timeout + (mapping.get("MaximumBatchingWindowInSeconds") or 0)
                readers.setdefault(mapping.get("EventSourceArn", ""), []).append((seconds, name))
        for url, queue in account[QueueAttributes]:
            arn = queue.get("QueueArn", "")
            has = int(queue.get("VisibilityTimeout", 30))
            seconds, slowest = max(readers.get(arn, [(0, "")]))
            wants = min(seconds, LONGEST)
            if arn and has < wants:
                yield self.finding(
                    account,
                    resource=arn,
                    key=url,
                    summary=(
                        f"{arn.rpartition(':')[2]} hides a message for {has} seconds; "
                        f"{slowest} may need {wants}"
                    )[:200],
                    used_by=(name for _, name in readers[arn]),
                    url=url,
                    has=has,
                    wants=wants,
                    function=slowest,
                )

    def plan(self, finding: Finding) -> Iterator[Step]:
        said = finding.evidence
        yield Step(
            owns=field_of(
                finding.resource,
                "VisibilityTimeout",
                QueueAttributes,
                said["url"],
                value=lambda pair: int(pair[1].get("VisibilityTimeout", 30)),
                born=lambda pair: pair[1].get("CreatedTimestamp", ""),
            ),
            makes=said["wants"],
            do=hide(said, said["wants"]),
            undo=hide(said, said["has"]),
            settles=timedelta(minutes=2),
        )


def hide(said: Mapping[str, Any], seconds: int) -> Call:
    """How long the queue hides what it handed out."""
    params = {"QueueUrl": said["url"], "Attributes": {"VisibilityTimeout": str(seconds)}}
    return Call("sqs:SetQueueAttributes", params)
