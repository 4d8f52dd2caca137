"""A role trusts builds of an owner that GitHub does not know.

The trust policy names the owner of a repository. Owners are renamed and deleted, and after a while their name is
free: whoever takes it makes a repository of the name that the policy says, and their builds act in your account.
A name that was mistyped from the start waits in the same way.

Fix: a person takes the owner out of the trust policy; whether the role is still needed, only they know.

Steered by: who may write a trust policy, and whoever takes the owner's name at GitHub: then it exists again
and nothing is said.

Runbook:

1. See whom it names: `aws iam get-role --role-name ROLE --query Role.AssumeRolePolicyDocument`.
2. Ask whether the owner was renamed: then write the new name. GitHub hides accounts that it blocked too.
3. Who has used it? `aws cloudtrail lookup-events --lookup-attributes
   AttributeKey=EventName,AttributeValue=AssumeRoleWithWebIdentity`: a subject that you do not know is a break-in.
4. Add a condition on `repository_owner_id`, which no later owner of the name has; or delete the role.
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

ISSUER = "token.actions.githubusercontent.com"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}")
"""What GitHub calls an owner; with `@` behind it the subject holds an id that lasts:
docs.github.com/actions/reference/security/oidc."""


def named(role: Any) -> tuple[str, ...]:
    """The owners at GitHub that a role trusts by name."""
    return tuple(one for one in owners(role, ISSUER) if NAME.fullmatch(one))


Owners: Each[Mapping[str, Any]] = Each(
    operation="github:Get",
    items="result",
    of=Roles,
    by=named,
    ask=lambda owner: {"Path": f"/users/{owner}"},
    absent={"NotFound": {}},
    is_global=True,
    is_whole=True,
)
"""Pairs of an owner and the account of that name; nothing in it where GitHub shows none:
docs.github.com/rest/users/users (an organisation is one, too)."""


class GithubOwnerGone(Check):
    severity = Severity.HIGH
    risk = Risk.ADVICE
    reads = (Roles, Owners)
    wakes = (days(1),)
    resource_type = "AWS::IAM::Role"
    consequence = "Whoever takes the name acts in your account with this role's rights."
    short = "trusts a free name"
    hours_lost = (8, 120)

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        known = dict(account[Owners])

        def is_gone(owner: str) -> bool:
            return owner in known and not known[owner].get("login")

        for name, arn, gone in trusting(account, named, is_gone):
            yield self.finding(
                account,
                resource=arn,
                key=name,
                summary=f"{name} trusts builds of {gone[0]}, whom GitHub does not know",
                owners=gone[:20],
            )

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "GitHub is not asked from here")
