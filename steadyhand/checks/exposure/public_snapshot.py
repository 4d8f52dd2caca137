"""A disk snapshot is shared with every AWS account.

Whoever has an AWS account can make a volume of it and read all that was on the disk: files, keys,
databases. Collections of public snapshots are searched by machines all day.

Fix: take the permission for everybody away. Accounts it is shared with by number keep theirs.
Undo: share it with everybody again; not where the region blocks new public sharing, and then a person is asked.

Steered by: who may share a snapshot with everybody.
At worst: a snapshot is shared with everybody, or no more; with nobody else.

Runbook:

1. Ask who shared it, and with whom it should be: `steadyhand show FINDING`.
2. Whatever was on the disk has been public: change every password and key that was.
3. Block it for good, a region at a time:
   `aws ec2 enable-snapshot-block-public-access --state block-all-sharing`.
4. If it is meant for everybody: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.checks.sharing import EVERYBODY, again, is_final, risk_of_ending, with_everybody
from steadyhand.model import Call, Finding, Permit, Risk, Severity, Step
from steadyhand.sources.ec2_sharing import SnapshotBlock, SnapshotSharing, is_public
from steadyhand.triggers import ApiCalled, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

BLOCKED = "block-all-sharing"
"""Then nobody reaches even those that are public already. Source:
docs.aws.amazon.com/ebs/latest/userguide/block-public-access-snapshots-work.html"""


class PublicSnapshot(Check):
    severity = Severity.CRITICAL
    risk = Risk.SAFE
    reads = (SnapshotSharing, SnapshotBlock)
    refines = (SnapshotBlock,)
    wakes = (
        days(1),
        ApiCalled("ec2:ModifySnapshotAttribute", "requestParameters.snapshotId"),
        ApiCalled("ec2:ResetSnapshotAttribute", "requestParameters.snapshotId"),
        ApiCalled("ec2:DeleteSnapshot", "requestParameters.snapshotId"),
    )
    writes = (
        Permit(
            "ec2:ModifySnapshotAttribute",
            ("arn:{partition}:ec2:*::snapshot/{SnapshotId}",),
            shape={
                "SnapshotId": r"snap-[\w-]+",
                "Attribute": "createVolumePermission",
                "OperationType": r"remove|add",
                "GroupNames": [EVERYBODY],
            },
        ),
    )
    resource_type = "AWS::EC2::Snapshot"
    consequence = "Anybody with an AWS account can read the disk."
    short = "shared with everybody"
    hours_lost = (8, 200)
    peers = (
        "P:ec2_ebs_public_snapshot",
        "FSBP:EC2.1",
        "ASR:EC2.1",
        "CFG:EBS_SNAPSHOT_PUBLIC_RESTORABLE_CHECK",
        "C7N:ebs-snapshot/cross-account",
    )

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        if BLOCKED in account[SnapshotBlock]:
            return
        never = again(account, SnapshotBlock)
        for name, sharing in account[SnapshotSharing]:
            if is_public((name, sharing)):
                yield self.finding(
                    account,
                    resource=f"arn:{account.partition}:ec2:{account.region}::snapshot/{name}",
                    key=name,
                    summary=f"snapshot {name} is shared with everybody{never and '; '}{never}",
                    snapshot=name,
                    again=never,
                )

    def risk_with_plan(self, finding: Finding) -> Risk:
        return risk_of_ending(finding)

    def plan(self, finding: Finding) -> Iterator[Step]:
        name = finding.evidence["snapshot"]
        yield Step(
            owns=with_everybody(
                finding.resource, SnapshotSharing, name, "CreateVolumePermissions.Group"
            ),
            makes=False,
            do=share(name, "remove"),
            undo=None if is_final(finding) else share(name, "add"),
        )

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "the emulator's list is not narrowed by who may restore")


def share(snapshot: str, operation: str) -> Call:
    """Share a snapshot with everybody, or no longer."""
    params = {
        "SnapshotId": snapshot,
        "Attribute": "createVolumePermission",
        "OperationType": operation,
        "GroupNames": [EVERYBODY],
    }
    return Call("ec2:ModifySnapshotAttribute", params)
