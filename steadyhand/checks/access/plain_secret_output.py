"""A stack shows a password or a token among its outputs or parameters.

Whoever may describe stacks reads it: so may every reviewer's role and every build, and AWS keeps it with the
stack. We tell the names, and neither keep nor show what they hold.

Fix: a person takes it out of the template and changes it, for it has been read.

Steered by: who may write a stack's template. Another name, or a value without the shape of a secret, hides
it.

Runbook:

1. Which ones? `steadyhand show FINDING` names them.
2. An output: leave it out, or give the ARN of the secret instead of what it holds.
3. A parameter: say `NoEcho: true`, or better have the template read it by `{{resolve:secretsmanager:…}}`.
4. Change the password or revoke the token where it was issued: it has been in plain text.
5. If it is no secret: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from steadyhand.account import Account
from steadyhand.check import Check, tags_of
from steadyhand.checks.secrets_in_plain import held, summary
from steadyhand.model import Finding, Risk, Severity
from steadyhand.sources.cloudformation import Stacks
from steadyhand.triggers import ServiceEvent, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

SHOWN = (("Outputs", "OutputKey", "OutputValue"), ("Parameters", "ParameterKey", "ParameterValue"))
"""Where a stack shows pairs, and how it calls their halves."""


class PlainSecretOutput(Check):
    severity = Severity.HIGH
    risk = Risk.ADVICE
    reads = (Stacks,)
    wakes = (
        days(1),
        ServiceEvent(
            "aws.cloudformation",
            "CloudFormation Stack Status Change",
            "detail.stack-id",
            {"status-details.status": ("CREATE_COMPLETE", "UPDATE_COMPLETE")},
        ),
    )
    resource_type = "AWS::CloudFormation::Stack"
    consequence = "Whoever may describe stacks has it, and nobody notices."
    short = "secret in plain text"
    hours_lost = (4, 40)
    peers = ("P:cloudformation_stack_outputs_find_secrets",)

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        for stack in account[Stacks]:
            names = sorted(held(shown(stack)))
            if names and not str(stack.get("StackStatus", "")).startswith("DELETE"):
                yield self.finding(
                    account,
                    resource=Stacks.key(stack),
                    key=Stacks.key(stack),
                    summary=summary(f"the stack {stack.get('StackName', '?')}", names),
                    tags=tags_of(stack.get("Tags")),
                    variables=names,
                )

    def demo(self, ground: Ground) -> Things:
        """Nothing: the demo holds no password, not even a made-up one."""
        yield ground.unshown(self, "this team keeps its secrets where they belong")


def shown(stack: Mapping[str, Any]) -> dict[str, str]:
    """What everybody sees who may describe it; AWS shows stars for a parameter that is hidden."""
    return {
        str(one.get(name, "")): str(one.get(value, ""))
        for where, name, value in SHOWN
        for one in stack.get(where) or ()
    }
