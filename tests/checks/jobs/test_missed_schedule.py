"""Schedules that are off, or whose targets cannot be called."""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.checks.jobs.missed_schedule import MissedSchedule
from steadyhand.model import Risk
from steadyhand.sources.eventbridge import FailedInvocations, Rules
from tests.canonical import ACCOUNT, REGION
from tests.trust.lab import World
from tests.trust.scenes import Planting
from tests.verbs import fix_and_undo, found

CHECK = MissedSchedule()
STATELESS = "a rule is on or off, and AWS takes a change in both"


def rule(
    name: str, state: str = "ENABLED", when: str = "rate(1 day)", **said: Any
) -> dict[str, Any]:
    arn = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{name}"
    return {"Name": name, "Arn": arn, "State": state, "ScheduleExpression": when} | said


BAD = {
    Rules: [rule("invoices", "DISABLED"), rule("tidy", when="cron(0 3 * * ? *)")],
    FailedInvocations: [("tidy", [0.0, 3.0])],
}
GOOD = {
    Rules: [
        rule("runs"),
        rule("never-failed"),
        rule("theirs", "DISABLED", ManagedBy="scheduler.amazonaws.com"),
        {"Name": "on-events", "Arn": "arn", "State": "DISABLED", "EventPattern": "{}"},
        rule("with-trail", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"),
    ],
    FailedInvocations: [("never-failed", []), ("runs", [0.0])],
}


def plant(client: Any, *, on: bool) -> str:
    client("events").put_rule(
        Name="invoices", ScheduleExpression="rate(1 day)", State="ENABLED" if on else "DISABLED"
    )
    return "invoices"


def runs(world: World) -> bool:
    return bool(world.client("events").describe_rule(Name="invoices")["State"] == "ENABLED")


PLANTING = Planting(plant=lambda world: plant(world.client, on=False), truth=runs, fixed=bool)


def test_says_what_keeps_it_from_running() -> None:
    off, failing = found(CHECK, BAD)
    assert off.summary == "the schedule invoices, rate(1 day), is switched off"
    assert failing.summary == (
        "the schedule tidy, cron(0 3 * * ? *), could not call its target 3 times in a day"
    )
    assert [CHECK.risk_of(one) for one in (off, failing)] == [Risk.APPROVAL, Risk.ADVICE]


@pytest.mark.moto
def test_on_moto() -> None:
    fix_and_undo(CHECK, lambda client: [plant(client, on=False)])
