"""Work that failed lies in a dead-letter queue, and is deleted there after some days.

Each message was tried as often as its queue allows, and was put aside. Nobody works on it any more: it
waits for a person until its retention period ends. Judged are queues that another one sends its
failures to, and that hold messages now.

Fix: by a person, who knows why it failed: what is sent back before that is fixed fails again.
Undo: nothing is done, so there is nothing to undo.

Steered by: who may send a message to the queue, or make a queue that sends its failures there.

Runbook:

1. `steadyhand show FINDING` names the queues whose work it is. Do not purge it.
2. Look at one message, and at what its consumer wrote in its log when it failed.
3. Fix the cause. Then send a few back: `aws sqs start-message-move-task --source-arn ARN
   --max-number-of-messages-per-second 1`; `aws sqs cancel-message-move-task` stops that.
4. If they succeed, send the others back. What can never succeed is deleted by a person.
5. If this queue is where work is meant to end: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.checks.queues import failing_into, in_short, last
from steadyhand.model import Finding, Risk, Severity
from steadyhand.sources.sqs import DeadLetterSources, QueueAttributes, holds_messages
from steadyhand.triggers import AlarmChanged, ApiCalled, hours


class DeadLetters(Check):
    severity = Severity.HIGH
    risk = Risk.ADVICE
    reads = (QueueAttributes, DeadLetterSources)
    wakes = (
        hours(6),
        AlarmChanged("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName"),
        AlarmChanged("AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName"),
        ApiCalled("sqs:PurgeQueue", "requestParameters.queueUrl"),
        ApiCalled("sqs:DeleteQueue", "requestParameters.queueUrl"),
        ApiCalled("sqs:StartMessageMoveTask", "requestParameters.sourceArn"),
    )
    resource_type = "AWS::SQS::Queue"
    consequence = "Work that customers wait for was not done, and is deleted in a few days."
    short = "failed work waits"
    hours_lost = (2, 6)

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        sources = failing_into(account)
        for url, queue in account[QueueAttributes]:
            name = last(url)
            if name in sources and holds_messages(queue):
                count = int(queue.get("ApproximateNumberOfMessages") or 0)
                yield self.finding(
                    account,
                    resource=queue.get("QueueArn") or account.arn("sqs", name),
                    key=url,
                    summary=f"{name} holds {about(count)} that failed in {in_short(sources[name])}",
                    sources=sorted(sources[name]),
                )


def about(count: int) -> str:
    """How many, so that one more is no news: "messages", "more than 100 messages"."""
    size = 10 ** (len(str(count)) - 1)
    return f"more than {size:,} messages" if count > size >= 10 else "messages"
