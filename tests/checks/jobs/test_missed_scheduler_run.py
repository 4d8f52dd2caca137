"""Schedules of EventBridge Scheduler that are switched off."""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.checks.jobs.missed_scheduler_run import MissedSchedulerRun
from steadyhand.sources.scheduler import Schedules
from tests.canonical import ACCOUNT, REGION
from tests.verbs import found, spot

CHECK = MissedSchedulerRun()
STATELESS = "a schedule is on or off, and we change nothing"
ARN = f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/"
TARGET = {
    "Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:jobs",
    "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/jobs",
}
EVENT = (
    "scheduler:UpdateSchedule",
    {
        "Name": "invoices",
        "ScheduleExpression": "rate(1 day)",
        "State": "DISABLED",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": TARGET,
    },
    {"ScheduleArn": f"{ARN}default/invoices"},
)


def schedule(name: str, state: str = "ENABLED", group: str = "default") -> dict[str, Any]:
    return {"Name": name, "GroupName": group, "State": state, "Arn": f"{ARN}{group}/{name}"}


BAD = {Schedules: [schedule("invoices", "DISABLED"), schedule("invoices", "DISABLED", "shop")]}
GOOD = {Schedules: [schedule("newsletter"), schedule("newsletter", group="shop"), {"Name": "bare"}]}


def test_says_which() -> None:
    assert [one.summary for one in found(CHECK, BAD)] == [
        "the schedule default/invoices is switched off",
        "the schedule shop/invoices is switched off",
    ]


@pytest.mark.moto
def test_on_moto() -> None:
    def made(client: Any, name: str, state: str, group: str = "default") -> str:
        if group != "default":
            client("scheduler").create_schedule_group(Name=group)
        client("scheduler").create_schedule(
            Name=name,
            GroupName=group,
            ScheduleExpression="rate(1 day)",
            State=state,
            FlexibleTimeWindow={"Mode": "OFF"},
            Target=TARGET,
        )
        return f"{group}/{name}"

    spot(
        CHECK,
        lambda client: [
            made(client, "invoices", "DISABLED"),
            made(client, "tidy", "DISABLED", "shop"),
        ],
        lambda client: made(client, "invoices-weekly", "ENABLED"),
    )
