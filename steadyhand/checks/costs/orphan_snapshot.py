"""A snapshot is old, and nothing that manages snapshots keeps it.

No image of yours is made of it, no launch template names it in its latest or default version, and
neither AWS Backup nor a lifecycle policy will ever delete it: somebody took it by hand, once, and
forgot, or its policy and its volume are gone. Snapshots share blocks, so what deleting one saves lies
between nothing and the figure shown.

Fix: by a person, through the Recycle Bin, because a deleted snapshot is gone.
Undo: restore it from the Recycle Bin, with the same id, while the bin's rule keeps it.

Steered by: who may make a snapshot, or let an image or a template name it: that hides it, and nothing is
deleted by us.

Runbook:

1. Let the bin catch what is deleted, once a region and for good:
   `aws rbin create-rule --resource-type EBS_SNAPSHOT
   --retention-period RetentionPeriodValue=30,RetentionPeriodUnit=DAYS`.
2. Wait until `aws rbin get-rule --identifier RULE` says it is available.
3. `aws ec2 delete-snapshot --snapshot-id SNAPSHOT`.
4. To restore it within those days:
   `aws ec2 restore-snapshot-from-recycle-bin --snapshot-id SNAPSHOT`.
5. If it must stay, move it to the archive tier, or exempt it:
   `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from steadyhand.account import Account
from steadyhand.check import Check, tags_of
from steadyhand.model import Finding, Risk, Severity, pick
from steadyhand.model.knobs import Days
from steadyhand.reference.dated import Cost
from steadyhand.sources.dlm import POLICY, SnapshotPolicies
from steadyhand.sources.ec2 import Images, LaunchTemplates, Snapshots, Volumes
from steadyhand.triggers import ApiCalled, days

if TYPE_CHECKING:
    from types_boto3_ec2.type_defs import SnapshotTypeDef

KEPT_BY = ("aws:backup:", "aws:dlm:")
GB = 1024**3


class OrphanSnapshot(Check):
    severity = Severity.LOW
    risk = Risk.ADVICE
    reads = (Snapshots, Images, LaunchTemplates, SnapshotPolicies, Volumes)
    wakes = (days(7), ApiCalled("ec2:DeleteSnapshot", "requestParameters.snapshotId"))
    resource_type = "AWS::EC2::Snapshot"
    consequence = "You pay for copies nobody will ever restore."
    short = "snapshot nobody needs"
    hours_lost = (0.25, 2)
    peers = (
        "FP:ebs_snapshots_exceeding_max_age",
        "CB:CLDBRN-AWS-EBS-7",
        "SS:ec2:EBSSnapshotDeletedVolume",
        "C7N:ebs-snapshot/unused",
    )

    days: Days = 90
    """How old a snapshot must be before it counts as forgotten."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        imaged = set(pick(account[Images], "BlockDeviceMappings.Ebs.SnapshotId"))
        mapping = "LaunchTemplateData.BlockDeviceMappings.Ebs.SnapshotId"
        imaged |= set(pick(account[LaunchTemplates], mapping))
        policies = {policy.get("PolicyId") for policy in account[SnapshotPolicies]}
        volumes = {volume.get("VolumeId") for volume in account[Volumes]}
        for snapshot in account[Snapshots]:
            name, tags = snapshot["SnapshotId"], tags_of(snapshot.get("Tags"))
            taken = snapshot.get("StartTime")
            is_old = taken is not None and now - taken >= timedelta(days=self.days)
            is_kept = any(tag.startswith(KEPT_BY) for tag in tags) and not is_left(
                snapshot, tags, policies, volumes
            )
            if is_old and not is_kept and name not in imaged:
                yield self.finding(
                    account,
                    resource=f"arn:{account.partition}:ec2:{account.region}::snapshot/{name}",
                    key=name,
                    summary=(
                        f"{name} is from {snapshot['StartTime']:%d %B %Y} and no image needs it"
                        f"{at_most(snapshot, account.region).a_month().replace('; ', '; up to ', 1)}"
                    ),
                    tags=tags,
                    volume=snapshot.get("VolumeId", ""),
                    description=snapshot.get("Description", ""),
                )


def is_left(
    snapshot: SnapshotTypeDef, tags: Mapping[str, str], policies: set[Any], volumes: set[Any]
) -> bool:
    """Was it made by a lifecycle policy that is gone, of a volume that is gone? Then nothing ends it."""
    policy = tags.get(POLICY)
    has_volume = snapshot.get("VolumeId") in volumes
    return policy is not None and policy not in policies and not has_volume


def at_most(snapshot: SnapshotTypeDef, region: str) -> Cost:
    """What it costs if it shares no block with another one."""
    full = snapshot.get("FullSnapshotSizeInBytes", 0) / GB or snapshot.get("VolumeSize", 0)
    tier = "snapshot_archive" if snapshot.get("StorageTier") == "archive" else "snapshot"
    return Cost(region).add(f"ebs.{tier}.gb_month", full)
