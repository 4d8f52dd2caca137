"""A volume is attached to nothing, and paid for.

It was left behind by an instance that is gone. AWS does not say when a volume was detached, so we
count from when it was made: it is at least two weeks old, and attached to nothing now.

Fix: take a snapshot, wait until it is complete, then delete the volume. The snapshot stays, and
costs a fraction.
Undo: make a volume of the same kind from the snapshot, in the same zone, with its tags. It has a
new id, and is slow until it was read once. The snapshot stays then too.

Runbook:

1. Ask whose it is: `steadyhand show FINDING` prints its tags.
2. If somebody detached it to attach it again, exempt it:
   `steadyhand exempt FINDING --until DATE --because REASON`.
3. Otherwise: `steadyhand approve FINDING`. A very large volume may need a second approval: if the
   first snapshot is not complete within eight minutes, nothing is deleted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from steadyhand.account import Account
from steadyhand.check import Check, tags_of
from steadyhand.model import Answered, Call, Finding, Permit, Risk, Severity, Step, Until
from steadyhand.reference.dated import price
from steadyhand.sources.ec2 import Volumes
from steadyhand.triggers import ApiCalled, days

if TYPE_CHECKING:
    from types_boto3_ec2.type_defs import VolumeTypeDef

MADE_BY = "steadyhand"
REPLACES = "steadyhand:replaces"
"""The tag that tells which volume this one was made to replace, so that it keeps its name."""

SETTINGS: Mapping[str, tuple[str, ...]] = {
    "gp3": ("Iops", "Throughput"),
    "io1": ("Iops", "MultiAttachEnabled"),
    "io2": ("Iops", "MultiAttachEnabled"),
}
"""What a volume of a type was given beyond its size; of the others AWS computes it."""

FREE_IOPS = 3000
FREE_MIBPS = 125


class UnattachedVolume(Check):
    severity = Severity.LOW
    risk = Risk.APPROVAL
    reads = (Volumes,)
    wakes = (
        days(1),
        ApiCalled("ec2:CreateVolume", "responseElements.volumeId"),
        ApiCalled("ec2:AttachVolume", "requestParameters.volumeId"),
        ApiCalled("ec2:DetachVolume", "requestParameters.volumeId"),
        ApiCalled("ec2:DeleteVolume", "requestParameters.volumeId"),
    )
    writes = (
        Permit(
            "ec2:CreateSnapshot",
            ("volume/{VolumeId}", "arn:{partition}:ec2:*::snapshot/*"),
            implies=(
                Permit(
                    "ec2:CreateTags",
                    ("arn:{partition}:ec2:*::snapshot/*",),
                    condition={"StringEquals": {"ec2:CreateAction": "CreateSnapshot"}},
                ),
            ),
        ),
        Permit("ec2:DeleteVolume", ("volume/{VolumeId}",)),
        Permit(
            "ec2:CreateVolume",
            ("volume/*", "arn:{partition}:ec2:*::snapshot/{SnapshotId}"),
            implies=(
                Permit(
                    "ec2:CreateTags",
                    ("volume/*",),
                    condition={"StringEquals": {"ec2:CreateAction": "CreateVolume"}},
                ),
            ),
        ),
    )
    resource_type = "AWS::EC2::Volume"
    consequence = "You pay for a disk that nothing uses."
    hours_lost = (0.25, 1)
    peers = (
        "FP:ebs_volumes_if_unattached",
        "CB:CLDBRN-AWS-EBS-2",
        "SS:ec2:EBSInUse",
        "CFG:EC2_VOLUME_INUSE_CHECK",
        "C7N:ebs",
        "CO:Automation",
    )

    days: int = 14
    """How old a volume must be before it counts as left behind."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        for volume in account[Volumes]:
            is_old = now - volume["CreateTime"] >= timedelta(days=self.days)
            if volume["State"] == "available" and is_old:
                name, tags = volume["VolumeId"], tags_of(volume.get("Tags"))
                usd = monthly(volume, account.region)
                lasting = tags.get(REPLACES, name)
                yield self.finding(
                    account,
                    resource=account.arn("ec2", f"volume/{name}"),
                    key=name,
                    name=account.arn("ec2", f"volume/{lasting}"),
                    summary=(
                        f"{name} ({volume['Size']} GB) is attached to nothing; ${usd:,.2f} a month"
                    ),
                    usd_per_month=round(usd, 2),
                    tags=tags,
                    volume=name,
                    like_it=like(volume),
                    tagged=own(tags) | {REPLACES: lasting},
                )

    def plan(self, finding: Finding) -> Iterator[Step]:
        said = finding.evidence
        snapshot = {"SnapshotIds": [Answered(0, "SnapshotId")]}
        yield Step(
            Call(
                "ec2:CreateSnapshot",
                {
                    "VolumeId": said["volume"],
                    "Description": f"{said['volume']}, before it was deleted for being unattached",
                    "TagSpecifications": tagged("snapshot", said["tagged"] | {MADE_BY: self.id}),
                },
            ),
            until=Until(
                Call("ec2:DescribeSnapshots", snapshot), "Snapshots.State", "completed", seconds=480
            ),
        )
        yield Step(
            Call("ec2:DeleteVolume", {"VolumeId": said["volume"]}),
            Call(
                "ec2:CreateVolume",
                {
                    **said["like_it"],
                    "SnapshotId": Answered(0, "SnapshotId"),
                    "TagSpecifications": tagged("volume", said["tagged"]),
                },
            ),
        )


def like(volume: VolumeTypeDef) -> dict[str, Any]:
    """What CreateVolume must be told to make another one like it."""
    always = ("AvailabilityZone", "Size", "VolumeType")
    sealed = ("Encrypted", "KmsKeyId") if volume.get("Encrypted") else ()
    wanted = (*always, *SETTINGS.get(volume["VolumeType"], ()), *sealed)
    told: Mapping[str, Any] = volume
    return {name: told[name] for name in wanted if told.get(name)}


def own(tags: Mapping[str, str]) -> dict[str, str]:
    """The tags a person may set; those of AWS it sets itself."""
    return {name: value for name, value in tags.items() if not name.startswith("aws:")}


def tagged(kind: str, tags: Mapping[str, str]) -> list[dict[str, Any]]:
    """Tags as EC2 takes them for something it is about to make."""
    pairs = [{"Key": name, "Value": value} for name, value in tags.items()]
    return [{"ResourceType": kind, "Tags": pairs}]


def monthly(volume: VolumeTypeDef, region: str) -> float:
    """Its size, and the speed that was ordered on top."""
    kind = volume["VolumeType"]
    usd = volume["Size"] * price(f"ebs.{kind}.gb_month", region)
    iops, mibps = volume.get("Iops", 0), volume.get("Throughput", 0)
    if kind == "gp3":
        usd += max(0, iops - FREE_IOPS) * price("ebs.gp3.iops_month", region)
        usd += max(0, mibps - FREE_MIBPS) * price("ebs.gp3.mibps_month", region)
    elif kind in ("io1", "io2"):
        usd += iops * price(f"ebs.{kind}.iops_month", region)
    return usd
