"""The root user of the account has no second factor, has an access key, or was used.

Nothing restricts the root user: whoever has it may close the account, change its mail address and delete
every backup. It needs a second factor, no access key, and to be left alone.

Fix: none by itself. Only the root user can change itself.

Steered by: who has the root user. AWS says when it was used, and nobody else can write it.

Runbook:

1. Was it you? CloudTrail in us-east-1 tells when, from where, and what was done:
   `aws cloudtrail lookup-events --lookup-attributes AttributeKey=Username,AttributeValue=root`.
2. If it was nobody you know: change the password, delete the keys, and open a case with AWS Support at once.
3. Sign in as root, give it a second factor (two, on two devices), and delete its access keys.
4. For daily work use a role or Identity Center; in an organization, remove the root credentials of member
   accounts altogether.
5. If it must be: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import Finding, Risk, Severity, Unknown
from steadyhand.model.knobs import Days
from steadyhand.sources.iam import ROOT, AccountSummary, Credentials
from steadyhand.triggers import ServiceEvent, days


class RootAccount(Check):
    severity = Severity.CRITICAL
    risk = Risk.ADVICE
    reads = (AccountSummary, Credentials)
    refines = (Credentials,)
    wakes = (
        days(1),
        ServiceEvent(
            "aws.signin",
            "AWS Console Sign In via CloudTrail",
            "detail.userIdentity.arn",
            {"userIdentity.type": ("Root",)},
        ),
    )
    resource_type = "AWS::IAM::User"
    consequence = "Whoever gets hold of the root user owns the account, and can lock its owner out."
    short = "no second factor"
    hours_lost = (8, 200)
    peers = (
        "P:iam_root_mfa_enabled",
        "P:iam_no_root_access_key",
        "P:iam_avoid_root_usage",
        "FSBP:IAM.4/IAM.9",
        "CIS14:1.4/1.5/1.7",
        "CFG:IAM_ROOT_ACCESS_KEY_CHECK",
    )

    days: Days = 7
    """For how long a use of the root user is told."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding | Unknown]:
        root = account.global_arn("iam", "root")
        for said in account[AccountSummary]:
            for part, summary in weak(said):
                yield self.finding(
                    account, resource=root, key=ROOT, name=f"{root}/{part}", summary=summary
                )
            if reason := account.unknown(Credentials):
                yield self.unknown(account, ROOT, reason)
            for user in account[Credentials]:
                used = user.last_used if user.is_root else None
                if used and now - used <= timedelta(days=self.days):
                    yield self.finding(
                        account,
                        resource=root,
                        key=ROOT,
                        name=f"{root}/use",
                        summary=f"the root user was used on {used:%d %B %Y}",
                        severity=Severity.MEDIUM,
                    )


def weak(said: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """What is weak about the root user, by the parts of it that a summary tells of.

    One that has no password, as an organization can have it, needs no second factor.
    """
    if not said.get("AccountMFAEnabled", 1) and said.get("AccountPasswordPresent", 1):
        yield "mfa", "the root user has no second factor"
    if said.get("AccountAccessKeysPresent"):
        yield "access-key", "the root user has an access key"
