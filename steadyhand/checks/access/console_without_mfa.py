"""A person signs in to the console with a password alone.

Passwords are guessed, reused and phished. With one, and no second factor, whoever has it is in the account
as this person, from anywhere, until somebody notices.

Fix: the person registers a device of their own; nobody else can.

Steered by: who may make users and give them a password. A device that they register for somebody else hides
it.

Runbook:

1. Ask them to register a passkey or an app: console, Security credentials, Assign MFA device.
2. Until then let them do nothing else: a policy that denies all without `aws:MultiFactorAuthPresent`.
3. Better no user at all: IAM Identity Center, and a role.
4. If nobody signs in with it any more: `aws iam delete-login-profile --user-name USER`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import Finding, Risk, Severity
from steadyhand.sources.iam import Credentials, SecondFactors
from steadyhand.triggers import ApiCalled, ServiceEvent, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

NAMED = "requestParameters.userName"


class ConsoleWithoutMfa(Check):
    severity = Severity.HIGH
    risk = Risk.ADVICE
    reads = (Credentials, SecondFactors)
    wakes = (
        days(1),
        ApiCalled("iam:CreateLoginProfile", "responseElements.loginProfile.userName", (NAMED,)),
        ApiCalled("iam:DeactivateMFADevice", NAMED),
        ApiCalled("iam:EnableMFADevice", NAMED),
        ServiceEvent(
            "aws.signin",
            "AWS Console Sign In via CloudTrail",
            "detail.userIdentity.userName",
            {"userIdentity.type": ("IAMUser",), "additionalEventData.MFAUsed": ("No",)},
        ),
    )
    resource_type = "AWS::IAM::User"
    consequence = "Whoever learns the password is in your account as this person."
    short = "no second factor"
    hours_lost = (4, 80)
    peers = (
        "P:iam_user_mfa_enabled_console_access",
        "FSBP:IAM.5",
        "CIS14:1.10",
        "CFG:MFA_ENABLED_FOR_IAM_CONSOLE_ACCESS",
    )

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        protected = {name for name, _ in account[SecondFactors]}
        for user in account[Credentials]:
            weak = user.by_password and not user.second_factor and not user.is_root
            if weak and user.user not in protected:
                used = f", last on {user.signed_in:%d %B %Y}" if user.signed_in else ""
                yield self.finding(
                    account,
                    resource=user.arn,
                    key=user.user,
                    summary=f"{user.user} signs in to the console with a password alone{used}"[
                        :200
                    ],
                )

    def demo(self, ground: Ground) -> Things:
        """Nothing yet: nobody of the demo's team has a password."""
        yield ground.unshown(self, "nobody of this team has a password")
