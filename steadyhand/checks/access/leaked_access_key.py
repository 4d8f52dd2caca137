"""AWS found an access key in public, and it still opens the account.

AWS looks for keys in public repositories. Whose it finds gets a policy, AWSCompromisedKeyQuarantine, that
forbids the worst and no more: what the key may read, everybody may read now. Machines look for such keys
too, and need minutes.

Fix: deactivate the key, once a person has approved it: what runs with it stops. AWS does not say here
which of two keys it was, so each is told.
Undo: activate the same key again.

Steered by: who may attach the quarantine policy to a user: a person is asked.
At worst: a key of any user is made inactive, or active again.

Runbook:

1. `steadyhand approve FINDING` deactivates it. Where a program uses it, make a new key first, or better
   a role, and roll it out within the hour.
2. What was done with it? `aws cloudtrail lookup-events --lookup-attributes
   AttributeKey=AccessKeyId,AttributeValue=KEY`: new users, roles, machines in regions you do not use.
3. Take the key out of where it was found, its history too; delete the key; then detach the policy.
4. Answer the case that AWS opened in the Support Center.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.checks.access_keys import SET_STATUS, deactivated
from steadyhand.model import Finding, Risk, Severity, Step
from steadyhand.sources.iam import QuarantinedKeys, Users, is_quarantined
from steadyhand.triggers import ApiCalled, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

NAMED = "requestParameters.userName"


class LeakedAccessKey(Check):
    severity = Severity.CRITICAL
    risk = Risk.APPROVAL
    reads = (Users, QuarantinedKeys)
    wakes = (
        days(1),
        ApiCalled("iam:AttachUserPolicy", NAMED),
        ApiCalled("iam:DetachUserPolicy", NAMED),
        ApiCalled("iam:UpdateAccessKey", NAMED),
        ApiCalled("iam:DeleteAccessKey", NAMED),
    )
    writes = (SET_STATUS,)
    resource_type = "AWS::IAM::User"
    consequence = "Strangers are in your account with this key's rights."
    short = "key found in public"
    done = "deactivated"
    hours_lost = (8, 200)
    peers = ("TA:ExposedAccessKeys",)

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        keys = account[QuarantinedKeys]
        for user in filter(is_quarantined, account[Users]):
            name = user["UserName"]
            arn = user.get("Arn") or account.global_arn("iam", f"user/{name}")
            for whose, key in keys:
                if whose == name and key.get("Status") == "Active":
                    yield self.finding(
                        account,
                        resource=arn,
                        key=name,
                        name=f"{arn}/{key['AccessKeyId']}",
                        summary=f"AWS found an access key of {name} in public, and {key['AccessKeyId']} is active",
                        user=name,
                        access_key=key["AccessKeyId"],
                    )

    def plan(self, finding: Finding) -> Iterator[Step]:
        user, key = finding.evidence["user"], finding.evidence["access_key"]
        yield deactivated(finding.resource, user, key, QuarantinedKeys)

    def demo(self, ground: Ground) -> Things:
        """Nothing: the demo leaks no key, not even a made-up one."""
        yield ground.unshown(self, "no key of this team was found in public")
