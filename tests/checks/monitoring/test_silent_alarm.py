"""Alarms whose actions are switched off."""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.checks.monitoring.silent_alarm import SilentAlarm
from steadyhand.sources.cloudwatch import MetricAlarms
from tests.canonical import ACCOUNT, REGION
from tests.trust.lab import World
from tests.trust.scenes import Planting
from tests.verbs import fix_and_undo, found

CHECK = SilentAlarm()
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:on-call"


def alarm(name: str, **said: Any) -> dict[str, Any]:
    arn = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}"
    return {"AlarmName": name, "AlarmArn": arn, "StateValue": "OK"} | said


BAD = {
    MetricAlarms: [
        alarm("api-5xx", ActionsEnabled=False, AlarmActions=[TOPIC]),
        alarm("red", ActionsEnabled=False, OKActions=[TOPIC], StateValue="ALARM"),
    ]
}
GOOD = {
    MetricAlarms: [
        alarm("calls", ActionsEnabled=True, AlarmActions=[TOPIC]),
        alarm("default", AlarmActions=[TOPIC]),
        alarm("part-of-another", ActionsEnabled=False, AlarmActions=[]),
        alarm("none", ActionsEnabled=False),
    ]
}


def plant(client: Any, *, calls: bool) -> str:
    client("cloudwatch").put_metric_alarm(
        AlarmName="api-5xx",
        Namespace="AWS/ApiGateway",
        MetricName="5XXError",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        ActionsEnabled=calls,
        AlarmActions=[TOPIC],
    )
    return "api-5xx"


def calls(world: World) -> bool:
    (one,) = world.client("cloudwatch").describe_alarms()["MetricAlarms"]
    return bool(one["ActionsEnabled"])


PLANTING = Planting(plant=lambda world: plant(world.client, calls=False), truth=calls, fixed=bool)


def test_says_whether_it_is_red() -> None:
    assert [one.summary for one in found(CHECK, BAD)] == [
        "the alarm api-5xx calls nobody: its actions are switched off",
        "the alarm red calls nobody: its actions are switched off, and it is red now",
    ]


@pytest.mark.moto
def test_on_moto() -> None:
    fix_and_undo(CHECK, lambda client: [plant(client, calls=False)])
