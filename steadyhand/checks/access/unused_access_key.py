"""An access key opens the account, and nobody has used it for a long time.

A key that nobody uses is one that nobody misses when it is stolen. Laptops, old build servers and
commits in repositories are full of them.

Fix: deactivate the key. It is not deleted, so nothing is lost. A key that has lain idle for less than
45 days, where `days` says so, is asked about first. A key of the root user, one whose age IAM does not
tell, and one that cannot be told from another key of its user, is left to a person.
Undo: activate the same key again.

Steered by: who has a key can keep it in use, and nobody else can make it look unused.
At worst: a key of any user is made inactive, or active again.

Runbook:

1. Ask its user what the key was for: `steadyhand show FINDING` prints when it was last used.
2. Let people sign in with IAM Identity Center, and machines take a role.
3. When it was inactive for 30 days and nobody complained, delete it.
4. If it must stay: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.checks.access_keys import SET_STATUS, deactivated
from steadyhand.model import Finding, Read, Risk, Severity, Step
from steadyhand.model.knobs import Days
from steadyhand.sources.iam import (
    LONG_IDLE,
    ONESELF,
    AccessKeys,
    Credential,
    Credentials,
    Key,
    KeyLastUsed,
)
from steadyhand.triggers import ApiCalled, days

if TYPE_CHECKING:
    from types_boto3_iam.type_defs import AccessKeyMetadataTypeDef


class UnusedAccessKey(Check):
    severity = Severity.MEDIUM
    risk = Risk.SAFE
    reads = (Credentials, AccessKeys)
    wakes = (
        days(1),
        ApiCalled("iam:UpdateAccessKey", "requestParameters.userName", ONESELF),
        ApiCalled("iam:DeleteAccessKey", "requestParameters.userName", ONESELF),
        ApiCalled("iam:CreateAccessKey", "responseElements.accessKey.userName"),
        ApiCalled("iam:DeleteUser", "requestParameters.userName"),
    )
    looks = (KeyLastUsed,)
    writes = (SET_STATUS,)
    resource_type = "AWS::IAM::User"
    consequence = "Whoever finds the key is in your account, and nobody notices."
    short = "key nobody uses"
    hours_lost = (4, 80)
    peers = (
        "P:iam_user_accesskey_unused",
        "ASR:IAM.8",
        "ASR:IAM.22",
        "CIS:1.12",
        "CIS12:1.3",
        "CIS14:1.12",
        "FP:iam_users_with_unused_access_key_45_days",
        "CFG:IAM_USER_UNUSED_CREDENTIALS_CHECK",
        "C7N:iam-user/remove-keys",
    )

    days: Days = 45
    """How long a key may lie idle. Below 30 days its id is not read, so a person deactivates it."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        for user in account[Credentials]:
            known = [key for name, key in account[AccessKeys] if name == user.user]
            for key in user.active:
                unknown = not (key.changed or key.used)
                if (unknown or key.idle >= timedelta(days=self.days)) and not is_off(
                    user, key, known
                ):
                    yield self.finding(
                        account,
                        resource=user.arn,
                        key=user.user,
                        name=f"{user.arn}/access-key-{key.slot}",
                        summary=f"{user.called} has an access key that {since(key)}",
                        severity=Severity.CRITICAL if user.is_root else None,
                        user=user.user,
                        access_key=id_of(user, key, known),
                        hasty=key.idle < timedelta(days=UnusedAccessKey.days),
                    )

    def risk_with_plan(self, finding: Finding) -> Risk:
        """Safe after as long as nobody misses it, whatever shorter time the owner names."""
        return Risk.APPROVAL if finding.evidence.get("hasty") else Risk.SAFE

    def plan(self, finding: Finding) -> Iterator[Step]:
        user, key = finding.evidence["user"], finding.evidence["access_key"]
        if key:
            yield deactivated(finding.resource, user, key, AccessKeys)

    def doubt(self, finding: Finding, now: datetime) -> Generator[Read, Sequence[Any], str]:
        """The report is up to four hours old: was the key used since?"""
        key = finding.evidence["access_key"]
        if not key:
            return ""
        for _, used in (yield Read(KeyLastUsed, key)):
            last = used.get("LastUsedDate")
            if last and now - last < timedelta(days=self.days):
                return f"it was used on {last:%Y-%m-%d}, after the report was written"
        return ""


def since(key: Key) -> str:
    """How long nobody used it, for a person."""
    if key.used:
        return f"nobody has used since {key.used:%Y-%m-%d}"
    if key.changed:
        return f"nobody has ever used, made {key.changed:%Y-%m-%d}"
    return "nobody is known to have used, and whose age is unknown"


def same_as(
    user: Credential, key: Key, known: Sequence[AccessKeyMetadataTypeDef]
) -> list[AccessKeyMetadataTypeDef]:
    """Which of the keys that are there now it may be: the report tells no id, only a time.

    That is when the key was made, or when it was last changed; then it was made before.
    """
    others = {other.changed for other in user.keys if other is not key}
    made = [(one, one["CreateDate"].replace(microsecond=0)) for one in known]
    exactly = [one for one, moment in made if moment == key.changed]
    return exactly or [
        one for one, moment in made if key.changed and moment < key.changed and moment not in others
    ]


def is_off(user: Credential, key: Key, known: Sequence[AccessKeyMetadataTypeDef]) -> bool:
    """Was it deactivated or deleted after the report was written, up to four hours ago?"""
    was_asked = bool(known) or (key.idle >= LONG_IDLE and not user.is_root)
    those = same_as(user, key, known) if key.changed else known
    return was_asked and all(one["Status"] != "Active" for one in those)


def id_of(user: Credential, key: Key, known: Sequence[AccessKeyMetadataTypeDef]) -> str | None:
    """Its id, where there is no doubt."""
    active = [one for one in same_as(user, key, known) if one["Status"] == "Active"]
    return active[0]["AccessKeyId"] if len(active) == 1 else None
