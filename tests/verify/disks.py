"""Disks, and their copies that are shared with everybody."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.verify.data import EVERYBODY, copying
from tests.verify.planting import TAGS, Made
from tests.verify.sandbox import Sandbox


def disk(sandbox: Sandbox, size: int, kind: str) -> str:
    """A volume of so many GiB, attached to nothing."""
    ec2 = sandbox.client("ec2")
    zones = ec2.describe_availability_zones(Filters=[{"Name": "state", "Values": ["available"]}])
    made: str = ec2.create_volume(
        AvailabilityZone=zones["AvailabilityZones"][0]["ZoneName"],
        Size=size,
        VolumeType=kind,
        Encrypted=False,
        TagSpecifications=[{"ResourceType": "volume", "Tags": TAGS}],
    )["VolumeId"]
    sandbox.removing(f"volume {made}", lambda: ec2.delete_volume(VolumeId=made))
    return made


def old_kind(sandbox: Sandbox) -> Made:
    """A disk of the older, dearer kind, as large as it must be for the change to be worth telling."""
    ec2, name = sandbox.client("ec2"), disk(sandbox, 50, "gp2")

    def kind() -> str:
        return str(ec2.describe_volumes(VolumeIds=[name])["Volumes"][0]["VolumeType"])

    return Made(name, lambda: kind() == "gp3")


def snapshot(sandbox: Sandbox) -> str:
    """A copy of an empty disk."""
    ec2 = sandbox.client("ec2")
    made: str = ec2.create_snapshot(
        VolumeId=disk(sandbox, 1, "gp3"),
        TagSpecifications=[{"ResourceType": "snapshot", "Tags": TAGS}],
    )["SnapshotId"]
    sandbox.removing(f"snapshot {made}", lambda: ec2.delete_snapshot(SnapshotId=made))
    return made


def status(sandbox: Sandbox, name: str) -> str:
    found: Any = sandbox.client("ec2").describe_snapshots(SnapshotIds=[name])["Snapshots"]
    return str(found[0]["State"])


def disk_copy(sandbox: Sandbox) -> Made:
    """A copy of a disk that is shared with everybody."""
    ec2, name = sandbox.client("ec2"), snapshot(sandbox)
    share = partial(
        ec2.modify_snapshot_attribute,
        SnapshotId=name,
        Attribute="createVolumePermission",
        OperationType="add",
        GroupNames=[EVERYBODY],
    )

    def is_fixed() -> bool:
        said = ec2.describe_snapshot_attribute(SnapshotId=name, Attribute="createVolumePermission")
        return not any(one.get("Group") == EVERYBODY for one in said["CreateVolumePermissions"])

    return Made(
        name,
        is_fixed,
        copying(lambda: True, lambda: None, partial(status, sandbox, name), share),
        is_late=True,
    )


def image(sandbox: Sandbox) -> Made:
    """An image of an empty disk that is shared with everybody."""
    ec2, copy = sandbox.client("ec2"), snapshot(sandbox)
    sandbox.until(f"snapshot {copy}", lambda: status(sandbox, copy) == "completed", 300)
    root = {"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": copy}}
    name = ec2.register_image(
        Name=sandbox.named("image"),
        RootDeviceName="/dev/xvda",
        Architecture="arm64",
        VirtualizationType="hvm",
        BlockDeviceMappings=[root],
        TagSpecifications=[{"ResourceType": "image", "Tags": TAGS}],
    )["ImageId"]
    sandbox.removing(f"image {name}", lambda: ec2.deregister_image(ImageId=name))
    added = {"Add": [{"Group": EVERYBODY}]}
    share = partial(ec2.modify_image_attribute, ImageId=name, LaunchPermission=added)

    def state() -> str:
        return str(ec2.describe_images(ImageIds=[name])["Images"][0]["State"])

    def is_fixed() -> bool:
        said = ec2.describe_image_attribute(ImageId=name, Attribute="launchPermission")
        return not any(one.get("Group") == EVERYBODY for one in said["LaunchPermissions"])

    return Made(name, is_fixed, copying(lambda: True, lambda: None, state, share), is_late=True)
