"""A role trusts builds of a group that GitLab does not have.

The trust policy names the group, or the person, whose projects' builds may take the role. Groups are renamed and
deleted, and their name is free then: whoever takes it makes a project of the name that the policy says, and its
builds act in your account.

Fix: a person takes the group out of the trust policy; whether the role is still needed, only they know.

Steered by: who may write a trust policy, and whoever takes the group's name at GitLab: then it exists again
and nothing is said.

Runbook:

1. See whom it names: `aws iam get-role --role-name ROLE --query Role.AssumeRolePolicyDocument`.
2. Ask whether the group was renamed: then write the new name.
3. Who has used it? `aws cloudtrail lookup-events --lookup-attributes
   AttributeKey=EventName,AttributeValue=AssumeRoleWithWebIdentity`: a subject that you do not know is a break-in.
4. Delete the role where nothing uses it any more.
5. If it must stay: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.checks.trust_policies import owners, trusting
from steadyhand.model import Finding, Risk, Severity
from steadyhand.source import Each
from steadyhand.sources.iam import Roles
from steadyhand.triggers import days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

ISSUER = "gitlab.com"
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}")


def named(role: Any) -> tuple[str, ...]:
    """The groups and persons at GitLab that a role trusts by name."""
    return tuple(one for one in owners(role, ISSUER) if NAME.fullmatch(one))


Namespaces: Each[Mapping[str, Any]] = Each(
    operation="gitlab:Get",
    items="result",
    of=Roles,
    by=named,
    ask=lambda owner: {"Path": f"/namespaces/{owner}/exists"},
    is_global=True,
    is_whole=True,
)
"""Pairs of a name and whether it `exists`, of private groups too:
docs.gitlab.com/api/namespaces ("Verify namespace availability")."""


class GitlabOwnerGone(Check):
    severity = Severity.HIGH
    risk = Risk.ADVICE
    reads = (Roles, Namespaces)
    wakes = (days(1),)
    resource_type = "AWS::IAM::Role"
    consequence = "Whoever takes the name acts in your account with this role's rights."
    short = "trusts a free name"
    hours_lost = (8, 120)

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        known = dict(account[Namespaces])

        def is_gone(owner: str) -> bool:
            return known.get(owner, {}).get("exists") is False

        for name, arn, gone in trusting(account, named, is_gone):
            yield self.finding(
                account,
                resource=arn,
                key=name,
                summary=f"{name} trusts builds of {gone[0][:60]}, a name that is free at GitLab",
                owners=gone[:20],
            )

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "GitLab is not asked from here")
