"""A user was given administrator rights of their own.

Rights that lie on a user, and not on a role that is taken for an hour or on a group that is reviewed, stay until
somebody remembers them. An attacker who has got in gives them to a user to come back by.

Fix: a person takes them away.

Steered by: who may attach policies to a user, or name one. They gain nothing by it: a person is told, and who
did it.

Runbook:

1. Who gave them, and when? `steadyhand show FINDING`; or `aws cloudtrail lookup-events
   --lookup-attributes AttributeKey=ResourceName,AttributeValue=USER`.
2. If nobody knows of it, treat it as an intrusion: disable the user's keys and look at what it did.
3. Give people administrator rights by a role with a second factor, best in IAM Identity Center.
4. Take the policy away: `aws iam detach-user-policy`, or `delete-user-policy` where it is inline.
5. If it must stay: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.checks.administrators import makes_administrator
from steadyhand.model import Finding, Risk, Severity
from steadyhand.sources.iam import OwnPolicies, Users
from steadyhand.triggers import ApiCalled, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

NAMED = "requestParameters.userName"


class AdminUser(Check):
    severity = Severity.HIGH
    risk = Risk.ADVICE
    reads = (Users, OwnPolicies)
    wakes = (
        days(1),
        ApiCalled("iam:AttachUserPolicy", NAMED),
        ApiCalled("iam:DetachUserPolicy", NAMED),
        ApiCalled("iam:PutUserPolicy", NAMED),
        ApiCalled("iam:DeleteUserPolicy", NAMED),
    )
    resource_type = "AWS::IAM::User"
    consequence = "One stolen password or key is the whole account."
    short = "administrator"
    hours_lost = (4, 80)
    peers = (
        "P:iam_user_administrator_access_policy",
        "P:iam_policy_attached_only_to_group_or_roles",
        "FSBP:IAM.1",
        "CIS14:1.15/1.16",
    )

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        ours = account[OwnPolicies]
        for user in account[Users]:
            name = user["UserName"]
            if by := makes_administrator(user, "UserPolicyList", ours):
                yield self.finding(
                    account,
                    resource=user.get("Arn") or account.global_arn("iam", f"user/{name}"),
                    key=name,
                    summary=f"{name} is an administrator by {by}, given to the user alone"[:200],
                )

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "nobody of this team has rights of their own")
