"""EventBridge rules: which events are put into which queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import aws_events as events
from constructs import Construct

from stacks.events.patterns import Pattern
from stacks.events.queue import WorkQueue

MOST_TARGETS = 5
"""Targets that one rule may have."""


def rule(
    scope: Construct,
    name: str,
    pattern: Pattern,
    work_queue: WorkQueue,
    *,
    said: Sequence[str] = (),
    does: str | None = None,
) -> str:
    """Put matching events into a queue, or these texts instead of each. Answers the rule's ARN."""
    dead = events.CfnRule.DeadLetterConfigProperty(arn=work_queue.dead.queue_arn)
    made = events.CfnRule(
        scope,
        name,
        name=f"steadyhand-{name}",
        description=does,
        event_pattern=dict(pattern),
        targets=[
            events.CfnRule.TargetProperty(
                id=f"inbox-{number}" if number else "inbox",
                arn=work_queue.queue.queue_arn,
                dead_letter_config=dead,
                input=text,
            )
            for number, text in enumerate(said or [None])
        ],
    )
    return made.attr_arn


class EventRules(Construct):
    """A rule for each pattern, all with one queue as their target."""

    def __init__(
        self, scope: Construct, name: str, *, patterns: Mapping[str, Pattern], work_queue: WorkQueue
    ) -> None:
        super().__init__(scope, name)
        self.rules = [rule(self, said, pattern, work_queue) for said, pattern in patterns.items()]
        if self.rules:
            work_queue.admit_rules(self.rules)
