"""A secret that was read lately waits for its deletion.

A deleted secret can be restored for seven to thirty days; then it is gone, and whatever reads it
stops. One that was read within a week of its deletion has a reader that nobody asked.

Fix: restore the secret. Its value and its versions are as they were.
Undo: delete it again, with the longest time to restore it. When it was to be deleted before, AWS
does not say, so that is not exact.

Steered by: who may delete a secret: it is restored, and they are named.
At worst: a secret is scheduled for deletion in 30 days, and cannot be read until then; nothing
sooner.

Runbook:

1. Who deleted it? `aws cloudtrail lookup-events --lookup-attributes
   AttributeKey=EventName,AttributeValue=DeleteSecret`.
2. Who reads it? CloudTrail knows that too: `AttributeValue=GetSecretValue`.
3. `steadyhand approve FINDING` restores it; move its readers, then delete it again.
4. If it may go: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from steadyhand.account import Account
from steadyhand.check import Check, tags_of
from steadyhand.model import Call, Finding, Permit, Risk, Severity, Step, field_of
from steadyhand.model.knobs import Days
from steadyhand.sources.secretsmanager import AllSecrets
from steadyhand.triggers import ApiCalled, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

SHORTEST = timedelta(days=7)
LONGEST = 30
"""Days in which a deleted secret can be restored. Source:
docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html"""

ONE = ("secret:*{SecretId:last}",)
"""By the end of its ARN, which no other has: a name may have slashes."""

ARN_TOO = ("responseElements.arn",)
"""CloudTrail lowers the first letter of `ARN`; events that were recorded have all of it lowered."""


class SecretPendingDeletion(Check):
    severity = Severity.HIGH
    risk = Risk.APPROVAL
    reads = (AllSecrets,)
    wakes = (
        days(1),
        ApiCalled("secretsmanager:DeleteSecret", "responseElements.aRN", ARN_TOO),
        ApiCalled("secretsmanager:RestoreSecret", "responseElements.aRN", ARN_TOO),
    )
    writes = (
        Permit("secretsmanager:RestoreSecret", ONE, shape={"SecretId": r"arn:.+:secret:.+"}),
        Permit(
            "secretsmanager:DeleteSecret",
            ONE,
            shape={
                "SecretId": r"arn:.+:secret:.+",
                "RecoveryWindowInDays": frozenset({LONGEST}),
            },
        ),
    )
    resource_type = "AWS::SecretsManager::Secret"
    consequence = "Whatever reads the secret stops working, and nobody can bring it back."
    short = "waits to be deleted"
    hours_lost = (2, 16)
    peers = ("C7N:secrets-manager/delete",)

    days: Days = 7
    """How lately before its deletion somebody must have read it."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        for secret in account[AllSecrets]:
            deleted, read = secret.get("DeletedDate"), secret.get("LastAccessedDate")
            if not (deleted and read) or secret.get("OwningService"):
                continue
            is_replica = secret.get("PrimaryRegion") not in (None, account.region)
            end = deleted if deleted > now else deleted + SHORTEST
            if deleted - read <= timedelta(days=self.days + 1) and not is_replica:
                name = secret.get("Name") or secret["ARN"].rpartition(":")[2]
                yield self.finding(
                    account,
                    resource=secret["ARN"],
                    key=secret["ARN"],
                    summary=f"{name[:120]} is deleted from {end:%d %B %Y} on, and was read on {read:%d %B}",
                    detonates_at=end,
                    tags=tags_of(secret.get("Tags")),
                    secret=secret["ARN"],
                )

    def plan(self, finding: Finding) -> Iterator[Step]:
        secret = finding.evidence["secret"]
        yield Step(
            owns=field_of(
                finding.resource,
                "deletion",
                AllSecrets,
                secret,
                value=lambda one: bool(one.get("DeletedDate")),
                born=lambda one: one.get("CreatedDate", ""),
                tags=lambda one: tags_of(one.get("Tags")),
            ),
            makes=False,
            do=Call("secretsmanager:RestoreSecret", {"SecretId": secret}),
            undo=Call(
                "secretsmanager:DeleteSecret",
                {"SecretId": secret, "RecoveryWindowInDays": LONGEST},
            ),
        )

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "the emulator does not say when a secret was read")
