"""One Lambda function of ours: its role with nothing in it, its log, its code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jsii
from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks.access.grants import Grant
from stacks.access.nag_acknowledgements import acknowledge
from stacks.access.policy import allow
from stacks.events.queue import WorkQueue
from steadyhand.settings import deployed

ROOM = 4096
"""Bytes of all variables together that Lambda takes."""

RUNTIME = lambda_.Runtime(f"python{deployed.RUNTIME}", lambda_.RuntimeFamily.PYTHON)


@jsii.implements(lambda_.IDestination)
class FailedCalls:
    """A queue as the place of calls that failed, told to Lambda; the CDK's own grants more than that takes.

    docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    """

    def __init__(self, queue: str) -> None:
        self.queue = queue

    def bind(self, scope: Construct, fn: lambda_.IFunction, *more: Any, **named: Any) -> Any:
        """Where they go."""
        del scope, fn, more, named
        return lambda_.DestinationConfig(destination=self.queue)


class TooLong(Exception):
    """The settings do not fit into a function. A sentence for the owner."""


class Function(Construct):
    """`function` runs `functions.<name>.handler` as `role`, called "steadyhand-<name>"."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        does: str,
        code: lambda_.Code,
        memory: int,
        timeout: Duration,
        variables: Mapping[str, str],
    ) -> None:
        super().__init__(scope, name.capitalize())
        called = f"steadyhand-{name}"
        self.called = called
        size = sum(len(f"{key}{value}".encode()) for key, value in variables.items())
        if size > ROOM:
            raise TooLong(
                f"steadyhand.toml says {size} bytes with all it implies; a function takes {ROOM}: "
                "shorten the lists of environments or knobs."
            )
        log = logs.LogGroup(
            self,
            "Log",
            log_group_name=f"/aws/lambda/{called}",
            retention=logs.RetentionDays.ONE_MONTH,
            removal_policy=RemovalPolicy.DESTROY,
        )
        self.role = iam.Role(
            self,
            "Role",
            role_name=called,
            description=does,
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
        )
        writing = Grant(("logs:CreateLogStream", "logs:PutLogEvents"), (log.log_group_arn,))
        allow(self.role, [writing])
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=called,
            description=does,
            runtime=RUNTIME,
            architecture=lambda_.Architecture.ARM_64,
            handler=f"functions.{name}.handler",
            code=code,
            memory_size=memory,
            timeout=timeout,
            environment=dict(variables),
            role=self.role,
            log_group=log,
        )
        self._acknowledge()

    def work_off(self, work_queue: WorkQueue, *, batch: int, at_once: int | None = None) -> None:
        """Take messages from a queue; those that fail go back alone.

        `at_once` where a storm of messages could take the account's concurrency from others. With it
        five connections poll the queue for ever, without it as few as two, and each is billed:
        docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
        """
        taking = (
            "sqs:ChangeMessageVisibility",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:GetQueueUrl",
            "sqs:ReceiveMessage",
        )
        allow(self.role, [Grant(taking, (work_queue.queue.queue_arn,))])
        source = lambda_.CfnEventSourceMapping(
            self,
            "Inbox",
            event_source_arn=work_queue.queue.queue_arn,
            function_name=self.function.function_name,
            batch_size=batch,
            maximum_batching_window_in_seconds=work_queue.gathering,
            function_response_types=["ReportBatchItemFailures"],
            scaling_config=(
                lambda_.CfnEventSourceMapping.ScalingConfigProperty(maximum_concurrency=at_once)
                if at_once
                else None
            ),
        )
        source.node.add_dependency(self.role)
        dead = "What fails goes from the queue to its dead-letter queue, which has an alarm."
        acknowledge(source, {"Serverless-LambdaEventSourceMappingDestination": dead})
        acknowledge(
            self.function,
            {"Serverless-LambdaDLQ": dead, "Serverless-LambdaAsyncFailureDestination": dead},
        )

    def _acknowledge(self) -> None:
        latest = (
            f"Python {deployed.RUNTIME} is the one version that every library we ship is tested "
            "with; `steadyhand.settings.deployed.RUNTIME` is where it changes."
        )
        acknowledge(
            self.function,
            {
                "AwsSolutions-L1": latest,
                "Serverless-LambdaLatestVersion": latest,
                "Serverless-LambdaTracing": "Structured logs and metrics tell what tracing would; "
                "X-Ray would cost money and a permission on every resource.",
            },
        )
