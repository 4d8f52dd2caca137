"""When the function that keeps tickets is called, and what it may: its ledger, and one parameter."""

from __future__ import annotations

import json
from collections.abc import Sequence

from aws_cdk import Duration, Stack
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.access import grants
from stacks.access.grants import Grant
from stacks.access.policy import allow
from stacks.events.sweeps import schedules_role
from stacks.function import Function
from steadyhand.settings.values import Settings

TIMEOUT = Duration.minutes(5)
RATE, WINDOW = "rate(1 hour)", 10
"""How often, and by how many minutes AWS may be late, so that not all comes at once."""


class Tickets(Construct):
    """One schedule. A call that failed is a message in `failed`."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        settings: Settings,
        keeper: Function,
        tables: Sequence[str],
        group: scheduler.CfnScheduleGroup,
        failed: sqs.Queue,
    ) -> None:
        super().__init__(scope, name)
        token = Stack.of(self).format_arn(
            service="ssm",
            resource="parameter",
            resource_name=settings.tickets_token.removeprefix("/"),
        )
        reading = Grant(("ssm:GetParameter",), (token,))
        account = Stack.of(self).account
        allow(keeper.role, [*grants.reporting(tables, account, exempts=True), reading])
        function = keeper.function.function_arn
        role = schedules_role(self, group)
        allow(role, [Grant(("lambda:InvokeFunction",), (function,))])
        allow(role, [Grant(("sqs:SendMessage",), (failed.queue_arn,))])
        made = scheduler.CfnSchedule(
            self,
            "hourly",
            name="steadyhand-tickets",
            group_name=group.ref,
            schedule_expression=RATE,
            flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(
                mode="FLEXIBLE", maximum_window_in_minutes=WINDOW
            ),
            target=scheduler.CfnSchedule.TargetProperty(
                arn=function,
                role_arn=role.role_arn,
                input=json.dumps({}),
                dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(
                    arn=failed.queue_arn
                ),
            ),
        )
        made.node.add_dependency(role)
