"""A KMS key waits for its deletion, and all that it encrypts goes with it.

AWS deletes the key seven to thirty days after somebody asked for it. From then on nobody, not even AWS,
can read what was encrypted with it: disks, databases, backups, objects. Until then it can be kept.

Fix: cancel the deletion. The key is disabled then, as AWS leaves it: nothing that cannot use it now can
use it before somebody enables it.
Undo: schedule its deletion again, with the longest wait there is. When it was to be deleted before is
lost, so that is not exact, and we ask.

Steered by: who may schedule the deletion of a key: it is cancelled, and they are named.
At worst: a key is scheduled for deletion in 30 days, and refuses work until then; nothing sooner.

Runbook:

1. Who wants it gone? `aws cloudtrail lookup-events --lookup-attributes
   AttributeKey=EventName,AttributeValue=ScheduleKeyDeletion`.
2. Who uses it? The same with `AttributeKey=ResourceName,AttributeValue=ARN`; look for volumes, databases,
   backups and buckets that name it, too: what nobody reads today may be all that is left tomorrow.
3. `steadyhand approve FINDING` cancels the deletion; `aws kms enable-key --key-id KEY` has it work again.
4. If it may go: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import Call, Finding, Permit, Risk, Severity, Step, field_of
from steadyhand.sources.kms import KEY_STATES, PENDING, KeyStates
from steadyhand.triggers import ApiCalled, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

LONGEST = 30
"""Days from asking for a deletion to it. Source:
docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html"""

ONE = ("key/{KeyId}",)
KEY = r"[\w-]+"


class KmsKeyPendingDeletion(Check):
    severity = Severity.HIGH
    risk = Risk.APPROVAL
    reads = (KeyStates,)
    wakes = (
        days(1),
        ApiCalled("kms:ScheduleKeyDeletion", "requestParameters.keyId"),
        ApiCalled("kms:CancelKeyDeletion", "requestParameters.keyId"),
    )
    writes = (
        Permit("kms:CancelKeyDeletion", ONE, shape={"KeyId": KEY}),
        Permit(
            "kms:ScheduleKeyDeletion",
            ONE,
            condition={
                "NumericEquals": {"kms:ScheduleKeyDeletionPendingWindowInDays": f"{LONGEST}"}
            },
            shape={"KeyId": KEY, "PendingWindowInDays": frozenset({LONGEST})},
        ),
    )
    resource_type = "AWS::KMS::Key"
    consequence = "Whatever was encrypted with the key is lost, and nobody can bring it back."
    short = "waits to be deleted"
    hours_lost = (4, 80)
    peers = ("FSBP:KMS.3", "P:kms_cmk_not_deleted_unintentionally", "SS:kms:KeyInPendingDeletion")

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        for key, known in account[KeyStates]:
            if known.get("KeyState") not in PENDING:
                continue
            end = known.get("DeletionDate")
            called = " ".join(str(known.get("Description") or "").split())[:60]
            when = f"is deleted on {end:%d %B %Y}" if end else "is deleted after its replicas are"
            yield self.finding(
                account,
                resource=known.get("Arn") or account.arn("kms", f"key/{key}"),
                key=key,
                summary=f"the key {key}{f' ({called})' if called else ''} {when}",
                detonates_at=end,
                id=key,
            )

    def plan(self, finding: Finding) -> Iterator[Step]:
        key = finding.evidence["id"]
        yield Step(
            owns=field_of(
                finding.resource,
                "deletion",
                KeyStates,
                key,
                value=lambda pair: pair[1].get("KeyState") in PENDING,
                born=lambda pair: pair[1].get("CreationDate", ""),
                moving=lambda pair: KEY_STATES.moving(pair[1].get("KeyState")),
            ),
            makes=False,
            do=Call("kms:CancelKeyDeletion", {"KeyId": key}),
            undo=Call("kms:ScheduleKeyDeletion", {"KeyId": key, "PendingWindowInDays": LONGEST}),
        )

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "this team has no key of its own")
