"""Cost Anomaly Detection: anomalies that were set, monitors and subscriptions that were made."""

from __future__ import annotations

import uuid
from typing import Any

from ministack.core.responses import get_account_id

from .cost_explorer import vouched

_anomalies: list[dict[str, Any]] = []
_monitors: dict[str, dict[str, Any]] = {}
_subscriptions: dict[str, dict[str, Any]] = {}


def put(found: list[dict[str, Any]]) -> None:
    """These are the anomalies that there are."""
    _anomalies[:] = found


@vouched("GetAnomalies")
def anomalies(asked: dict[str, Any]) -> dict[str, Any]:
    """GetAnomalies: those that were set, by date, monitor and feedback."""
    between = asked["DateInterval"]
    found = [
        a
        for a in _anomalies
        if between["StartDate"]
        <= a.get("AnomalyStartDate", "")[:10]
        <= between.get("EndDate", "9999")
        and asked.get("MonitorArn") in (None, a.get("MonitorArn"))
        and asked.get("Feedback") in (None, a.get("Feedback"))
    ]
    return {"Anomalies": found}


@vouched("CreateAnomalyMonitor")
def create_monitor(asked: dict[str, Any]) -> dict[str, Any]:
    """CreateAnomalyMonitor."""
    arn = f"arn:aws:ce::{get_account_id()}:anomalymonitor/{uuid.uuid4()}"
    _monitors[arn] = {**asked["AnomalyMonitor"], "MonitorArn": arn}
    return {"MonitorArn": arn}


@vouched("GetAnomalyMonitors")
def monitors(asked: dict[str, Any]) -> dict[str, Any]:
    """GetAnomalyMonitors."""
    wanted = asked.get("MonitorArnList")
    return {"AnomalyMonitors": [m for arn, m in _monitors.items() if not wanted or arn in wanted]}


@vouched("DeleteAnomalyMonitor")
def delete_monitor(asked: dict[str, Any]) -> dict[str, Any]:
    """DeleteAnomalyMonitor."""
    _monitors.pop(asked["MonitorArn"], None)
    return {}


@vouched("CreateAnomalySubscription")
def create_subscription(asked: dict[str, Any]) -> dict[str, Any]:
    """CreateAnomalySubscription."""
    arn = f"arn:aws:ce::{get_account_id()}:anomalysubscription/{uuid.uuid4()}"
    _subscriptions[arn] = {
        **asked["AnomalySubscription"],
        "SubscriptionArn": arn,
        "AccountId": get_account_id(),
    }
    return {"SubscriptionArn": arn}


@vouched("GetAnomalySubscriptions")
def subscriptions(asked: dict[str, Any]) -> dict[str, Any]:
    """GetAnomalySubscriptions."""
    wanted = asked.get("SubscriptionArnList")
    return {
        "AnomalySubscriptions": [
            s for arn, s in _subscriptions.items() if not wanted or arn in wanted
        ]
    }


@vouched("DeleteAnomalySubscription")
def delete_subscription(asked: dict[str, Any]) -> dict[str, Any]:
    """DeleteAnomalySubscription."""
    _subscriptions.pop(asked["SubscriptionArn"], None)
    return {}
