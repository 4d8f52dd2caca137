"""Puts grants into a role's own policy."""

from __future__ import annotations

import json
from collections.abc import Iterable

from aws_cdk import aws_iam as iam

from stacks.access.grants import Grant


def allow(role: iam.Role, grants: Iterable[Grant]) -> None:
    """Add grants to a role."""
    for grant in grants:
        role.add_to_policy(
            iam.PolicyStatement(
                actions=list(grant.actions),
                resources=list(grant.resources),
                conditions=json.loads(grant.condition) if grant.condition else None,
            )
        )
