"""What is read of EventBridge: the rules of the default bus, and which calls of theirs failed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from steadyhand.source import Metric, Source

Rules: Source[Mapping[str, Any]] = Source(
    operation="events:ListRules",
    items="Rules",
    key=lambda rule: str(rule["Name"]),
    kind="rule",
    params={"Limit": 100},
)
"""Schedules live on the default bus alone (docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html)."""


def runs_by_the_clock(rule: Mapping[str, Any]) -> bool:
    """A schedule of the account's own: those that a service keeps are that service's business."""
    return bool(rule.get("ScheduleExpression")) and not rule.get("ManagedBy")


FailedInvocations = Metric(
    of=Rules,
    when=lambda rule: runs_by_the_clock(rule) and rule.get("State") == "ENABLED",
    namespace="AWS/Events",
    metric="FailedInvocations",
    dimension="RuleName",
    statistic="Sum",
    over=timedelta(days=1),
)
"""How often a target of each schedule could not be called for good, in a day.

Source: docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
"""
