"""A disk in use has no copy of the last two weeks.

If it breaks, is deleted or is written over, what was on it is gone. A copy is a snapshot, whoever took it, a
lifecycle policy or a person, or a recovery point of AWS Backup, of the disk or of its instance. Not judged are
disks that come and go: those that are deleted with an instance of an Auto Scaling group, a fleet or a
cluster of Kubernetes; and disks younger than a week (`young`), which a plan may not have come to.

Fix: by a person, who knows how long copies must be kept: a single snapshot is old in two weeks.

Steered by: who may make a snapshot or attach a disk. An empty disk's snapshot counts for that disk alone.

Runbook:

1. Ask what is on the disk: `steadyhand show FINDING` names its instance.
2. Copies of every disk, once a region and for good: `aws dlm create-lifecycle-policy --default-policy VOLUME
   --state ENABLED --description disks --execution-role-arn ROLE --create-interval 1 --retain-interval 7`.
3. Today's copy at once: `aws ec2 create-snapshot --volume-id VOLUME`.
4. Restore one to a disk beside the old one, once, and look whether it is readable.
5. If what is on it can be made anew: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from steadyhand.account import Account
from steadyhand.check import Check, tags_of
from steadyhand.model import Finding, Risk, Severity
from steadyhand.model.knobs import Days
from steadyhand.source import Source
from steadyhand.sources.backup import Protected
from steadyhand.sources.ec2 import Instances, Snapshots, Volumes
from steadyhand.triggers import days

if TYPE_CHECKING:
    from types_boto3_ec2.type_defs import VolumeTypeDef

    from steadyhand.model.planting import Ground, Things

COMES_AND_GOES = (
    "aws:autoscaling:groupName",
    "aws:ec2:fleet-id",
    "aws:ec2spot:fleet-request-id",
    "eks:cluster-name",
    "karpenter.sh/nodepool",
)
"""Tags of an instance that something else replaces when it is gone. Sources:
docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html,
docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-fleet-tags.html, karpenter.sh/docs/concepts/nodepools/"""

COPIES = frozenset({"completed", "pending"})


def is_used(volume: Any) -> bool:
    """Is it attached to something?"""
    return bool(volume.get("State") == "in-use")


class VolumeWithoutSnapshot(Check):
    severity = Severity.MEDIUM
    risk = Risk.ADVICE
    reads = (Volumes, Snapshots, Protected, Instances)
    needs: ClassVar[Mapping[Source[Any], Any]] = dict.fromkeys(reads[1:], is_used)
    wakes = (days(1),)
    resource_type = "AWS::EC2::Volume"
    consequence = "What is on the disk is gone with it."
    short = "no copy"
    hours_lost = (4, 80)
    peers = (
        "P:ec2_ebs_volume_snapshots_exists",
        "P:ec2_ebs_volume_protected_by_backup_plan",
        "SS:ec2:EBSUpToDateSnapshot",
        "C7N:ebs/fault-tolerant",
    )

    days: Days = 14
    """How old its latest copy may be."""

    young: Days = 7
    """How old a disk must be to need one."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        latest = latest_copies(account)
        passing = {
            instance["InstanceId"]
            for instance in account[Instances]
            if not tags_of(instance.get("Tags")).keys().isdisjoint(COMES_AND_GOES)
        }
        since = now - timedelta(days=self.days)
        for volume in account[Volumes]:
            name, made = volume["VolumeId"], volume.get("CreateTime")
            is_young = made is None or now - made < timedelta(days=self.young)
            if not is_used(volume) or is_young or goes_with(volume, passing):
                continue
            arn, users = account.arn("ec2", f"volume/{name}"), attached_to(volume)
            of = (name, arn, *(account.arn("ec2", f"instance/{one}") for one in users))
            copies = [latest[one] for one in of if one in latest]
            if copies and max(copies) >= since:
                continue
            last = f"since {max(copies):%d %B %Y}" if copies else "at all"
            yield self.finding(
                account,
                resource=arn,
                key=name,
                summary=f"{name} ({volume.get('Size', 0)} GB, of {users[0] if users else 'nobody'}) "
                f"has had no copy {last}",
                tags=tags_of(volume.get("Tags")),
                state=volume.get("State"),
                instances=users,
            )

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "every disk of the emulator is younger than a week")


def latest_copies(account: Account) -> dict[str, datetime]:
    """When each disk was last copied, by its id; by ARN what AWS Backup has a copy of."""
    latest: dict[str, datetime] = {}
    said = [
        *(
            (one.get("VolumeId", ""), one.get("StartTime"))
            for one in account[Snapshots]
            if one.get("State") in COPIES
        ),
        *((one["ResourceArn"], one.get("LastBackupTime")) for one in account[Protected]),
    ]
    for of, at in said:
        if at is not None and at > latest.get(of, at - timedelta(1)):
            latest[of] = at
    return latest


def attached_to(volume: VolumeTypeDef) -> list[str]:
    """The instances that it is attached to."""
    return [one["InstanceId"] for one in volume.get("Attachments", ()) if one.get("InstanceId")]


def goes_with(volume: VolumeTypeDef, passing: set[str]) -> bool:
    """Is it deleted with an instance that comes and goes?"""
    return any(
        one.get("DeleteOnTermination") and one.get("InstanceId") in passing
        for one in volume.get("Attachments", ())
    )
