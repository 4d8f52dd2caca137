"""What an event says about where to look. It is never believed beyond that.

The index is derived from what checks declare, once, when the functions are built.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from steadyhand.check import Check
from steadyhand.model import pick
from steadyhand.triggers import AlarmChanged, ApiCalled, ConfigChanged, ServiceEvent

CLOUDTRAIL = "AWS API Call via CloudTrail"
COMPLIANCE = "Config Rules Compliance Change"
ALARM = "CloudWatch Alarm State Change"
RULE = "steadyhand-"


class Malformed(Exception):
    """Not an event: it cannot say what happened."""


@dataclass(frozen=True, slots=True)
class Woken:
    """Which checks to wake, by the key of what to look at; or why nobody is woken."""

    woken: Mapping[str, Sequence[str]]
    ignored: str | None = None


Wake = Mapping[str, Any]


def index(checks: Iterable[Check]) -> list[Wake]:
    """Every wake of these checks, as plain JSON."""
    from steadyhand.reference.dated import dated  # noqa: PLC0415 - an event needs no more than the index

    event_index: list[Wake] = []
    event_sources: Mapping[str, str] = dated("cloudtrail")["event_sources"]
    for check in checks:
        for trigger in check.wakes:
            if isinstance(trigger, ApiCalled):
                source, _, name = trigger.action.partition(":")
                event_index.append(
                    {
                        "source": f"aws.{event_sources.get(source, source)}",
                        "detail_type": CLOUDTRAIL,
                        "where": {"eventName": [name]},
                        "key": f"detail.{trigger.key}",
                        "check": check.id,
                    }
                )
            elif isinstance(trigger, ServiceEvent):
                event_index.append(
                    {
                        "source": trigger.source,
                        "detail_type": trigger.detail_type,
                        "where": {name: list(said) for name, said in trigger.where.items()},
                        "key": trigger.key,
                        "check": check.id,
                    }
                )
            elif isinstance(trigger, ConfigChanged):
                event_index.append(
                    {
                        "source": "aws.config",
                        "detail_type": COMPLIANCE,
                        "where": {"configRuleName": [RULE + check.id]},
                        "key": "detail.resourceId",
                        "check": check.id,
                    }
                )
            elif isinstance(trigger, AlarmChanged):
                event_index.append(
                    {
                        "source": "aws.cloudwatch",
                        "detail_type": ALARM,
                        "where": {"alarmName": [trigger.name]},
                        "key": "detail.alarmName",
                        "check": check.id,
                    }
                )
    return event_index


def woken_by(event: Any, event_index: Iterable[Wake]) -> Woken:
    """Who is woken by an event, to look at what. `Malformed` where it is no event at all."""
    source, detail_type, detail = _envelope(event)
    if detail.get("errorCode"):
        return Woken({}, f"the call failed with {detail['errorCode']}, so nothing changed")
    woken: dict[str, list[str]] = defaultdict(list)
    heard = False
    for wake in event_index:
        if wake["source"] != source or wake["detail_type"] != detail_type:
            continue
        if not all(set(pick(detail, path)) & set(said) for path, said in wake["where"].items()):
            continue
        heard = True
        for key in pick(event, wake["key"]):
            if isinstance(key, str) and key and wake["check"] not in woken[key]:
                woken[key].append(wake["check"])
    if woken:
        return Woken({key: tuple(checks) for key, checks in woken.items()})
    name = detail.get("eventName") or detail_type
    reason = "does not name what it is about; the next sweep looks" if heard else "wakes no check"
    return Woken({}, f"{name} {reason}")


def _envelope(event: Any) -> tuple[str, str, Mapping[str, Any]]:
    if not isinstance(event, Mapping):
        raise Malformed(f"an event is an object, not {type(event).__name__}")
    source, detail_type, detail = (event.get(name) for name in ("source", "detail-type", "detail"))
    if not isinstance(source, str) or not isinstance(detail_type, str):
        raise Malformed("an event has a source and a detail-type")
    if not isinstance(detail, Mapping):
        raise Malformed("an event has a detail, an object")
    return source, detail_type, detail
