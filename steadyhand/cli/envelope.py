"""What AWS wraps an event in: queue, topic, Config rule, trail, alarm. Out come events.

Whatever it is, it is only a hint: who reads it looks at the resource itself. What is no
event for us is foreign, with the reason; nothing here raises.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from steadyhand.engine.event_index import ALARM, CLOUDTRAIL, COMPLIANCE, SECURITY_HUB
from steadyhand.model import pick

DEEPEST = 6
"""A queue of a topic of a bus is three; nobody wraps deeper."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """What nobody here listens to, and why."""

    reason: str


Event = Mapping[str, Any]


def events(said: Any, depth: int = 0) -> Iterator[Event | Foreign]:
    """Every event inside, as EventBridge would deliver it."""
    try:
        yield from _events(said, depth)
    except RecursionError:
        yield Foreign("it is nested too deep")


def _events(said: Any, depth: int) -> Iterator[Event | Foreign]:
    if depth > DEEPEST:
        yield Foreign("it is wrapped too deep")
    elif isinstance(said, str):
        yield from _text(said, depth)
    elif isinstance(said, list):
        for one in said:
            yield from events(one, depth + 1)
        if not said:
            yield Foreign("it is an empty list")
    elif not isinstance(said, Mapping):
        yield Foreign(f"an event is an object, not {type(said).__name__}")
    elif "detail-type" in said and "source" in said:
        yield said
    else:
        yield from _unwrapped(said, depth)


def _unwrapped(said: Event, depth: int) -> Iterator[Event | Foreign]:
    if isinstance(said.get("Records"), list):
        for record in said["Records"]:
            yield from _record(record, depth)
        if not said["Records"]:
            yield Foreign("it holds no records")
    elif isinstance(said.get("Message"), str) and ("TopicArn" in said or "Type" in said):
        yield from events(said["Message"], depth + 1)
    elif "invokingEvent" in said:
        yield from _config_rule(said)
    elif isinstance(said.get("body"), str) and "messageId" in said:
        yield from events(said["body"], depth + 1)
    elif "eventSource" in said and "eventName" in said and "eventVersion" in said:
        yield from _record(said, depth)
    else:
        yield _named(said)


TOLD = ("MetricStat.Metric", "Trigger")
"""Where a topic is told of the metric: of each of several, or of one alone."""

SPELLED = {"namespace": "Namespace", "name": "MetricName"}


def _named(said: Event) -> Event | Foreign:
    """What somebody was told without an envelope: an alarm, or a finding of Security Hub."""
    if "AlarmName" in said and "NewStateValue" in said:
        watched = [_watched(one) for one in pick(said, "Trigger.Metrics")] or [_watched(said)]
        detail = {
            "alarmName": str(said["AlarmName"]),
            "state": {"value": said["NewStateValue"]},
            "configuration": {"metrics": watched},
        }
        return _alarm(detail, said)
    if isinstance(said.get("alarmData"), Mapping) and "alarmArn" in said:
        return _alarm(said["alarmData"], said)
    if "GeneratorId" in said and "ProductArn" in said:
        return _security_hub(said)
    return Foreign("it is no event of AWS that we listen to")


def _security_hub(said: Event) -> Event:
    """A finding as Security Hub keeps it."""
    return {
        "source": "aws.securityhub",
        "detail-type": SECURITY_HUB,
        "account": said.get("AwsAccountId"),
        "region": said.get("Region"),
        "detail": {"findings": [said]},
    }


def _record(record: Any, depth: int) -> Iterator[Event | Foreign]:
    """One record: of a queue, a topic, or a trail."""
    if not isinstance(record, Mapping):
        yield Foreign(f"a record is an object, not {type(record).__name__}")
    elif isinstance(record.get("body"), str):
        yield from events(record["body"], depth + 1)
    elif isinstance(record.get("Sns"), Mapping):
        yield from events(record["Sns"].get("Message"), depth + 1)
    elif str(record.get("eventSource", "")).endswith(".amazonaws.com"):
        source = str(record["eventSource"]).partition(".")[0]
        yield {
            "source": f"aws.{source}",
            "detail-type": CLOUDTRAIL,
            "account": record.get("recipientAccountId"),
            "region": record.get("awsRegion"),
            "detail": record,
        }
    elif isinstance(record.get("detail"), Mapping):
        yield from events(record, depth + 1)
    else:
        where = record.get("eventSource") or record.get("EventSource") or "somewhere else"
        yield Foreign(f"it is a record of {where}, which wakes no check")


def _text(said: str, depth: int) -> Iterator[Event | Foreign]:
    try:
        inner = json.loads(said)
    except (ValueError, RecursionError):
        yield Foreign("its message is words, not an event")
        return
    yield from events(inner, depth + 1)


def _config_rule(said: Event) -> Iterator[Event | Foreign]:
    """A Config rule is evaluated: what it is about has changed."""
    try:
        inner = json.loads(said["invokingEvent"])
    except (TypeError, ValueError, RecursionError):
        yield Foreign("its invokingEvent is not JSON")
        return
    if not isinstance(inner, Mapping):
        yield Foreign("its invokingEvent is no object")
        return
    item = inner.get("configurationItem") or inner.get("configurationItemSummary")
    if not isinstance(item, Mapping):
        kind = inner.get("messageType") or "event"
        yield Foreign(f"a {kind} of Config names no resource; the sweep looks")
        return
    yield {
        "source": "aws.config",
        "detail-type": COMPLIANCE,
        "account": said.get("accountId"),
        "region": item.get("awsRegion"),
        "detail": {
            "configRuleName": said.get("configRuleName"),
            "resourceType": item.get("resourceType"),
            "resourceId": item.get("resourceId"),
        },
    }


def _alarm(detail: Event, said: Event) -> Event:
    arn = str(said.get("AlarmArn") or said.get("alarmArn") or "").split(":")
    region = said.get("region") or (arn[3] if len(arn) > 3 else None)
    return {
        "source": "aws.cloudwatch",
        "detail-type": ALARM,
        "account": said.get("AWSAccountId") or said.get("accountId"),
        "region": region,
        "detail": detail,
    }


def _watched(said: Event) -> Event:
    """What an alarm watches, as the event bus spells what it tells a topic."""
    metric: Any = next((one for at in TOLD for one in pick(said, at)), {})
    dimensions = {
        str(one["name"]): one.get("value")
        for one in pick(metric, "Dimensions")
        if isinstance(one, Mapping) and "name" in one
    }
    names = {name: next(pick(metric, known), None) for name, known in SPELLED.items()}
    return {
        "accountId": next(pick(said, "AccountId"), None),
        "metricStat": {"metric": {**names, "dimensions": dimensions}},
    }
