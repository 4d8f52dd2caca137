"""A disk is of the kind gp2, and gp3 does the same for less.

gp3 is a fifth cheaper by the gigabyte. It has 3,000 operations and 125 MiB a second at any size, and more
can be bought: so every gp2 disk has a gp3 disk that is as fast at least, and most of those cost less. Only
disks that cost less at the same speed are told.

Fix: make it gp3, with the speed that gp2 has at its size. It stays attached, and its data where they are;
while AWS moves them, for minutes up to a day, it is no slower than before.
Undo: make it gp2 again, as it was. AWS takes four changes of a disk a day, so the undo waits until six
hours after the fix, and says so.

Steered by: who may make disks or change their kind.
At worst: disks change between gp2 and gp3, with speed to pay for: up to 16,000 operations and 250 MiB a second.

Runbook:

1. `steadyhand plan FINDING` shows the speed that is kept, and what it saves.
2. Ask whether somebody changes the disk soon: after the fix AWS takes no other change for six hours.
3. `steadyhand fix FINDING` makes it gp3; nothing is stopped or detached.
4. Say gp3 in your templates, launch templates and images, or the next disk is gp2 again.
5. If it must stay: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from steadyhand.account import Account
from steadyhand.check import Check, is_barred, tags_of
from steadyhand.model import Call, Finding, Look, Part, Permit, Read, Risk, Seen, Severity, Step
from steadyhand.model.knobs import Cents
from steadyhand.model.metering import EC2_OTHER, Metering
from steadyhand.reference.dated import Cost
from steadyhand.sources.ebs import VolumeChanges, cools_until
from steadyhand.sources.ec2 import VOLUME_STATES, Volumes, operator_of
from steadyhand.triggers import ApiCalled, ServiceEvent, days

if TYPE_CHECKING:
    from types_boto3_ec2.type_defs import VolumeTypeDef

    from steadyhand.model.planting import Ground, Things

FREE_IOPS, FREE_MIBPS = 3000, 125
"""What gp3 has at no price. Source: docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html"""

PER_GB, LEAST_IOPS, MOST_IOPS = 3, 100, 16_000
SMALL, SLOW, FAST = 170, 128, 250
"""Of gp2, from the same page: operations a second; MiB a second up to and above so many GiB."""

BUSY = ("modifying", "optimizing")


class Gp2Volume(Check):
    severity = Severity.LOW
    risk = Risk.SAFE
    reads = (Volumes, VolumeChanges)
    wakes = (
        days(7),
        ApiCalled("ec2:CreateVolume", "responseElements.volumeId"),
        ApiCalled("ec2:ModifyVolume", "requestParameters.ModifyVolumeRequest.VolumeId"),
        ServiceEvent(
            "aws.ec2", "EBS Volume Notification", "resources", {"event": ("modifyVolume",)}
        ),
    )
    writes = (
        Permit(
            "ec2:ModifyVolume",
            ("volume/{VolumeId}",),
            shape={
                "VolumeId": r"vol-[\w-]+",
                "VolumeType": frozenset({"gp2", "gp3"}),
                "Iops": int,
                "Throughput": int,
            },
        ),
    )
    states = VOLUME_STATES
    resource_type = "AWS::EC2::Volume"
    consequence = "The same disk costs up to a fifth more, every month."
    meter = Metering(
        service=EC2_OTHER,
        never="its kind of disk grows and shrinks with all the others, and gp3 is billed beside it",
    )
    hours_lost = (0.1, 1)
    peers = (
        "FP:ebs_volumes_using_gp2",
        "CB:CLDBRN-AWS-EBS-1",
        "SS:ec2:EBSNewGen",
        "C7N:ebs/modify",
    )

    cents: Cents = 100
    """What it must save a month, in US cents, to be worth telling."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        changes: dict[str, list[Any]] = {}
        for change in account[VolumeChanges]:
            changes.setdefault(change["VolumeId"], []).append(change)
        for volume in account[Volumes]:
            name = volume["VolumeId"]
            if not may_be_gp3(volume, account.region):
                continue
            wants = as_fast(volume.get("Size", 0))
            saves = saving(volume.get("Size", 0), wants, account.region)
            if saves.usd is None or saves.usd * 100 < self.cents:
                continue
            mine = changes.get(name, ())
            busy = next(
                (said for one in mine if (said := one.get("ModificationState")) in BUSY), ""
            )
            then = cools_until(mine)
            yield self.finding(
                account,
                resource=account.arn("ec2", f"volume/{name}"),
                key=name,
                summary=f"{name} ({volume.get('Size', 0)} GB) is gp2; as fast a gp3 saves {saves}",
                usd_per_month=saves.rounded,
                tags=tags_of(volume.get("Tags")),
                state=volume.get("State"),
                barred=managed(volume)
                or (f"{busy}: wait until AWS is done with it" if busy else ""),
                used_by=attached(volume),
                volume=name,
                wants=wants,
                cools_until=then if then and then > now else None,
            )

    def plan(self, finding: Finding) -> Iterator[Step]:
        if is_barred(finding):
            return
        said = finding.evidence
        volume = said["volume"]
        yield Step(
            owns=Part(finding.resource, "kind", lambda: see_kind(volume)),
            makes={"VolumeType": "gp3", **said["wants"]},
            do=Call("ec2:ModifyVolume", {"VolumeId": volume, "VolumeType": "gp3", **said["wants"]}),
            undo=Call("ec2:ModifyVolume", {"VolumeId": volume, "VolumeType": "gp2"}),
            settles=timedelta(minutes=15),
            not_before=said["cools_until"],
        )

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "the emulator says of every disk that it was changed just now")


def attached(volume: Mapping[str, Any]) -> list[str]:
    """The instances that have it now."""
    every = volume.get("Attachments") or ()
    return [one.get("InstanceId", "") for one in every if one.get("State") == "attached"]


def see_kind(volume: str) -> Look:
    """Its kind and, of gp3, the speed that is paid for: that of gp2 follows from its size.

    What is optimizing is in force already.
    """
    for one in (yield Read(Volumes, volume)):
        changes = list((yield Read(VolumeChanges, volume)))
        kind = one.get("VolumeType", "")
        paid = ("Iops", "Throughput") if kind == "gp3" else ()
        changing = any(change.get("ModificationState") == "modifying" for change in changes)
        return Seen(
            value={"VolumeType": kind} | {name: int(one.get(name) or 0) for name in paid},
            identity=f"{one.get('CreateTime', '')}",
            moving="modifying" if changing else VOLUME_STATES.moving(one.get("State")),
            not_before=cools_until(changes),
            tags=tags_of(one.get("Tags")),
        )
    return Seen(identity=None)


def may_be_gp3(volume: VolumeTypeDef, region: str) -> bool:
    """Is it gp2 where AWS has gp3: in a zone of the region itself, on no Outpost?"""
    zone = volume.get("AvailabilityZone") or f"{region}a"
    is_here = re.fullmatch(rf"{re.escape(region)}[a-z]", zone)
    return bool(volume.get("VolumeType") == "gp2" and is_here and not volume.get("OutpostArn"))


def managed(volume: VolumeTypeDef) -> str:
    """Why AWS takes no change of it from the account."""
    operator = operator_of(volume)
    return f"managed by {operator}: only that may change it" if operator else ""


def as_fast(size: int) -> dict[str, int]:
    """Operations and MiB a second of a gp3 disk that is as fast as gp2 at its size, in GiB.

    Small disks of gp2 burst to 3,000 operations; gp3 has those always.
    """
    iops = min(max(PER_GB * size, LEAST_IOPS), MOST_IOPS)
    return {"Iops": max(iops, FREE_IOPS), "Throughput": SLOW if size <= SMALL else FAST}


def saving(size: int, wants: Mapping[str, int], region: str) -> Cost:
    """What gp2 costs more a month than such a gp3."""
    cost = Cost(region).add("ebs.gp2.gb_month", size).add("ebs.gp3.gb_month", -size)
    cost = cost.add("ebs.gp3.iops_month", FREE_IOPS - wants["Iops"])
    return cost.add("ebs.gp3.mibps_month", FREE_MIBPS - wants["Throughput"])
