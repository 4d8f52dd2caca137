"""The role in which CloudFormation compares stacks with what is there, and the taking of roles.

CloudFormation reads every resource it compares with the credentials of whoever asks it to. What they
may not read shows as a difference that is none, so this role has every read of the types that are
judged, and of no others. It can change nothing: neither a resource nor, by a change set, a stack.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.access.actor import Actor
from stacks.access.grants import Grant, detection
from stacks.access.nag_acknowledgements import acknowledge
from stacks.access.policy import allow
from steadyhand.check import Check
from steadyhand.settings import deployed

NAMED = {"StringEquals": {"sts:RoleSessionName": deployed.DRIFT}}


class Detection(Construct):
    """`role` is the one that compares. `trusted` are the roles of functions, which alone may take it."""

    def __init__(
        self, scope: Construct, name: str, *, checks: Iterable[Check], trusted: Iterable[iam.Role]
    ) -> None:
        super().__init__(scope, name)
        who = [iam.ArnPrincipal(role.role_arn) for role in trusted]
        self.role = iam.Role(
            self,
            "Role",
            role_name=deployed.DRIFT,
            description="Lets CloudFormation read what it compares with templates; changes nothing",
            assumed_by=iam.PrincipalWithConditions(iam.CompositePrincipal(*who), NAMED),
        )
        allow(self.role, [detection(checks)])
        everywhere = "It reads, everywhere; no action that it has can write."
        acknowledge(self.role, {"AwsSolutions-IAM5[Resource::*]": everywhere})


def taken_by(
    roles: Sequence[iam.Role],
    *,
    scope: Stack,
    checks: Sequence[Check],
    regions: Sequence[str],
    stop_parameter: str,
    readers: Sequence[iam.Role] = (),
) -> None:
    """The actor for these roles of functions, and the role that compares for them and `readers`."""
    actor = Actor(
        scope,
        "Actor",
        checks=checks,
        regions=regions,
        trusted=roles,
        stop_parameter=stop_parameter,
    )
    every = [*roles, *readers]
    compares = Detection(scope, "Detection", checks=checks, trusted=every)
    for role in roles:
        allow(role, [Grant(("sts:AssumeRole",), (actor.role.role_arn,))])
    for role in every:
        allow(role, [Grant(("sts:AssumeRole",), (compares.role.role_arn,))])
