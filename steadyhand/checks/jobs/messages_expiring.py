"""A queue is about to delete messages that nobody has worked on.

A queue keeps a message for its retention period, four days unless somebody said otherwise, and then
deletes it without a word. The oldest one is near that here: its consumer fails, is switched off or is
too slow. Of a dead-letter queue CloudWatch counts the age from when the message was put aside, but a
standard queue deletes it by when it was sent: there it is later than it says.

Fix: keep messages for 14 days, the longest that SQS can. Those that wait are kept from then on too.
Where somebody chose less than the usual four days we ask: old work may be meant to lapse.
Undo: the retention period as it was. What is older than that by then is deleted, as it would have
been without us.

Steered by: who may send a message and leave it there, or write the metric of its age.
At worst: a queue keeps its messages for less than they have waited, and they are gone.

Runbook:

1. `steadyhand show FINDING` says when the oldest message is deleted.
2. Look at the consumer: its errors, its throttles, whether its trigger is enabled.
3. `steadyhand fix FINDING` keeps messages for 14 days, which is time to fix it.
4. Bring the new value into your templates, or the next deployment deletes them.
5. If they are meant to lapse: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import Call, Finding, Permit, Risk, Severity, Step, field_of
from steadyhand.model.knobs import Range
from steadyhand.sources.cloudwatch import OldestMessages
from steadyhand.sources.sqs import QueueAttributes, QueueTags, holds_messages
from steadyhand.triggers import AlarmChanged, ApiCalled, hours

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

USUAL, LONGEST = 345_600, 1_209_600
"""Seconds: four days and 14.
Source: docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html"""

SHOWS = timedelta(minutes=15)
"""How long a new retention period takes to be in force, by the same page."""


class MessagesExpiring(Check):
    severity = Severity.HIGH
    risk = Risk.SAFE
    reads = (QueueAttributes, OldestMessages)
    wakes = (
        hours(6),
        AlarmChanged("AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName"),
        ApiCalled("sqs:SetQueueAttributes", "requestParameters.queueUrl"),
        ApiCalled("sqs:DeleteQueue", "requestParameters.queueUrl"),
        ApiCalled("sqs:PurgeQueue", "requestParameters.queueUrl"),
    )
    looks = (QueueTags,)
    writes = (
        Permit(
            "sqs:SetQueueAttributes",
            ("{QueueUrl:last}",),
            shape={"QueueUrl": str, "Attributes": {"MessageRetentionPeriod": r"\d{1,7}"}},
        ),
    )
    resource_type = "AWS::SQS::Queue"
    consequence = "Work that nobody did is deleted, and nobody hears of it."
    short = "messages soon deleted"
    hours_lost = (1, 16)
    peers = ("C7N:sqs/set-retention-period",)

    share: Annotated[int, Range(1, 99, "percent")] = 70
    """How much of its retention period the oldest message may have waited."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        ages = {url: max(seconds, default=0) for url, seconds in account[OldestMessages]}
        for url, queue in account[QueueAttributes]:
            keeps = int(queue.get("MessageRetentionPeriod") or USUAL)
            age = ages.get(url, 0)
            if not holds_messages(queue) or age * 100 < keeps * self.share:
                continue
            arn = queue.get("QueueArn") or account.arn("sqs", url.rpartition("/")[2])
            ends = (now + timedelta(seconds=max(0, keeps - age))).replace(
                minute=0, second=0, microsecond=0
            )
            yield self.finding(
                account,
                resource=arn,
                key=url,
                summary=(
                    f"{arn.rpartition(':')[2]} deletes its oldest message on "
                    f"{ends:%d %B %Y after %H:%M} UTC, unworked; it keeps them for {span(keeps)}"
                )[:200],
                detonates_at=ends,
                url=url,
                keeps=keeps,
            )

    def risk_with_plan(self, finding: Finding) -> Risk:
        return self.risk if finding.evidence["keeps"] >= USUAL else Risk.APPROVAL

    def plan(self, finding: Finding) -> Iterator[Step]:
        said = finding.evidence
        if said["keeps"] >= LONGEST:
            return
        yield Step(
            owns=field_of(
                finding.resource,
                "MessageRetentionPeriod",
                QueueAttributes,
                said["url"],
                value=lambda pair: int(pair[1].get("MessageRetentionPeriod") or USUAL),
                born=lambda pair: pair[1].get("CreatedTimestamp", ""),
            ),
            makes=LONGEST,
            do=keep(said, LONGEST),
            undo=keep(said, said["keeps"]),
            settles=SHOWS,
        )

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "no message waits for days in this emulator")


def keep(said: Mapping[str, Any], seconds: int) -> Call:
    """How long the queue keeps a message."""
    params = {"QueueUrl": said["url"], "Attributes": {"MessageRetentionPeriod": str(seconds)}}
    return Call("sqs:SetQueueAttributes", params)


def span(seconds: int) -> str:
    """In words: "4 days", "36 hours", "1 minute"."""
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds // size} {unit}{'s' if seconds != size else ''}"
    return f"{seconds} seconds"
