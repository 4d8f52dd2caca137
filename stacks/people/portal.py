"""The function that writes the private pages, and the queue that finished sweeps put a word into."""

from __future__ import annotations

from aws_cdk import Duration, Stack

from stacks.access.grants import Grant
from stacks.access.nag_acknowledgements import acknowledge, shown
from stacks.access.policy import allow
from stacks.events.queue import WorkQueue
from stacks.function import Function
from stacks.storage import reports_name

GATHERING = Duration.seconds(30)
"""How long words gather, so that sweeps which end together make the pages once."""

TIMEOUT = Duration.minutes(3)


def portal(writer: Function, work_queue: WorkQueue, *, tellers: tuple[Function, ...]) -> None:
    """`writer` may write below `portal/` in the bucket of reports; `tellers` may wake it."""
    stack = Stack.of(writer)
    pages = f"arn:{stack.partition}:s3:::{reports_name(stack)}/portal/*"
    allow(writer.role, [Grant(("s3:GetObject", "s3:PutObject"), (pages,))])
    folder = "Every page is an object below this one folder of this one bucket."
    acknowledge(writer.role, {f"AwsSolutions-IAM5[Resource::{shown(stack, pages)}]": folder})
    writer.work_off(work_queue, batch=10)
    for teller in tellers:
        allow(
            teller.role,
            [Grant(("sqs:GetQueueUrl", "sqs:SendMessage"), (work_queue.queue.queue_arn,))],
        )
