"""What is read of EC2."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from steadyhand.model import pick
from steadyhand.source import Each, Metric, Source

if TYPE_CHECKING:
    from types_boto3_ec2.type_defs import (
        AddressTypeDef,
        ImageTypeDef,
        InstanceTypeDef,
        ManagedPrefixListTypeDef,
        PrefixListEntryTypeDef,
        SecurityGroupTypeDef,
        SnapshotTypeDef,
        VolumeTypeDef,
    )

SecurityGroups: Source[SecurityGroupTypeDef] = Source(
    kind="security_group",
    operation="ec2:DescribeSecurityGroups",
    items="SecurityGroups",
    key=lambda group: str(group["GroupId"]),
    params={"MaxResults": 1000},
    narrow=lambda group: {"GroupIds": [group]},
    gone=frozenset({"InvalidGroup.NotFound", "InvalidGroupId.Malformed"}),
)

Volumes: Source[VolumeTypeDef] = Source(
    kind="volume",
    operation="ec2:DescribeVolumes",
    items="Volumes",
    key=lambda volume: str(volume["VolumeId"]),
    params={"MaxResults": 1000},
    narrow=lambda volume: {"VolumeIds": [volume]},
    gone=frozenset({"InvalidVolume.NotFound"}),
)

Snapshots: Source[SnapshotTypeDef] = Source(
    kind="snapshot",
    operation="ec2:DescribeSnapshots",
    items="Snapshots",
    key=lambda snapshot: str(snapshot["SnapshotId"]),
    params={"OwnerIds": ["self"], "MaxResults": 1000},
    narrow=lambda snapshot: {"SnapshotIds": [snapshot]},
    gone=frozenset({"InvalidSnapshot.NotFound"}),
)

Images: Source[ImageTypeDef] = Source(
    kind="image",
    operation="ec2:DescribeImages",
    items="Images",
    key=lambda image: str(image["ImageId"]),
    params={"Owners": ["self"]},
    narrow=lambda image: {"ImageIds": [image]},
    gone=frozenset({"InvalidAMIID.NotFound"}),
)

Addresses: Source[AddressTypeDef] = Source(
    kind="address",
    operation="ec2:DescribeAddresses",
    items="Addresses",
    key=lambda address: str(address.get("AllocationId") or address["PublicIp"]),
    narrow=lambda address: {"AllocationIds": [address]},
    gone=frozenset({"InvalidAllocationID.NotFound"}),
)

Instances: Source[InstanceTypeDef] = Source(
    kind="instance",
    operation="ec2:DescribeInstances",
    items="Reservations.Instances",
    key=lambda instance: str(instance["InstanceId"]),
    params={"MaxResults": 1000},
    narrow=lambda instance: {"InstanceIds": [instance]},
    gone=frozenset({"InvalidInstanceID.NotFound"}),
)


def answers_without_token(instance: Any) -> bool:
    """It lives, its metadata service is on, and asks for no token."""
    options = instance.get("MetadataOptions", {})
    return (
        instance.get("State", {}).get("Name") not in {"terminated", "shutting-down"}
        and options.get("HttpEndpoint") != "disabled"
        and options.get("HttpTokens") != "required"
    )


MetadataWithoutToken = Metric(
    of=Instances,
    when=answers_without_token,
    namespace="AWS/EC2",
    metric="MetadataNoToken",
    dimension="InstanceId",
    statistic="Sum",
    over=timedelta(days=14),
)
"""How often each instance's metadata was read the old way, a day at a time."""

NatGateways: Source[Any] = Source(
    operation="ec2:DescribeNatGateways",
    items="NatGateways",
    key=lambda gateway: str(gateway["NatGatewayId"]),
    params={"MaxResults": 1000},
)


PrefixLists: Source[ManagedPrefixListTypeDef] = Source(
    operation="ec2:DescribeManagedPrefixLists",
    items="PrefixLists",
    key=lambda found: str(found["PrefixListId"]),
    params={"MaxResults": 100},
    only_if=lambda group: any(pick(group, "IpPermissions.PrefixListIds.PrefixListId")),
)

PrefixListEntries: Each[PrefixListEntryTypeDef] = Each(
    operation="ec2:GetManagedPrefixListEntries",
    items="Entries",
    of=PrefixLists,
    when=lambda found: found.get("OwnerId") != "AWS",
    ask=lambda name: {"PrefixListId": name},
)
