"""A dead-letter queue has no alarm, so nobody hears of the work that failed.

What fails too often is put aside here, and is deleted in silence after some days. Judged are queues
that another one sends its failures to. An alarm counts whoever made it and whatever it is called, where
it watches how many messages lie here, or how long: alone, in metric math or in a query over all queues.
One on NumberOfMessagesSent does not count, for SQS does not count there what it moves here by itself.

Fix: an alarm that fires with the first message. It calls nobody by itself: Steadyhand hears of every
alarm of the account, and you add whom else it should call. CloudWatch bills it as any other.
Undo: the alarm is deleted, unless somebody changed it since.

Steered by: who may make a queue send its failures to another, or make alarms.
At worst: an alarm whose name begins with dead-letters- is written over or deleted.

Runbook:

1. `steadyhand fix FINDING` makes the alarm `dead-letters-` and the name of the queue.
2. Add whom it should call: `aws cloudwatch put-metric-alarm` with `--alarm-actions`, or in your templates.
3. Look into the queue: what lies there already has failed, and has a date on which it is deleted.
4. If something else watches it: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from steadyhand.account import Account
from steadyhand.check import Check, is_barred
from steadyhand.checks.alarms import making, permits, taken
from steadyhand.checks.queues import failing_into, in_short, last
from steadyhand.model import Finding, Read, Risk, Severity, Step
from steadyhand.source import Source
from steadyhand.sources.cloudwatch import AlarmTags, MetricAlarms, queried, watched
from steadyhand.sources.sqs import DeadLetterSources, QueueAttributes, holds_messages
from steadyhand.sources.sqs import sends_nothing_away as may_be_an_end
from steadyhand.triggers import AlarmConfigured, ApiCalled, days

NAMESPACE, VISIBLE = "AWS/SQS", "ApproximateNumberOfMessagesVisible"
TELLING = frozenset({VISIBLE, "ApproximateAgeOfOldestMessage"})
"""Source: docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/dead-letter-queues-alarms-cloudwatch.html"""


class DlqWithoutAlarm(Check):
    severity = Severity.MEDIUM
    risk = Risk.SAFE
    reads = (QueueAttributes, DeadLetterSources, MetricAlarms)
    needs: ClassVar[Mapping[Source[Any], Any]] = {MetricAlarms: may_be_an_end}
    wakes = (
        days(1),
        AlarmConfigured(NAMESPACE, VISIBLE, "QueueName"),
        AlarmConfigured(NAMESPACE, "ApproximateAgeOfOldestMessage", "QueueName"),
        ApiCalled("sqs:DeleteQueue", "requestParameters.queueUrl"),
    )
    looks = (AlarmTags,)
    writes = permits(
        "dead-letters-",
        namespace=NAMESPACE,
        metric=VISIBLE,
        dimension="QueueName",
        value=r"[\w.-]+",
        statistic="Maximum",
    )
    short = "nobody hears of failures"
    done = "alarm made"
    resource_type = "AWS::SQS::Queue"
    consequence = "Work that failed is deleted after some days, and nobody has seen it."
    hours_lost = (2, 6)
    peers = ("SS:sqs:QueueMonitoring", "MB:sqs-queue")

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        sources = failing_into(account)
        alarms = account[MetricAlarms]
        heard = {name for alarm in alarms for name in queues_of(alarm, account.id)}
        names = {alarm.get("AlarmName", "") for alarm in alarms}
        for url, queue in account[QueueAttributes]:
            name = last(url)
            if name not in sources or not heard.isdisjoint({name, EVERY_QUEUE}):
                continue
            calls = alarm_name(name)
            lies = ", and messages lie in it" if holds_messages(queue) else ""
            yield self.finding(
                account,
                resource=queue.get("QueueArn") or account.arn("sqs", name),
                key=url,
                summary=f"{name} takes what fails of {in_short(sources[name])}, and no alarm watches it{lies}"[
                    :200
                ],
                barred=f"left to a person: {calls} watches something else"
                if calls in names
                else "",
                alarm=account.arn("cloudwatch", f"alarm:{calls}"),
                queue=name,
            )

    def plan(self, finding: Finding) -> Iterator[Step]:
        if is_barred(finding):
            return
        name = finding.evidence["queue"]
        made = {
            "AlarmDescription": f"Work failed: messages lie in {name}. Look why, fix it, redrive them.",
            "Namespace": NAMESPACE,
            "MetricName": VISIBLE,
            "Dimensions": [{"Name": "QueueName", "Value": name}],
            "Statistic": "Maximum",
            "Period": 300,
            "EvaluationPeriods": 1,
            "Threshold": 0,
        }
        yield making(finding.evidence["alarm"], alarm_name(name), made)

    def doubt(self, finding: Finding, now: datetime) -> Generator[Read, Sequence[Any], str]:
        """Is the name of its alarm still free?"""
        del now
        return (yield from taken(alarm_name(finding.evidence["queue"])))


EVERY_QUEUE = "*"


def queues_of(alarm: Mapping[str, Any], account: str) -> Iterator[str]:
    """The names of the queues whose messages it watches; `EVERY_QUEUE` for a query over all."""
    for namespace, metric, dimensions in watched(alarm, account):
        if namespace == NAMESPACE and metric in TELLING and "QueueName" in dimensions:
            yield dimensions["QueueName"]
    if any(NAMESPACE in said and any(one in said for one in TELLING) for said in queried(alarm)):
        yield EVERY_QUEUE


def alarm_name(queue: str) -> str:
    """What our alarm on a queue is called."""
    return f"dead-letters-{queue}"
