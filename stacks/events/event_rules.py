"""EventBridge rules: what rings, and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import aws_events as events
from constructs import Construct

from stacks.events.patterns import Pattern
from stacks.events.queue import Inbox

MOST_TARGETS = 5
"""Targets that one rule may have."""


def rule(
    scope: Construct,
    name: str,
    pattern: Pattern,
    inbox: Inbox,
    *,
    said: Sequence[str] = (),
    does: str | None = None,
) -> str:
    """Put matching events into an inbox, or these texts instead of each. Answers the rule's ARN."""
    dead = events.CfnRule.DeadLetterConfigProperty(arn=inbox.dead.queue_arn)
    made = events.CfnRule(
        scope,
        name,
        name=f"steadyhand-{name}",
        description=does,
        event_pattern=dict(pattern),
        targets=[
            events.CfnRule.TargetProperty(
                id=f"inbox-{number}" if number else "inbox",
                arn=inbox.queue.queue_arn,
                dead_letter_config=dead,
                input=text,
            )
            for number, text in enumerate(said or [None])
        ],
    )
    return made.attr_arn


class Bells(Construct):
    """A rule for each pattern, all ringing in one inbox."""

    def __init__(
        self, scope: Construct, name: str, *, patterns: Mapping[str, Pattern], inbox: Inbox
    ) -> None:
        super().__init__(scope, name)
        self.rules = [rule(self, said, pattern, inbox) for said, pattern in patterns.items()]
        if self.rules:
            inbox.admit_rules(self.rules)
