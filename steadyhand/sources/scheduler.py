"""What is read of EventBridge Scheduler: every schedule of every group, by group and name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steadyhand.source import Source


def of_one(key: str) -> dict[str, Any]:
    """What to ask of one schedule: those of its group whose name begins so."""
    group, _, name = key.rpartition("/")
    return {"GroupName": group or "default", "NamePrefix": name}


Schedules: Source[Mapping[str, Any]] = Source(
    operation="scheduler:ListSchedules",
    items="Schedules",
    key=lambda schedule: f"{schedule.get('GroupName') or 'default'}/{schedule['Name']}",
    kind="scheduler:schedule/",
    params={"MaxResults": 100},
    narrow=of_one,
    gone=frozenset({"ResourceNotFoundException"}),
)
