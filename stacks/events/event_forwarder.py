"""Event rules in a further region that forward events to the default bus of the home region, unchanged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.access.grants import Grant
from stacks.access.limits import BOUNDARY
from stacks.access.nag_acknowledgements import acknowledge
from stacks.access.policy import allow
from stacks.events.patterns import Pattern
from stacks.events.queue import private_queue


class EventForwarder(Stack):
    """The same rules as at home; what cannot be passed on for a day is kept in this region."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        patterns: Mapping[str, Pattern],
        home: str,
        **more: Any,
    ) -> None:
        super().__init__(scope, name, **more)
        bus = self.format_arn(
            service="events", region=home, resource="event-bus", resource_name="default"
        )
        lost = private_queue(self, "Lost", "steadyhand-ears-dead-letters")
        holds = "It holds the events that could not be passed on."
        acknowledge(lost, {"AwsSolutions-SQS3": holds, "Serverless-SQSRedrivePolicy": holds})
        ours = self.format_arn(service="events", resource="rule", resource_name="steadyhand-*")
        for_us = {
            "StringEquals": {"aws:SourceAccount": self.account},
            "ArnLike": {"aws:SourceArn": ours},
        }
        role = iam.Role(
            self,
            "Role",
            role_name=f"steadyhand-ears-{self.region}",
            description="Lets EventBridge pass events of this region on to the home region",
            assumed_by=iam.ServicePrincipal("events.amazonaws.com", conditions=for_us),
        )
        around = iam.ManagedPolicy.from_managed_policy_name(self, "Boundary", BOUNDARY)
        iam.PermissionsBoundary.of(role).apply(around)
        allow(role, [Grant(("events:PutEvents",), (bus,))])
        rules = []
        for said, pattern in patterns.items():
            made = events.CfnRule(
                self,
                said,
                name=f"steadyhand-{said}",
                event_pattern=dict(pattern),
                targets=[
                    events.CfnRule.TargetProperty(
                        id="home",
                        arn=bus,
                        role_arn=role.role_arn,
                        dead_letter_config=events.CfnRule.DeadLetterConfigProperty(
                            arn=lost.queue_arn
                        ),
                    )
                ],
            )
            rules.append(made.attr_arn)
        lost.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("events.amazonaws.com")],
                actions=["sqs:SendMessage"],
                resources=[lost.queue_arn],
                conditions={"ArnEquals": {"aws:SourceArn": rules}},
            )
        )
