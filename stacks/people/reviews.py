"""When the function that writes to people is called: weekly and monthly, in the owner's time."""

from __future__ import annotations

import json
from collections.abc import Mapping

from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.access.grants import Grant
from stacks.access.policy import allow
from stacks.events.sweeps import schedules_role
from stacks.function import Function

CADENCES: Mapping[str, str] = {
    "weekly": "cron(0 9 ? * MON *)",
    "monthly": "cron(0 9 1 * ? *)",
}


class Reviews(Construct):
    """One schedule for each cadence. A call that failed is a message in `failed`."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        group: scheduler.CfnScheduleGroup,
        time_zone: str,
        review: Function,
        failed: sqs.Queue,
    ) -> None:
        super().__init__(scope, name)
        role = schedules_role(self, group)
        function = review.function.function_arn
        allow(role, [Grant(("lambda:InvokeFunction",), (function,))])
        allow(role, [Grant(("sqs:SendMessage",), (failed.queue_arn,))])
        for cadence, expression in CADENCES.items():
            made = scheduler.CfnSchedule(
                self,
                cadence,
                name=f"steadyhand-review-{cadence}",
                group_name=group.ref,
                schedule_expression=expression,
                schedule_expression_timezone=time_zone,
                flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
                target=scheduler.CfnSchedule.TargetProperty(
                    arn=function,
                    role_arn=role.role_arn,
                    input=json.dumps({"cadence": cadence}),
                    dead_letter_config=scheduler.CfnSchedule.DeadLetterConfigProperty(
                        arn=failed.queue_arn
                    ),
                ),
            )
            made.node.add_dependency(role)
