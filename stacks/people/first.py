"""The event rule for the report of the first 48 hours: it fires once, when this stack is there.

CloudFormation says so on the default bus. It says it once, for an update is no creation; should
EventBridge say it twice, the ledger knows that the report was made.
"""

from __future__ import annotations

import json

from aws_cdk import Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.function import Function

FIRST = "first-48-hours"


class First(Construct):
    """A rule that calls the function of reviews. A call that failed is a message in `failed`."""

    def __init__(self, scope: Construct, name: str, *, review: Function, failed: sqs.Queue) -> None:
        super().__init__(scope, name)
        stack = Stack.of(self)
        rule = events.CfnRule(
            self,
            FIRST,
            name=f"steadyhand-{FIRST}",
            description="Looks at the account once Steadyhand is deployed, and reports",
            event_pattern={
                "source": ["aws.cloudformation"],
                "detail-type": ["CloudFormation Stack Status Change"],
                "detail": {
                    "stack-id": [stack.stack_id],
                    "status-details": {"status": ["CREATE_COMPLETE"]},
                },
            },
            targets=[
                events.CfnRule.TargetProperty(
                    id="review",
                    arn=review.function.function_arn,
                    input=json.dumps({"cadence": FIRST}),
                    dead_letter_config=events.CfnRule.DeadLetterConfigProperty(
                        arn=failed.queue_arn
                    ),
                )
            ],
        )
        lambda_.CfnPermission(
            self,
            "Called",
            action="lambda:InvokeFunction",
            function_name=review.function.function_name,
            principal="events.amazonaws.com",
            source_arn=rule.attr_arn,
        )
        failed.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("events.amazonaws.com")],
                actions=["sqs:SendMessage"],
                resources=[failed.queue_arn],
                conditions={"ArnEquals": {"aws:SourceArn": rule.attr_arn}},
            )
        )
