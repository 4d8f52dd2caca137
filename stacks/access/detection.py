"""The role in which CloudFormation compares stacks with what is there, and the taking of roles.

CloudFormation reads every resource it compares with the credentials of whoever asks it to. What they
may not read shows as a difference that is none, so this role has every read of the types that are
judged, and of no others, unless the owner lets it read all that AWS's `ReadOnlyAccess` does. It can
change nothing: neither a resource nor, by a change set, a stack.
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
from steadyhand.settings.values import Settings

NAMED = {"StringEquals": {"sts:RoleSessionName": deployed.DRIFT}}


class Detection(Construct):
    """`role` is the one that compares. `trusted` are the roles of functions, which alone may take it.

    `read` is the owner's word: "listed", or "ReadOnlyAccess".
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        checks: Iterable[Check],
        trusted: Iterable[iam.Role],
        read: str,
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
        if read == "ReadOnlyAccess":
            policy = iam.ManagedPolicy.from_aws_managed_policy_name(read)
            self.role.add_managed_policy(policy)
            said = "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/ReadOnlyAccess]"
            acknowledge(self.role, {said: "The owner asked for it by [drift] read."})
        everywhere = "It reads, everywhere; no action that it has can write."
        acknowledge(self.role, {"AwsSolutions-IAM5[Resource::*]": everywhere})


def taken_by(
    roles: Sequence[iam.Role],
    *,
    scope: Stack,
    checks: Sequence[Check],
    regions: Sequence[str],
    settings: Settings,
    readers: Sequence[iam.Role] = (),
) -> None:
    """The actor for these roles of functions, and the role that compares for them and `readers`."""
    actor = Actor(
        scope,
        "Actor",
        checks=checks,
        regions=regions,
        trusted=roles,
        stop_parameter=settings.stop_parameter,
    )
    every = [*roles, *readers]
    compares = Detection(scope, "Detection", checks=checks, trusted=every, read=settings.drift_read)
    for role in roles:
        allow(role, [Grant(("sts:AssumeRole",), (actor.role.role_arn,))])
    for role in every:
        allow(role, [Grant(("sts:AssumeRole",), (compares.role.role_arn,))])
