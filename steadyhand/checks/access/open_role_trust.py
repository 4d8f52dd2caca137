"""A role can be taken by every AWS account.

Its trust policy names everybody, and no condition says which organization, account or role. Whoever has
an AWS account and guesses the name takes it and acts with its rights. A secret external id does not help
where it is known: it says what somebody knows, not who they are, and it stands in their settings.

Fix: a person names the account, the role or the organization that may take it.

Steered by: who may write a trust policy. A condition that somebody else meets as well hides it.

Runbook:

1. Who has taken it? `aws cloudtrail lookup-events --lookup-attributes
   AttributeKey=ResourceName,AttributeValue=ROLE-ARN`: accounts that you do not know are a break-in.
2. Name who may: an account's or a role's ARN as principal, or a condition on `aws:PrincipalOrgID`.
3. `aws iam update-assume-role-policy`, or in your templates.
4. If everybody is meant to: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.checks.trust_policies import WAKES, lets_everybody_in, roles
from steadyhand.model import Finding, Risk, Severity
from steadyhand.sources.iam import Roles

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things


class OpenRoleTrust(Check):
    severity = Severity.CRITICAL
    risk = Risk.ADVICE
    reads = (Roles,)
    wakes = WAKES
    resource_type = "AWS::IAM::Role"
    consequence = "Any AWS account may act in yours with this role's rights."
    short = "open to any account"
    hours_lost = (8, 120)
    peers = ("C7N:iam-role/cross-account",)

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        for name, arn, said in roles(account):
            if any(map(lets_everybody_in, said)):
                yield self.finding(
                    account,
                    resource=arn,
                    key=name,
                    summary=f"{name} can be taken by every AWS account"[:200],
                )

    def demo(self, ground: Ground) -> Things:
        """Nothing yet: no role of the demo's team is open."""
        yield ground.unshown(self, "no role of this team is open")
