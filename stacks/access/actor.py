"""The one role that may write.

It can do what the fixes of all checks can do, on resources of this account; each change takes it
under a session policy made from its own plan, so the credentials in hand can do that plan alone.
Only functions of ours may take it, whatever a person's own policies let them do: people ask the function
`steadyhand-ask`, which asks AWS who they are.
Every session must be called after its change, so
that CloudTrail says of each write which change it was part of. No ExternalId: nobody outside is trusted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.access.grants import EVERYTHING, Grant, writes
from stacks.access.limits import hands_off_ourselves
from stacks.access.nag_acknowledgements import acknowledge, shown
from stacks.access.policy import allow
from steadyhand.check import Check
from steadyhand.settings import deployed

NAMED_AFTER = {"StringLike": {"sts:RoleSessionName": "ch-*"}}
"""A change's id."""


class Actor(Construct):
    """`role` is the one that may write. `trusted` are the roles of functions, which alone may take it."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        checks: Iterable[Check],
        regions: Sequence[str],
        trusted: Iterable[iam.Role],
        stop_parameter: str,
    ) -> None:
        super().__init__(scope, name)
        stack = Stack.of(self)
        who = [iam.ArnPrincipal(role.role_arn) for role in trusted]
        self.role = iam.Role(
            self,
            "Role",
            role_name=deployed.ACTOR,
            description="Performs the fixes that guardrails let pass, and undoes them",
            max_session_duration=Duration.hours(1),
            assumed_by=iam.PrincipalWithConditions(
                iam.CompositePrincipal(*who),
                NAMED_AFTER,
            ),
        )
        region = regions[0] if len(regions) == 1 else "*"
        granted = writes(checks, stack.partition, region, stack.account)
        allow(self.role, granted)
        hands_off_ourselves(self.role, stop_parameter)
        self._acknowledge(granted)

    def _acknowledge(self, granted: Iterable[Grant]) -> None:
        stack = Stack.of(self)
        reasons = {}
        for resource in sorted({one for grant in granted for one in grant.resources}):
            if resource in EVERYTHING:
                why = "IAM knows no resource for these actions; the session policy names the one."
            elif "*" in resource:
                why = (
                    "A fix may concern any resource of this kind; the session policy of each change "
                    "names the one it was planned for."
                )
            else:
                continue
            reasons[f"AwsSolutions-IAM5[Resource::{shown(stack, resource)}]"] = why
        acknowledge(self, reasons)
