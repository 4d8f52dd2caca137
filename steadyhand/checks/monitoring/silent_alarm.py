"""An alarm fires and calls nobody, because its actions are switched off.

Somebody muted it for a night's work and forgot it, or a deploy failed between muting and unmuting. It
still turns red, so everybody who looks believes that it works. An alarm that has no action at all is
not judged: others may be made of it, and Steadyhand hears of every alarm.

Fix: switch its actions on again, once a person has approved it: whoever muted it may still be at work.
An alarm that fires just then calls at once.
Undo: switch its actions off again.

Steered by: who may make or mute alarms.
At worst: an alarm calls those whom its maker wrote into it, or calls nobody.

Runbook:

1. Who muted it? `aws cloudtrail lookup-events --lookup-attributes
   AttributeKey=EventName,AttributeValue=DisableAlarmActions`.
2. `steadyhand approve FINDING` switches its actions on; or `aws cloudwatch enable-alarm-actions`.
3. Mute by a window next time: a mute rule or a composite alarm with a suppressor ends by itself.
4. If it is to stay silent: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import Call, Finding, Permit, Risk, Severity, Step, field_of
from steadyhand.sources.cloudwatch import MetricAlarms
from steadyhand.triggers import ApiCalled, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

ACTIONS = ("AlarmActions", "OKActions", "InsufficientDataActions")
NAMES = "requestParameters.alarmNames"
ONE = ("alarm:{AlarmNames}",)
NAMES_ONE = {"AlarmNames": [str]}


class SilentAlarm(Check):
    severity = Severity.MEDIUM
    risk = Risk.APPROVAL
    reads = (MetricAlarms,)
    wakes = (
        days(1),
        ApiCalled("cloudwatch:DisableAlarmActions", NAMES),
        ApiCalled("cloudwatch:EnableAlarmActions", NAMES),
        ApiCalled("cloudwatch:PutMetricAlarm", "requestParameters.alarmName"),
    )
    writes = (
        Permit("cloudwatch:EnableAlarmActions", ONE, shape=NAMES_ONE),
        Permit("cloudwatch:DisableAlarmActions", ONE, shape=NAMES_ONE),
    )
    resource_type = "AWS::CloudWatch::Alarm"
    consequence = "It turns red, and nobody is called."
    short = "calls nobody"
    done = "actions on"
    hours_lost = (1, 8)
    peers = (
        "P:cloudwatch_alarm_actions_enabled",
        "ASR:CloudWatch.17",
        "CFG:CLOUDWATCH_ALARM_ACTION_ENABLED_CHECK",
    )

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        for alarm in account[MetricAlarms]:
            name = alarm["AlarmName"]
            calls = sum(len(alarm.get(one) or ()) for one in ACTIONS)
            if alarm.get("ActionsEnabled", True) or not calls:
                continue
            red = ", and it is red now" if alarm.get("StateValue") == "ALARM" else ""
            yield self.finding(
                account,
                resource=alarm.get("AlarmArn") or account.arn("cloudwatch", f"alarm:{name}"),
                key=name,
                summary=f"the alarm {name} calls nobody: its actions are switched off{red}"[:200],
                alarm=name,
            )

    def plan(self, finding: Finding) -> Iterator[Step]:
        name = finding.evidence["alarm"]
        yield Step(
            owns=field_of(
                finding.resource,
                "actions",
                MetricAlarms,
                name,
                value=lambda alarm: bool(alarm.get("ActionsEnabled", True)),
            ),
            makes=True,
            do=Call("cloudwatch:EnableAlarmActions", {"AlarmNames": [name]}),
            undo=Call("cloudwatch:DisableAlarmActions", {"AlarmNames": [name]}),
            settles=timedelta(minutes=1),
        )

    def demo(self, ground: Ground) -> Things:
        """The alarm on the shop's errors, muted for a night's work, and one that calls."""
        called = {"AlarmActions": [ground.arn("sns", ground.name("on-call"))]}
        for name, calls in (("shop-errors", False), ("shop-slow", True)):
            ground.client("cloudwatch").put_metric_alarm(
                AlarmName=ground.name(name),
                Namespace="Leaflab",
                MetricName=name,
                Statistic="Sum",
                Period=60,
                EvaluationPeriods=1,
                Threshold=10.0,
                ComparisonOperator="GreaterThanThreshold",
                TreatMissingData="notBreaching",
                ActionsEnabled=calls,
                **called,
            )
        yield ground.bomb(self, ground.name("shop-errors"))
        yield ground.healthy("alarm", ground.name("shop-slow"))
