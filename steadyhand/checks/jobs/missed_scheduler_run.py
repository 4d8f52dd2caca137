"""A schedule of EventBridge Scheduler is switched off, and what it starts does not run.

Backups, invoices and clean-ups that run at night are missed by nobody until somebody needs what they make.
Which schedule is meant to be off, nobody can see; so you say it once. Judged are schedules of every group.

Fix: a person switches it on again: Scheduler takes a schedule only as a whole, with the role it starts things in, so
we do not.

Steered by: who may switch a schedule off, or delete it: one that is deleted is not missed.

Runbook:

1. What does it start, and when? `aws scheduler get-schedule --group-name GROUP --name NAME`.
2. Switch it on in the template that made it, or with `aws scheduler update-schedule`, which wants all that
   `get-schedule` shows: what it is not told it takes away.
3. Run by hand what was missed, if that is safe twice.
4. If it is meant to be off, delete it, or `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import Finding, Risk, Severity
from steadyhand.sources.scheduler import Schedules
from steadyhand.triggers import ApiCalled, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

MADE = "responseElements.scheduleArn"


class MissedSchedulerRun(Check):
    severity = Severity.MEDIUM
    risk = Risk.ADVICE
    reads = (Schedules,)
    wakes = (
        days(1),
        ApiCalled("scheduler:CreateSchedule", MADE),
        ApiCalled("scheduler:UpdateSchedule", MADE),
    )
    resource_type = "AWS::Scheduler::Schedule"
    consequence = "What it makes is missing when somebody needs it."
    short = "does not run"
    hours_lost = (1, 8)
    peers = ("MB:repeated-task",)

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        for schedule in account[Schedules]:
            if schedule.get("State") == "DISABLED":
                key = Schedules.key(schedule)
                yield self.finding(
                    account,
                    resource=schedule.get("Arn") or account.arn("scheduler", f"schedule/{key}"),
                    key=key,
                    summary=f"the schedule {key} is switched off"[:200],
                )

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "this team's schedules are rules, one of which is switched off")
