"""Alarms that change state are told to EventBridge, and to the functions named as their actions.

ministack tells SNS topics only.
"""

import uuid
from datetime import UTC, datetime
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudwatch

from . import bus, invocations

ACTIONS = {
    "ALARM": "AlarmActions",
    "OK": "OKActions",
    "INSUFFICIENT_DATA": "InsufficientDataActions",
}

_since: dict[str, str] = {}
"""Since when each alarm is in its state, by its ARN: an event says it of the state before."""


def install() -> None:
    """Tell of every change of state, after SNS was told."""
    told = cloudwatch._dispatch_alarm_actions

    def tell(alarm: dict[str, Any], old: str, new: str, reason: str) -> None:
        told(alarm, old, new, reason)
        if old != new:
            _tell(alarm, old, new, reason)

    cloudwatch._dispatch_alarm_actions = tell


def _tell(alarm: dict[str, Any], old: str, new: str, reason: str) -> None:
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "+0000"
    name = alarm.get("AlarmName", "")
    arn = (
        alarm.get("AlarmArn")
        or f"arn:aws:cloudwatch:{get_region()}:{get_account_id()}:alarm:{name}"
    )
    before = {"value": old, "reason": "", "timestamp": _since.get(arn, now)}
    _since[arn] = now
    change = {
        "alarmName": name,
        "state": {"value": new, "reason": reason, "timestamp": now},
        "previousState": before,
        "configuration": _configuration(alarm),
    }
    bus.emit("aws.cloudwatch", "CloudWatch Alarm State Change", change, [arn])
    if not alarm.get("ActionsEnabled", True):
        return
    event = {
        "source": "aws.cloudwatch",
        "alarmArn": arn,
        "accountId": get_account_id(),
        "time": now,
        "region": get_region(),
        "alarmData": change,
    }
    for action in alarm.get(ACTIONS[new]) or []:
        if ":lambda:" in action:
            invocations.invoke(action, event)


def _configuration(alarm: dict[str, Any]) -> dict[str, Any]:
    if rule := alarm.get("AlarmRule"):
        return {"alarmRule": rule}
    metric = {
        "namespace": alarm.get("Namespace", ""),
        "name": alarm.get("MetricName", ""),
        "dimensions": {d["Name"]: d["Value"] for d in alarm.get("Dimensions") or []},
    }
    statistic = {"metric": metric, "period": alarm.get("Period"), "stat": alarm.get("Statistic")}
    return {
        "description": alarm.get("AlarmDescription", ""),
        "metrics": [{"id": str(uuid.uuid4()), "metricStat": statistic, "returnData": True}],
    }
