"""An access key has not been changed for a long time.

Every copy of it still opens the account: in old laptops, logs, images and backups. The longer a
key lives, the more copies there are.

Fix: none by itself. Whatever uses the key must be given the new one, and Steadyhand cannot see
where that is.

Steered by: who may make a new key for the user. The age is AWS's, and nobody can write it.

Runbook:

1. See what uses it: `aws iam get-access-key-last-used`, and its calls in CloudTrail.
2. Better than a new key: a role for what runs in AWS, OIDC for builds, Identity Center for people.
3. Else make the user's second key, give it to whatever uses the first, and wait a week.
4. Deactivate the first; when nobody complains, delete it.
5. If it must stay: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import Finding, Risk, Severity
from steadyhand.model.knobs import Days
from steadyhand.sources.iam import ONESELF, Credentials, Key
from steadyhand.triggers import ApiCalled, days


class OldAccessKey(Check):
    severity = Severity.MEDIUM
    risk = Risk.ADVICE
    reads = (Credentials,)
    wakes = (
        days(7),
        ApiCalled("iam:UpdateAccessKey", "requestParameters.userName", ONESELF),
        ApiCalled("iam:DeleteAccessKey", "requestParameters.userName", ONESELF),
        ApiCalled("iam:CreateAccessKey", "responseElements.accessKey.userName"),
        ApiCalled("iam:DeleteUser", "requestParameters.userName"),
    )
    resource_type = "AWS::IAM::User"
    consequence = "Some forgotten copy of the key is found by somebody else."
    short = "key never changed"
    hours_lost = (4, 80)
    peers = (
        "P:iam_rotate_access_key_90_days",
        "ASR:IAM.3",
        "CIS:1.14",
        "CIS12:1.4",
        "CIS14:1.14",
        "CFG:ACCESS_KEYS_ROTATED",
        "FP:iam_users_with_access_key_age_90_days",
    )

    days: Days = 90
    """How old a key may be."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        for user in account[Credentials]:
            for key in user.active:
                if key.changed is None or key.age >= timedelta(days=self.days):
                    yield self.finding(
                        account,
                        resource=user.arn,
                        key=user.user,
                        name=f"{user.arn}/access-key-{key.slot}",
                        summary=f"{user.called} has an access key {since(key)}",
                        severity=Severity.CRITICAL if user.is_root else None,
                    )


def since(key: Key) -> str:
    """How old it is, for a person."""
    return f"from {key.changed:%Y-%m-%d}" if key.changed else "whose age IAM does not tell"
