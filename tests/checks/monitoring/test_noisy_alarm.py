"""Alarms that go off all the time, by their history as CloudWatch keeps it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from steadyhand.checks.monitoring.noisy_alarm import NoisyAlarm
from steadyhand.sources.cloudwatch import AlarmChanges, MetricAlarms
from tests.canonical import ACCOUNT, REGION
from tests.checks.recorded import spot
from tests.verbs import NOW, found, silent

CHECK = NoisyAlarm()
RARE = "the history of a made-up alarm would have to name it ten times"


def alarm(name: str) -> dict[str, Any]:
    return {
        "AlarmName": name,
        "AlarmArn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}",
        "StateValue": "OK",
    }


def changed(name: str, hours: float, state: str) -> dict[str, Any]:
    """docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_AlarmHistoryItem.html"""
    data = {"version": "1.0", "oldState": {"stateValue": "?"}, "newState": {"stateValue": state}}
    return {
        "AlarmName": name,
        "Timestamp": NOW - timedelta(hours=hours),
        "HistoryItemType": "StateUpdate",
        "HistoryData": json.dumps(data),
    }


def flapping(name: str, times: int, minutes: float, every: float = 12) -> list[dict[str, Any]]:
    return [
        one
        for n in range(times)
        for one in (
            changed(name, 1 + n * every, "ALARM"),
            changed(name, 1 + n * every - minutes / 60, "OK"),
        )
    ]


BAD = {
    MetricAlarms: [alarm("api-5xx"), alarm("long")],
    AlarmChanges: [*flapping("api-5xx", 12, 4), *flapping("long", 10, 40)],
}
GOOD = {
    MetricAlarms: [alarm("calm"), alarm("lately"), alarm("stays"), alarm("new"), alarm("odd")],
    AlarmChanges: [
        *flapping("calm", 9, 4),
        *flapping("lately", 30, 4, every=48),  # most of it more than a week ago
        *(changed("stays", hour, "ALARM") for hour in range(1, 40)),  # without an end between
        *flapping("deleted", 50, 4, every=1),
        {"AlarmName": "odd", "Timestamp": NOW, "HistoryData": "roses"},
        {"AlarmName": "odd", "Timestamp": NOW, "HistoryData": "[1]"},
        {"AlarmName": "odd"},
    ],
}


def test_counts_how_often_and_how_short() -> None:
    assert [one.summary for one in found(CHECK, BAD)] == [
        "the alarm api-5xx went off 12 times in a week, 12 times for less than a quarter of an hour",
        "the alarm long went off 10 times in a week",
    ]


def test_the_owner_says_how_often() -> None:
    silent(NoisyAlarm(times=13), BAD)


def test_sweep_and_look_at_one_find_the_same() -> None:
    """moto has no history of alarms: recorded."""
    alarms = [*BAD[MetricAlarms], *GOOD[MetricAlarms]]
    history = [*BAD[AlarmChanges], *GOOD[AlarmChanges]]

    def described(params: Any) -> Any:
        wanted = params.get("AlarmNames") or [one["AlarmName"] for one in alarms]
        return {"MetricAlarms": [one for one in alarms if one["AlarmName"] in wanted]}

    said = {
        "cloudwatch:DescribeAlarms": described,
        "cloudwatch:DescribeAlarmHistory": lambda _: {"AlarmHistoryItems": history},
    }
    spot(CHECK, said, ["api-5xx", "long"])
