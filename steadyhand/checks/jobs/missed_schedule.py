"""A scheduled job does not run: its rule is switched off, or its target cannot be called.

Backups, invoices and clean-ups that run at night are missed by nobody until somebody needs what they
make. Judged are rules of the default bus with a schedule, but for those that a service keeps. Which
schedule is meant to be off, nobody can see; so you say it once.

Fix: switch the rule on again, once a person has approved it: its next run comes when its schedule says.
A rule whose target cannot be called is a person's: the target is gone, or lets nobody in.
Undo: switch the rule off again.

Steered by: who may make, switch off or break a schedule.
At worst: a rule is switched on and calls the target that its maker wrote into it, or off.

Runbook:

1. What does it call? `aws events list-targets-by-rule --rule RULE`.
2. If its target fails: does it exist, and may events.amazonaws.com call it? A dead-letter queue on the
   target keeps what could not be delivered.
3. Run by hand what was missed, if that is safe twice.
4. `steadyhand approve FINDING` switches it on; if it is meant to be off, delete it, or
   `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import Call, Finding, Permit, Risk, Severity, Step, field_of
from steadyhand.sources.eventbridge import FailedInvocations, Rules, runs_by_the_clock
from steadyhand.triggers import ApiCalled, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

NAMED = "requestParameters.name"
ONE = ("rule/{Name}",)
NAMES_ONE = {"Name": r"[\w.-]+"}
ON = "ENABLED"


class MissedSchedule(Check):
    severity = Severity.MEDIUM
    risk = Risk.APPROVAL
    reads = (Rules, FailedInvocations)
    wakes = (
        days(1),
        ApiCalled("events:DisableRule", NAMED),
        ApiCalled("events:EnableRule", NAMED),
        ApiCalled("events:PutRule", NAMED),
    )
    writes = (
        Permit("events:EnableRule", ONE, shape=NAMES_ONE),
        Permit("events:DisableRule", ONE, shape=NAMES_ONE),
    )
    resource_type = "AWS::Events::Rule"
    consequence = "What it makes is missing when somebody needs it."
    short = "does not run"
    done = "switched on"
    hours_lost = (1, 8)
    peers = ("MB:repeated-task",)

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        failed = {name: sum(counts) for name, counts in account[FailedInvocations]}
        for rule in filter(runs_by_the_clock, account[Rules]):
            name, when = rule["Name"], rule["ScheduleExpression"]
            is_off = rule.get("State", ON) == "DISABLED"
            missed = round(failed.get(name, 0))
            if not (is_off or missed):
                continue
            why = (
                "is switched off"
                if is_off
                else f"could not call its target {missed} times in a day"
            )
            yield self.finding(
                account,
                resource=rule.get("Arn") or account.arn("events", f"rule/{name}"),
                key=name,
                summary=f"the schedule {name}, {when}, {why}"[:200],
                rule=name,
                off=is_off,
            )

    def plan(self, finding: Finding) -> Iterator[Step]:
        if not finding.evidence["off"]:
            return
        name = finding.evidence["rule"]
        yield Step(
            owns=field_of(
                finding.resource,
                "state",
                Rules,
                name,
                value=lambda rule: rule.get("State") != "DISABLED",
            ),
            makes=True,
            do=Call("events:EnableRule", {"Name": name}),
            undo=Call("events:DisableRule", {"Name": name}),
            settles=timedelta(minutes=1),
        )

    def demo(self, ground: Ground) -> Things:
        """The invoices' night run, switched off; the newsletter's runs."""
        for name, state in (("invoices-nightly", "DISABLED"), ("newsletter-weekly", "ENABLED")):
            ground.client("events").put_rule(
                Name=ground.name(name), ScheduleExpression="cron(0 3 * * ? *)", State=state
            )
        yield ground.bomb(self, ground.name("invoices-nightly"))
        yield ground.healthy("schedule", ground.name("newsletter-weekly"))
