"""An alarm fires so often that nobody believes it.

Whoever is called ten times a week for something that is over before they looked learns not to look. The
one time that it is true, nobody comes.

Fix: a person makes it call only for what lasts: several points of several, a higher threshold, or a longer
period. Which hurts less, late or often, only they know.

Steered by: who may write a metric that an alarm is on, or set its state: an alarm that is true then looks
noisy.

Runbook:

1. How long does it last? `aws cloudwatch describe-alarm-history --alarm-name ALARM
   --history-item-type StateUpdate`.
2. If it is over by itself within minutes: `--evaluation-periods 5 --datapoints-to-alarm 3` calls once it was
   bad in three of five.
3. If it is always true and nobody does anything: raise the threshold, or delete it.
4. If it tells of one cause together with others: make a composite alarm that calls once.
5. If it must stay: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import Finding, Risk, Severity
from steadyhand.model.knobs import Range
from steadyhand.sources.cloudwatch import AlarmChanges, MetricAlarms
from steadyhand.triggers import days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

WEEK, SHORT = timedelta(days=7), timedelta(minutes=15)
FIRING = "ALARM"


class NoisyAlarm(Check):
    severity = Severity.LOW
    risk = Risk.ADVICE
    reads = (MetricAlarms, AlarmChanges)
    wakes = (days(7),)
    resource_type = "AWS::CloudWatch::Alarm"
    consequence = "The one time that it is true, nobody comes."
    short = "fires all the time"
    hours_lost = (1, 6)
    peers = ("CFG:CLOUDWATCH_ALARM_SETTINGS_CHECK",)

    times: Annotated[int, Range(2, 1000, "times")] = 10
    """How often an alarm may go off in a week."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        changes = defaultdict[str, list[tuple[datetime, str]]](list)
        for item in account[AlarmChanges]:
            state, at = state_of(item), item.get("Timestamp")
            if state and isinstance(at, datetime) and now - WEEK <= at <= now:
                changes[item.get("AlarmName", "")].append((at, state))
        for alarm in account[MetricAlarms]:
            name = alarm["AlarmName"]
            count, short = fired(sorted(changes.get(name, ())))
            if count < self.times:
                continue
            lasted = f", {short} times for less than a quarter of an hour" if short else ""
            yield self.finding(
                account,
                resource=alarm.get("AlarmArn") or account.arn("cloudwatch", f"alarm:{name}"),
                key=name,
                summary=f"the alarm {name} went off {count} times in a week{lasted}"[:200],
            )

    def demo(self, ground: Ground) -> Things:
        """Nothing: the demo lasts minutes, and this takes a week."""
        yield ground.unshown(self, "it takes a week of alarms")


def state_of(item: Mapping[str, Any]) -> str:
    """What an alarm changed to, of an entry of its history; nothing where it does not say."""
    try:
        said = json.loads(item.get("HistoryData") or "{}")
    except ValueError:
        return ""
    new = said.get("newState") if isinstance(said, dict) else None
    return str(new.get("stateValue", "")) if isinstance(new, dict) else ""


def fired(changes: list[tuple[datetime, str]]) -> tuple[int, int]:
    """How often it began to fire, and how often it was over in a quarter of an hour."""
    count = short = 0
    since: datetime | None = None
    for at, state in changes:
        if state == FIRING:
            count += since is None
            since = since or at
        elif since is not None:
            short += at - since < SHORT
            since = None
    return count, short
