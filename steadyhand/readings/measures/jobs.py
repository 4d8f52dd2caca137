"""Reads what became of messages, events and schedules that nobody waits for.

Sources, in AWS's guides:

* "Available CloudWatch metrics for Amazon SQS": ApproximateNumberOfMessagesVisible is how many
  wait; ApproximateAgeOfOldestMessage of a dead-letter queue counts from the move there. A message
  that is moved there because it failed does not raise NumberOfMessagesSent, so what came is told
  by how the waiting rose from hour to hour: the least that can have come. What went was sent
  again, deleted, or expired; the queue does not say which.
* "Types of metrics for Lambda functions": AsyncEventsDropped are events given up; where a function
  has a dead-letter queue or a destination for failures, they went there and are not lost.
  DeadLetterErrors and DestinationDeliveryFailures are those that even this could not take.
* "Monitoring EventBridge Scheduler with CloudWatch": InvocationAttemptCount;
  InvocationDroppedCount are runs given up after all retries, InvocationsSentToDeadLetterCount
  those of them that lie in a queue.
* "Amazon EventBridge metrics": TriggeredRules, and FailedInvocations, which failed for good.
"""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Iterable, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

from steadyhand.model import Call, ReadFailed
from steadyhand.readings.measures.look import DAY, HOUR, Look, Query, total
from steadyhand.rhythm.core.measured import DeadLetterQueue, Lost, Runs, Unread

SECTION = "jobs"
ASKED = 30
"""Of so many queues a region, attributes are read: one call each."""

NAMED = re.compile(r"(?i)dlq|dead[-_]?letter|deadletter")
"""How people call a queue for what a function or a schedule could not deliver."""

WAITING, AGE = "ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"
DROPPED, DEAD_LETTER, DESTINATION = (
    "AsyncEventsDropped",
    "DeadLetterErrors",
    "DestinationDeliveryFailures",
)
MOST_CONFIGS = 10
NOT_THERE = "ResourceNotFoundException"

Values = Mapping[Hashable, list[tuple[datetime, float]]]
Known = tuple[list[str], list[dict[str, Any]], list[str], list[str]]


def jobs(
    look: Look,
) -> tuple[tuple[DeadLetterQueue, ...] | None, tuple[Lost, ...] | None, tuple[Runs, ...] | None]:
    """Dead letters, lost events and missed runs of a region; None for what was not read."""
    queues = look.tried(SECTION, "queues", lambda: dead_letter_queues(look))
    functions = look.tried(SECTION, "functions", lambda: listed_functions(look))
    groups = look.tried(SECTION, "schedules", lambda: schedule_groups(look))
    rules = look.tried(SECTION, "rules", lambda: scheduled_rules(look))
    queries: dict[Hashable, Query] = {
        **of_queues(queues or ()),
        **of_functions(functions or {}),
        **of_schedules(groups or (), rules or ()),
    }
    start = look.since - DAY
    values = look.tried(SECTION, "CloudWatch", lambda: look.numbers(queries, start, look.until))
    if values is None:
        return None, None, None
    letters = None if queues is None else tuple(dead_letters(look, one, values) for one in queues)
    dropped = None if functions is None else lost(look, functions, values)
    run = None if groups is None and rules is None else runs(look, groups, rules, values)
    return letters, dropped, run


# Queues.


def dead_letter_queues(look: Look) -> list[str]:
    """The names of the queues that others send their failures to, and of those called so."""
    urls = look.listed(Call("sqs:ListQueues", {"MaxResults": 1000}), "QueueUrls")
    names = {url.rpartition("/")[2]: url for url in urls}
    found = {name for name in names if NAMED.search(name)}
    others = sorted(set(names) - found)
    for name in others[:ASKED]:
        asked = {"QueueUrl": names[name], "AttributeNames": ["RedrivePolicy"]}
        answer = look.aws.ask(Call("sqs:GetQueueAttributes", asked))
        policy = answer.get("Attributes", {}).get("RedrivePolicy")
        target = json.loads(policy).get("deadLetterTargetArn", "") if policy else ""
        found.add(target.rpartition(":")[2])
    if len(others) > ASKED:
        look.unread.append(
            Unread(
                section=SECTION,
                what=f"{len(others) - ASKED} more queues",
                region=look.aws.region,
                why="TooMany",
            )
        )
    return sorted(found & set(names))


def of_queues(names: Iterable[str]) -> dict[Hashable, Query]:
    """What waits in each, and how old it is, hour by hour."""
    return {
        (name, metric): Query("AWS/SQS", metric, {"QueueName": name}, "Maximum", HOUR)
        for name in names
        for metric in (WAITING, AGE)
    }


def dead_letters(look: Look, name: str, values: Values) -> DeadLetterQueue:
    """What came, went and is left. Hours without a number are hours in which nothing was said."""
    before = [value for at, value in values[name, WAITING] if at < look.since]
    during = [value for at, value in values[name, WAITING] if at >= look.since]
    steps = [after - earlier for earlier, after in pairwise([*(before[-1:] or [0.0]), *during])]
    ages = values[name, AGE]
    left = during[-1] if during else 0
    return DeadLetterQueue(
        name=name,
        region=look.aws.region,
        came=round(sum(step for step in steps if step > 0)),
        went=round(-sum(step for step in steps if step < 0)),
        left=round(left),
        oldest=ages[-1][1] if ages and left else None,
    )


# Functions.


def listed_functions(look: Look) -> dict[str, bool]:
    """Each function by its name: does it have a dead-letter queue?"""
    call = Call("lambda:ListFunctions", {"MaxItems": 50}, "lambda:ListFunctions")
    return {
        one["FunctionName"]: bool(one.get("DeadLetterConfig", {}).get("TargetArn"))
        for one in look.listed(call, "Functions", "NextMarker", "Marker")
    }


def of_functions(functions: Mapping[str, bool]) -> dict[Hashable, Query]:
    """Events that a function was given, and that were given up."""
    return {
        (name, metric): Query("AWS/Lambda", metric, {"FunctionName": name})
        for name, has_queue in functions.items()
        for metric in (DROPPED, DESTINATION, *([DEAD_LETTER] if has_queue else []))
    }


def lost(look: Look, functions: Mapping[str, bool], values: Values) -> tuple[Lost, ...] | None:
    """The functions that lost events. One that passes its failures on lost only what got stuck."""

    def within(name: str, metric: str) -> int:
        return total([(at, n) for at, n in values[name, metric] if at >= look.since])

    dropped = {name: n for name in functions if (n := within(name, DROPPED))}
    stuck = {
        name: n
        for name in functions
        if (n := within(name, DEAD_LETTER) + within(name, DESTINATION))
    }
    unsure = [name for name in sorted(dropped) if not functions[name]]
    passed_on = look.tried(SECTION, "destinations of functions", lambda: passing(look, unsure))
    if passed_on is None:
        return None
    for name in set(unsure) - passed_on:
        stuck[name] = stuck.get(name, 0) + dropped[name]
    return tuple(
        Lost(name=name, region=look.aws.region, count=stuck[name]) for name in sorted(stuck)
    )


def passing(look: Look, names: list[str]) -> set[str]:
    """The functions that have a destination for failures."""
    found = set()
    for name in names[:MOST_CONFIGS]:
        try:
            answer = look.aws.ask(
                Call("lambda:GetFunctionEventInvokeConfig", {"FunctionName": name})
            )
        except ReadFailed as failed:
            if failed.code != NOT_THERE:
                raise
            continue
        if answer.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination"):
            found.add(name)
    return found


# Schedules.


def schedule_groups(look: Look) -> list[str]:
    """The groups of EventBridge Scheduler; there is always one."""
    call = Call("scheduler:ListScheduleGroups", {"MaxResults": 100})
    return sorted(one["Name"] for one in look.listed(call, "ScheduleGroups"))


def scheduled_rules(look: Look) -> list[str]:
    """The rules of the default bus that run by the clock."""
    call = Call("events:ListRules", {"Limit": 100})
    return sorted(
        one["Name"] for one in look.listed(call, "Rules") if one.get("ScheduleExpression")
    )


def of_schedules(groups: Iterable[str], rules: Iterable[str]) -> dict[Hashable, Query]:
    """Runs that were tried, and given up."""
    asked = (
        ("group", groups, "AWS/Scheduler", "ScheduleGroup",
         ("InvocationAttemptCount", "InvocationDroppedCount")),
        ("rule", rules, "AWS/Events", "RuleName", ("TriggeredRules", "FailedInvocations")),
    )  # fmt: skip
    return {
        (kind, name, metric): Query(namespace, metric, {dimension: name})
        for kind, names, namespace, dimension, metrics in asked
        for name in names
        for metric in metrics
    }


def runs(
    look: Look, groups: Iterable[str] | None, rules: Iterable[str] | None, values: Values
) -> tuple[Runs, ...]:
    """What ran by the clock in the month, or should have."""

    def within(*name: str) -> int:
        return total([(at, n) for at, n in values[name] if at >= look.since])

    found = [
        Runs(name=name, region=look.aws.region, tried=within(kind, name, tried),
             missed=within(kind, name, missed))
        for kind, names, tried, missed in (
            ("group", groups or (), "InvocationAttemptCount", "InvocationDroppedCount"),
            ("rule", rules or (), "TriggeredRules", "FailedInvocations"),
        )
        for name in names
    ]  # fmt: skip
    return tuple(one for one in found if one.tried or one.missed)
