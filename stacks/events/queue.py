"""An SQS queue that has a consumer, and its dead-letter queue."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.access.nag_acknowledgements import acknowledge

TRIES = 4
"""How often a message is tried before it goes to the dead-letter queue."""

MAX_WAIT = 6
"""How many of its worker's time-outs a message stays out of sight, as AWS advises."""


class WorkQueue(Construct):
    """`queue`, and `dead` for what failed four times or could not be delivered.

    `gathering` is how long its consumer waits for more before a batch is begun. After `too_long` a
    message was neither handled nor given up: no consumer runs.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        called: str,
        timeout: Duration,
        gathering: Duration | None = None,
    ) -> None:
        super().__init__(scope, name)
        self.gathering = gathering.to_seconds() if gathering else None
        hidden = timeout.to_seconds() * MAX_WAIT + (self.gathering or 0)
        self.too_long = Duration.seconds(hidden * (TRIES + 1))
        self.dead = private_queue(self, "Dead", f"{called}-dead-letters")
        acknowledge(
            self.dead,
            {
                "AwsSolutions-SQS3": "It is the dead-letter queue itself.",
                "Serverless-SQSRedrivePolicy": "It is the dead-letter queue itself.",
            },
        )
        self.queue = sqs.Queue(
            self,
            "Queue",
            queue_name=called,
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            visibility_timeout=Duration.seconds(hidden),
            retention_period=Duration.days(4),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.dead, max_receive_count=TRIES),
        )

    def admit_rules(self, rules: Sequence[str]) -> None:
        """These EventBridge rules (by ARN) and no other may put events here.

        The ARN names the account; a SourceAccount beside it is not documented for rules.
        """
        for queue in (self.queue, self.dead):
            queue.add_to_resource_policy(
                iam.PolicyStatement(
                    principals=[iam.ServicePrincipal("events.amazonaws.com")],
                    actions=["sqs:SendMessage"],
                    resources=[queue.queue_arn],
                    conditions={"ArnEquals": {"aws:SourceArn": list(rules)}},
                )
            )

    def refuse_others(self, senders: Sequence[str]) -> None:
        """Of people and programs these alone (ARNs of roles and users, `*` and `?` in them) may send.

        Whoever else may, by rights of their own on every queue, could name another author in an event.
        A service has no principal's ARN and needs an allowance of ours: `aws:PrincipalIsAWSService`, in
        docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html. Moving dead letters
        back is the caller's own SendMessage. The queue of those stays open: nothing acts on it.
        """
        self.queue.add_to_resource_policy(
            iam.PolicyStatement(
                effect=iam.Effect.DENY,
                principals=[iam.AnyPrincipal()],
                actions=["sqs:SendMessage"],
                resources=[self.queue.queue_arn],
                conditions={
                    "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
                    "ArnNotLike": {"aws:PrincipalArn": list(senders)},
                },
            )
        )


def private_queue(scope: Construct, name: str, called: str) -> sqs.Queue:
    """A queue that keeps what it gets for two weeks: encrypted, TLS only."""
    return sqs.Queue(
        scope,
        name,
        queue_name=called,
        encryption=sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=True,
        retention_period=Duration.days(14),
    )
