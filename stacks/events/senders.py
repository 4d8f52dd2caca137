"""Who may send to the queues that functions work off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from aws_cdk import Stack
from aws_cdk import aws_iam as iam

from stacks.events.queue import WorkQueue
from steadyhand.engine.ask.operators import ROLE


def refuse_others(stack: Stack, operators: Iterable[str]) -> None:
    """Every queue that a function works off takes messages from these principals alone."""
    named = list(senders(stack, operators))
    for one in stack.node.find_all():
        if isinstance(one, WorkQueue):
            one.refuse_others(named)


def senders(stack: Stack, operators: Iterable[str]) -> Iterator[str]:
    """The roles of this stack, and the owner's operators, who may move dead letters back.

    A role of theirs may be named without its path (`steadyhand.engine.ask.operators`); AWS tells its
    principal's ARN with it.
    """
    for one in stack.node.find_all():
        if isinstance(one, iam.CfnRole) and one.role_name:
            yield f"arn:{stack.partition}:iam::{stack.account}:role/{one.role_name}"
    for arn in operators:
        yield arn
        if role := ROLE.fullmatch(arn):
            partition, account, name = role.groups()
            yield f"arn:{partition}:iam::{account}:role/*/{name}"
