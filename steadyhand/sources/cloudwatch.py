"""What is read of CloudWatch: numbers, packed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from steadyhand.model import pick
from steadyhand.source import Datapoints, Each, Metric, Source
from steadyhand.sources.elbv2 import LoadBalancers
from steadyhand.sources.lambda_ import Functions
from steadyhand.sources.logs import LogGroups
from steadyhand.sources.rds import DBInstances, has_own_storage
from steadyhand.sources.sqs import QueueAttributes, Queues, holds_messages, sends_nothing_away


def queue(url: str) -> Mapping[str, str]:
    """CloudWatch calls a queue by its name, which its URL ends with."""
    return {"QueueName": url.rpartition("/")[2]}


def balancer(arn: str) -> Mapping[str, str]:
    """CloudWatch calls a load balancer by what follows this in its ARN."""
    return {"LoadBalancer": arn.partition(":loadbalancer/")[2] or arn}


MessagesReceived = Metric(
    of=QueueAttributes,
    when=sends_nothing_away,
    namespace="AWS/SQS",
    metric="NumberOfMessagesReceived",
    dimensions=queue,
    statistic="Sum",
    over=timedelta(days=14),
)
"""How many messages somebody took from each queue that has no dead-letter queue, a day at a time."""

OldestMessages = Metric(
    of=QueueAttributes,
    when=lambda queue: holds_messages(queue[1]),
    namespace="AWS/SQS",
    metric="ApproximateAgeOfOldestMessage",
    dimensions=queue,
    statistic="Maximum",
    over=timedelta(minutes=15),
    period=timedelta(minutes=5),
)
"""How long the oldest message of each queue that holds any has waited, in seconds, of late.

A queue that holds messages tells every minute; one that got its first may need 15 to begin.
Source: docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/monitoring-using-cloudwatch.html
"""

FreeStorage = Datapoints(
    of=DBInstances,
    when=has_own_storage,
    namespace="AWS/RDS",
    metric="FreeStorageSpace",
    dimension="DBInstanceIdentifier",
    statistic="Minimum",
    over=timedelta(days=14),
)
"""The bytes that were free at the least on each day, with the day: of one on which it was stopped there is none."""


KEPT = timedelta(days=30)
"""How long CloudWatch keeps an alarm's history."""

AlarmChanges: Source[Mapping[str, Any]] = Source(
    operation="cloudwatch:DescribeAlarmHistory",
    items="AlarmHistoryItems",
    key=lambda item: str(item["AlarmName"]),
    params=lambda now: {
        "HistoryItemType": "StateUpdate",
        "StartDate": now - KEPT,
        "EndDate": now,
        "MaxRecords": 100,
        "ScanBy": "TimestampDescending",
    },
    is_history=True,
    only_if=bool,
)
"""Each time an alarm changed its state in the last 30 days, latest first."""


MetricAlarms: Source[Mapping[str, Any]] = Source(
    operation="cloudwatch:DescribeAlarms",
    items="MetricAlarms",
    key=lambda alarm: str(alarm["AlarmName"]),
    params={"AlarmTypes": ["MetricAlarm"], "MaxRecords": 100},
    narrow=lambda name: {"AlarmTypes": ["MetricAlarm"], "AlarmNames": [name]},
    volatile=frozenset(
        {
            *("StateValue", "StateReason", "StateReasonData", "StateUpdatedTimestamp"),
            *("StateTransitionedTimestamp", "EvaluationState"),
        }
    ),
)
"""The alarms on metrics; those made of other alarms watch none."""

AlarmTags: Each[Mapping[str, str]] = Each(
    operation="cloudwatch:ListTagsForResource",
    items="Tags",
    of=MetricAlarms,
    ask=lambda arn: {"ResourceARN": arn},
    gone=frozenset({"ResourceNotFoundException", "ResourceNotFound"}),
)
"""Asked by ARN, which is not the key of an alarm: for the looks at one."""


def watched(alarm: Mapping[str, Any], account: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """What of this account an alarm watches: namespace, metric, dimensions; in metric math, each."""
    ours = [one for one in alarm.get("Metrics") or () if one.get("AccountId", account) == account]
    for one in (alarm, *pick(ours, "MetricStat.Metric")):
        if one.get("Namespace") and one.get("MetricName"):
            dimensions = {said["Name"]: said["Value"] for said in one.get("Dimensions") or ()}
            yield one["Namespace"], one["MetricName"], dimensions


def queried(alarm: Mapping[str, Any]) -> Iterator[str]:
    """Its queries over whole namespaces, as Metrics Insights takes them."""
    for said in pick(alarm, "Metrics.Expression"):
        if "SELECT" in str(said).upper():
            yield str(said)


OVER = timedelta(days=30)


def _looks_dead(url: object) -> bool:
    name = str(url).rpartition("/")[2].lower()
    return any(word in name for word in ("dlq", "dead", "failed"))


FunctionErrors = Metric(
    of=Functions,
    namespace="AWS/Lambda",
    metric="Errors",
    dimension="FunctionName",
    statistic="Sum",
    over=OVER,
)

ErrorsLately = Metric(
    of=Functions,
    namespace="AWS/Lambda",
    metric="Errors",
    dimension="FunctionName",
    statistic="Sum",
    over=timedelta(hours=1),
    period=timedelta(minutes=5),
)
"""How often each function failed, in five minutes each of the last hour."""

CallsLately = Metric(
    of=Functions,
    namespace="AWS/Lambda",
    metric="Invocations",
    dimension="FunctionName",
    statistic="Sum",
    over=timedelta(hours=1),
    period=timedelta(minutes=5),
)
"""How often each was called, failures among them."""

FunctionThrottles = Metric(
    of=Functions,
    namespace="AWS/Lambda",
    metric="Throttles",
    dimension="FunctionName",
    statistic="Sum",
    over=OVER,
)

BalancerErrors = Metric(
    of=LoadBalancers,
    when=lambda balancer: balancer.get("Type") == "application",
    namespace="AWS/ApplicationELB",
    metric="HTTPCode_Target_5XX_Count",
    dimensions=balancer,
    statistic="Sum",
    over=OVER,
)

DeadLetters = Metric(
    of=Queues,
    when=_looks_dead,
    namespace="AWS/SQS",
    metric="ApproximateNumberOfMessagesVisible",
    dimensions=queue,
    statistic="Maximum",
    over=OVER,
)
"""Of queues whose name says that they hold what failed."""

LogBytes = Metric(
    of=LogGroups,
    namespace="AWS/Logs",
    metric="IncomingBytes",
    dimension="LogGroupName",
    statistic="Sum",
    over=OVER,
)

AsyncEvents = Metric(
    of=Functions,
    namespace="AWS/Lambda",
    metric="AsyncEventsReceived",
    dimension="FunctionName",
    statistic="Sum",
    over=timedelta(days=14),
)
"""How many events each function was given by somebody who does not wait for its answer.

Source: docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
"""

DroppedEvents = Metric(
    of=Functions,
    namespace="AWS/Lambda",
    metric="AsyncEventsDropped",
    dimension="FunctionName",
    statistic="Sum",
    over=timedelta(days=14),
)
"""How many of these it was given up on, a day at a time; also those that a destination took before."""

InvokeConfigs: Each[Mapping[str, Any]] = Each(
    operation="lambda:ListFunctionEventInvokeConfigs",
    items="FunctionEventInvokeConfigs",
    of=AsyncEvents,
    when=lambda pair: sum(pair[1]) > 0,
    ask=lambda function: {"FunctionName": function, "MaxItems": 50},
    gone=frozenset({"ResourceNotFoundException"}),
)
"""What each version and alias of a function that takes events does with those that fail."""
