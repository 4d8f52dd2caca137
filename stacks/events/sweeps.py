"""Schedules of sweeps, one for each rhythm and region: what an event missed, a sweep finds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from stacks.access.grants import Grant
from stacks.access.policy import allow
from stacks.events.event_rules import MOST_TARGETS, rule
from stacks.events.queue import WorkQueue
from steadyhand.check import Check
from steadyhand.triggers import Every

HOUR = timedelta(hours=1)
DEPLOYED = ("CREATE_COMPLETE", "UPDATE_COMPLETE")


@dataclass(frozen=True)
class Rhythm:
    """How often a region is looked at. Checks of the whole account are judged at home."""

    period: timedelta
    region: str

    @property
    def hours(self) -> float:
        """The period, as checks say it."""
        return self.period / HOUR

    @property
    def rate(self) -> str:
        """As EventBridge Scheduler takes it."""
        minutes = round(self.period.total_seconds() / 60)
        count, unit = (minutes // 60, "hour") if minutes % 60 == 0 else (minutes, "minute")
        return f"rate({count} {unit}{'s' if count > 1 else ''})"

    @property
    def window(self) -> int:
        """Minutes by which AWS may be late, so that not all comes at once."""
        return max(1, min(15, round(self.period.total_seconds() / 60 / 20)))


def periods(checks: Iterable[Check]) -> list[timedelta]:
    """Every rhythm that a check asks for, shortest first."""
    return sorted({one.period for check in checks for one in check.wakes if isinstance(one, Every)})


def rhythms(checks: Sequence[Check], home: str, others: Iterable[str]) -> Iterator[Rhythm]:
    """The schedules there must be: elsewhere only where a check looks at single regions."""
    for period in periods(checks):
        yield Rhythm(period, home)
        regional = [one for one in checks if not one.is_global and Every(period) in one.wakes]
        for region in others if regional else ():
            yield Rhythm(period, region)


class Sweeps(Construct):
    """Schedules that write to a queue; and a rule that does when this stack was deployed.

    A new installation looks at once and not after the first period, and an upgrade looks with its
    new checks. CloudFormation says on the default bus when a stack is complete.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        checks: Sequence[Check],
        others: Iterable[str],
        group: scheduler.CfnScheduleGroup,
        work_queue: WorkQueue,
    ) -> None:
        super().__init__(scope, name)
        stack, elsewhere = Stack.of(self), tuple(others)
        role = schedules_role(self, group)
        queues = (work_queue.queue.queue_arn, work_queue.dead.queue_arn)
        allow(role, [Grant(("sqs:SendMessage",), queues)])
        for rhythm in rhythms(checks, stack.region, elsewhere):
            where = "home" if rhythm.region == stack.region else rhythm.region
            said = {"account": stack.account, "region": rhythm.region, "hours": rhythm.hours}
            named = f"sweep-{rhythm.hours:g}h-{where}"
            made = scheduler.CfnSchedule(
                self,
                named,
                name=f"steadyhand-{named}",
                group_name=group.ref,
                schedule_expression=rhythm.rate,
                flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(
                    mode="FLEXIBLE", maximum_window_in_minutes=rhythm.window
                ),
                target=scheduler.CfnSchedule.TargetProperty(
                    arn=work_queue.queue.queue_arn,
                    role_arn=role.role_arn,
                    input=json.dumps(said),
                    dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(
                        arn=work_queue.dead.queue_arn
                    ),
                ),
            )
            made.node.add_dependency(role)
        work_queue.admit_rules(self._when_deployed(work_queue, (stack.region, *elsewhere)))

    def _when_deployed(self, work_queue: WorkQueue, regions: Sequence[str]) -> list[str]:
        stack = Stack.of(self)
        pattern = {
            "source": ["aws.cloudformation"],
            "detail-type": ["CloudFormation Stack Status Change"],
            "detail": {"stack-id": [stack.stack_id], "status-details": {"status": list(DEPLOYED)}},
        }
        said = [json.dumps({"account": stack.account, "region": one}) for one in regions]
        parts = range(0, len(said), MOST_TARGETS)
        return [
            rule(
                self,
                f"deployed-{number}" if number else "deployed",
                pattern,
                work_queue,
                said=said[start : start + MOST_TARGETS],
                does="Looks at everything once this stack is deployed",
            )
            for number, start in enumerate(parts)
        ]


def schedules_role(scope: Construct, group: scheduler.CfnScheduleGroup) -> iam.Role:
    """The role of a group's schedules; no schedule of anybody else can take it."""
    stack = Stack.of(scope)
    where = stack.format_arn(
        service="scheduler", resource="schedule-group", resource_name=group.ref
    )
    return iam.Role(
        scope,
        "Role",
        role_name=f"steadyhand-{scope.node.id.lower()}",
        description="Lets a schedule call one function; reads nothing, changes nothing",
        assumed_by=iam.ServicePrincipal(
            "scheduler.amazonaws.com",
            conditions={
                "StringEquals": {"aws:SourceAccount": stack.account, "aws:SourceArn": where}
            },
        ),
    )
