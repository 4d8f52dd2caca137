"""Who sends what failed to a queue, beside other queues: functions, topics, rules and schedules.

Read only where a queue holds messages and sends none away: then it may be the end of somebody's
failures, and nobody else knows. A queue's policy says whether topics and rules may write to it at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steadyhand.model import Call, ReadFailed, pages, pick
from steadyhand.source import Conversation, Each, Report, Source
from steadyhand.sources.lambda_ import Functions
from steadyhand.sources.sqs import holds_messages, sends_nothing_away

MANY = 1_000
"""Schedules. Where there are more, programs make them for one run each, and we do not ask of all."""


def may_be_an_end(queue: Any) -> bool:
    """Does it hold messages that go nowhere?"""
    return sends_nothing_away(queue) and holds_messages(queue[1])


def takes_from(service: str) -> Any:
    """May such a queue be written to by a service, by what its policy says?"""

    def takes(queue: Any) -> bool:
        policy = str(queue[1].get("Policy", ""))
        return may_be_an_end(queue) and (f"{service}.amazonaws.com" in policy or '"*"' in policy)

    return takes


SendingFunctions: Source[Mapping[str, Any]] = Source(
    operation=Functions.operation,
    items=Functions.items,
    key=Functions.key,
    params=Functions.params,
    only_if=may_be_an_end,
    same_as=Functions,
)
"""The functions, for the dead-letter queue of each."""

AsyncDestinations: Each[Mapping[str, Any]] = Each(
    operation="lambda:ListFunctionEventInvokeConfigs",
    items="FunctionEventInvokeConfigs",
    of=SendingFunctions,
    ask=lambda function: {"FunctionName": function},
    gone=frozenset({"ResourceNotFoundException"}),
)
"""Where a function's events go that failed."""

TopicSubscriptions: Source[Mapping[str, Any]] = Source(
    operation="sns:ListSubscriptions",
    items="Subscriptions",
    key=lambda subscription: str(subscription["SubscriptionArn"]),
    only_if=takes_from("sns"),
)

SubscriptionAttributes: Each[Mapping[str, str]] = Each(
    operation="sns:GetSubscriptionAttributes",
    items="Attributes",
    of=TopicSubscriptions,
    when=lambda one: str(one.get("SubscriptionArn", "")).startswith("arn:"),
    ask=lambda arn: {"SubscriptionArn": arn},
    gone=frozenset({"NotFound", "NotFoundException"}),
)
"""What a subscription says of messages that nobody took; one that nobody confirmed says nothing."""


def rule_targets(now: Any) -> Conversation[Mapping[str, Any]]:
    """The targets of every rule of every bus."""
    del now
    found: list[Mapping[str, Any]] = []
    buses = yield from pages(Call("events:ListEventBuses", {"Limit": 100}))
    for bus in pick(buses, "EventBuses.Name"):
        rules = yield from pages(Call("events:ListRules", {"EventBusName": bus, "Limit": 100}))
        for rule in pick(rules, "Rules.Name"):
            asked = {"Rule": rule, "EventBusName": bus}
            targets = yield from pages(Call("events:ListTargetsByRule", asked))
            found += pick(targets, "Targets")
    return found


RuleTargets: Report[Mapping[str, Any]] = Report(
    operation="events:ListTargetsByRule",
    extra_permissions=("events:ListEventBuses", "events:ListRules"),
    key=lambda target: str(target.get("Arn", "")),
    talk=rule_targets,
    only_if=takes_from("events"),
)


def schedules(now: Any) -> Conversation[Mapping[str, Any]]:
    """Every schedule with its target, which no list tells."""
    del now
    found: list[Mapping[str, Any]] = []
    listed = yield from pages(Call("scheduler:ListSchedules", {"MaxResults": 100}), at_most=11)
    known = list(pick(listed, "Schedules"))
    if len(known) > MANY:
        raise ReadFailed("TooMany", f"there are more than {MANY} schedules to ask for their queues")
    for one in known:
        asked = {"Name": one["Name"], "GroupName": one.get("GroupName", "default")}
        try:
            found.append((yield Call("scheduler:GetSchedule", asked)))
        except ReadFailed as failed:
            if failed.code != "ResourceNotFoundException":
                raise
    return found


Schedules: Report[Mapping[str, Any]] = Report(
    operation="scheduler:GetSchedule",
    extra_permissions=("scheduler:ListSchedules",),
    key=lambda schedule: str(schedule.get("Name", "")),
    talk=schedules,
    only_if=may_be_an_end,
)
