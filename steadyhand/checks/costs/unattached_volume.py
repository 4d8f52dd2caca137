"""A volume is attached to nothing, and paid for.

It was left behind by an instance that is gone. AWS does not say when a volume was detached, so we
count from when it was made: it is at least two weeks old, and attached to nothing now.

Fix: take a snapshot, wait until it is complete, then delete the volume. The snapshot stays, and
costs a fraction.
Undo: make a volume of the same kind from the snapshot, in the same zone, with its tags. It has a
new id, and is slow until it was read once. The snapshot stays then too.

Steered by: who may detach a volume.
At worst: a volume that nothing uses is deleted; volumes and snapshots are made, and cost money.

Runbook:

1. Ask whose it is: `steadyhand show FINDING` prints its tags.
2. If somebody detached it to attach it again, exempt it:
   `steadyhand exempt FINDING --until DATE --because REASON`.
3. Otherwise: `steadyhand approve FINDING`. The volume is deleted once its snapshot is complete, which
   may take hours for a very large one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from steadyhand.account import Account
from steadyhand.check import Check, is_barred, tags_of
from steadyhand.model import (
    CHANGE,
    MARK,
    TOKEN,
    Call,
    Finding,
    Look,
    Part,
    Permit,
    Read,
    Ref,
    Risk,
    Seen,
    Severity,
    Step,
)
from steadyhand.model.knobs import Days
from steadyhand.model.metering import EC2_OTHER, VOLUME_USAGE, Metering
from steadyhand.reference.dated import Cost
from steadyhand.sources.ec2 import (
    REPLACES,
    SNAPSHOT_STATES,
    VOLUME_STATES,
    MarkedSnapshots,
    Replacements,
    Volumes,
    operator_of,
)
from steadyhand.triggers import ApiCalled, days

if TYPE_CHECKING:
    from types_boto3_ec2.type_defs import VolumeTypeDef

MADE_BY = "steadyhand"
SETTINGS: Mapping[str, tuple[str, ...]] = {
    "gp3": ("Iops", "Throughput"),
    "io1": ("Iops", "MultiAttachEnabled"),
    "io2": ("Iops", "MultiAttachEnabled"),
}
"""What a volume of a type was given beyond its size; of the others AWS computes it."""

ALWAYS = ("AvailabilityZone", "Size", "VolumeType")
"""Without these nobody can make another one."""

VOLUME = r"vol-[\w-]+"
TAGS = [{"ResourceType": r"snapshot|volume", "Tags": [{"Key": str, "Value": str}]}]
KEYS = ("arn:{partition}:kms:{region}:{account}:key/*",)
KEY_USES = ("kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext")
THROUGH_EC2 = {"StringLike": {"kms:ViaService": "ec2.*.amazonaws.com"}}
FOR_AWS = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
"""A copy of an encrypted volume needs its key: through EC2 alone, and only for what EC2 does itself.
Source: docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html"""

TIERS = (32_000, 64_000)
"""Where io2's IOPS become cheaper. aws.amazon.com/ebs/pricing/"""

FREE_IOPS = 3000
FREE_MIBPS = 125


class UnattachedVolume(Check):
    severity = Severity.LOW
    risk = Risk.APPROVAL
    reads = (Volumes,)
    states = VOLUME_STATES
    wakes = (
        days(1),
        ApiCalled("ec2:CreateVolume", "responseElements.volumeId"),
        ApiCalled("ec2:AttachVolume", "requestParameters.volumeId"),
        ApiCalled("ec2:DetachVolume", "requestParameters.volumeId"),
        ApiCalled("ec2:DeleteVolume", "requestParameters.volumeId"),
    )
    looks = (MarkedSnapshots, Replacements)
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
            shape={"VolumeId": VOLUME, "Description": str, "TagSpecifications": TAGS},
        ),
        Permit("ec2:DeleteVolume", ("volume/{VolumeId}",), shape={"VolumeId": VOLUME}),
        Permit(
            "ec2:CreateVolume",
            ("volume/*", "arn:{partition}:ec2:*::snapshot/{SnapshotId}"),
            implies=(
                Permit(
                    "ec2:CreateTags",
                    ("volume/*",),
                    condition={"StringEquals": {"ec2:CreateAction": "CreateVolume"}},
                ),
                Permit("kms:CreateGrant", KEYS, condition=THROUGH_EC2 | FOR_AWS),
                *(Permit(name, KEYS, condition=THROUGH_EC2) for name in KEY_USES),
            ),
            shape={
                "AvailabilityZone": r"[a-z0-9-]+",
                "OutpostArn": r"arn:[\w-]+:outposts:[\w-]+:\d+:outpost/op-[\w-]+",
                "Size": int,
                "VolumeType": r"\w+",
                "Iops": int,
                "Throughput": int,
                "MultiAttachEnabled": bool,
                "Encrypted": bool,
                "KmsKeyId": str,
                "SnapshotId": r"snap-[\w-]+",
                "ClientToken": r"ch_[0-9a-f]+_1_undo",
                "TagSpecifications": TAGS,
            },
        ),
    )
    resource_type = "AWS::EC2::Volume"
    consequence = "You pay for a disk that nothing uses."
    short = "volume of nothing"
    meter = Metering(
        service=EC2_OTHER,
        ending="EBS:VolumeUsage*",
        of=("like_it", "VolumeType"),
        endings=VOLUME_USAGE,
    )
    hours_lost = (0.25, 1)
    peers = (
        "FP:ebs_volumes_if_unattached",
        "CB:CLDBRN-AWS-EBS-2",
        "SS:ec2:EBSInUse",
        "CFG:EC2_VOLUME_INUSE_CHECK",
        "C7N:ebs",
        "CO:Automation",
    )

    days: Days = 14
    """How old a volume must be before it counts as left behind."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        for volume in account[Volumes]:
            made = volume.get("CreateTime")
            is_old = made is not None and now - made >= timedelta(days=self.days)
            if volume.get("State") == "available" and is_old:
                name, tags = volume["VolumeId"], tags_of(volume.get("Tags"))
                cost = monthly(volume, account.region)
                operator = operator_of(volume)
                lasting = tags.get(REPLACES, name)
                yield self.finding(
                    account,
                    resource=account.arn("ec2", f"volume/{name}"),
                    key=name,
                    name=account.arn("ec2", f"volume/{lasting}"),
                    summary=f"{name} ({volume.get('Size', 0)} GB) is attached to nothing{cost.a_month()}",
                    usd_per_month=cost.rounded,
                    tags=tags,
                    state=volume.get("State"),
                    barred=f"managed by {operator}, which alone may delete it" if operator else "",
                    volume=name,
                    like_it=like(volume),
                    tagged=own(tags) | {REPLACES: lasting},
                )

    def plan(self, finding: Finding) -> Iterator[Step]:
        said = finding.evidence
        volume = said["volume"]
        if is_barred(finding) or not {*ALWAYS} <= said["like_it"].keys():
            return
        yield Step(
            owns=Part(finding.resource, "snapshot", see_snapshot),
            makes={"of": volume},
            do=Call(
                "ec2:CreateSnapshot",
                {
                    "VolumeId": volume,
                    "Description": f"{volume}, unattached",
                    "TagSpecifications": tagged(
                        "snapshot", said["tagged"] | {MADE_BY: self.id}, {MARK: CHANGE}
                    ),
                },
            ),
            undo=None,
            settles=timedelta(minutes=15),
        )
        yield Step(
            owns=Part(finding.resource, "volume", lambda: see_volume(volume)),
            makes=None,
            do=Call("ec2:DeleteVolume", {"VolumeId": volume}),
            undo=Call(
                "ec2:CreateVolume",
                {
                    **said["like_it"],
                    "SnapshotId": Ref(0, "SnapshotId"),
                    "ClientToken": TOKEN,
                    "TagSpecifications": tagged("volume", said["tagged"], {}),
                },
            ),
            settles=timedelta(minutes=15),
        )


def see_snapshot() -> Look:
    """The snapshot that bears this change's mark."""
    for one in (yield Read(MarkedSnapshots, CHANGE)):
        state = one.get("State", "completed")
        return Seen(
            value={"of": one["VolumeId"]},
            moving=SNAPSHOT_STATES.moving(state),
            broken=SNAPSHOT_STATES.barred(state),
            keep={"SnapshotId": one["SnapshotId"]},
        )
    return Seen()


def see_volume(volume: str) -> Look:
    """It, or what was made in its place; used by nobody."""
    found = list((yield Read(Volumes, volume)))
    found = [one for one in found if one["State"] != "deleted"]
    found = found or list((yield Read(Replacements, volume)))
    for one in found:
        tags = tags_of(one.get("Tags"))
        state = one["State"]
        value = like(one) | {
            "tags": own(tags) | {REPLACES: tags.get(REPLACES, volume)},
            "used": state == "in-use",
        }
        return Seen(value=value, moving=VOLUME_STATES.moving(state), tags=tags)
    return Seen()


def like(volume: VolumeTypeDef) -> dict[str, Any]:
    """What CreateVolume must be told to make another one like it."""
    sealed = ("Encrypted", "KmsKeyId") if volume.get("Encrypted") else ()
    wanted = (*ALWAYS, *SETTINGS.get(volume.get("VolumeType", ""), ()), *sealed, "OutpostArn")
    told: Mapping[str, Any] = volume
    return {name: told[name] for name in wanted if told.get(name)}


def own(tags: Mapping[str, str]) -> dict[str, str]:
    """The tags a person may set; those of AWS it sets itself."""
    return {name: value for name, value in tags.items() if not name.startswith("aws:")}


def tagged(kind: str, tags: Mapping[str, str], mark: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Tags as EC2 takes them for something it is about to make."""
    pairs = [{"Key": name, "Value": value} for name, value in {**tags, **mark}.items()]
    return [{"ResourceType": kind, "Tags": pairs}]


def monthly(volume: VolumeTypeDef, region: str) -> Cost:
    """Its size, and the speed that was ordered on top."""
    kind = volume.get("VolumeType", "")
    cost = Cost(region).add(f"ebs.{kind}.gb_month", volume.get("Size", 0))
    iops, mibps = volume.get("Iops", 0), volume.get("Throughput", 0)
    if kind == "gp3":
        cost = cost.add("ebs.gp3.iops_month", max(0, iops - FREE_IOPS))
        cost = cost.add("ebs.gp3.mibps_month", max(0, mibps - FREE_MIBPS))
    elif kind == "io1":
        cost = cost.add("ebs.io1.iops_month", iops)
    elif kind == "io2":
        first, second = TIERS
        cost = cost.add("ebs.io2.iops_month", min(iops, first))
        cost = cost.add("ebs.io2.iops_month_2", min(max(0, iops - first), second - first))
        cost = cost.add("ebs.io2.iops_month_3", max(0, iops - second))
    return cost
