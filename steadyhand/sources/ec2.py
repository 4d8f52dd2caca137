"""What is read of EC2."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from steadyhand.model import MARK, Call, ReadFailed, States, pages, pick
from steadyhand.source import Conversation, Each, Metric, Report, Source

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

REPLACES = "steadyhand:replaces"
"""The tag that tells which volume this one was made to replace, so that it keeps its name."""

WIDE = 12


VOLUME_STATES = States(
    shape="ec2:VolumeState",
    ready=frozenset({"available", "in-use"}),
    passing=frozenset({"creating"}),
    over=frozenset({"deleting", "deleted"}),
    first={"error": "see why AWS cannot read it first"},
)

SNAPSHOT_STATES = States(
    shape="ec2:SnapshotState",
    ready=frozenset({"completed"}),
    passing=frozenset({"pending", "recovering"}),
    first={
        "error": "it failed, make another one",
        "recoverable": "restore it from the Recycle Bin first",
    },
)

INSTANCE_STATES = States(
    shape="ec2:InstanceStateName",
    ready=frozenset({"running", "stopped"}),
    passing=frozenset({"pending", "stopping"}),
    over=frozenset({"shutting-down", "terminated"}),
)
"""docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataOptions.html: "on a
running or stopped instance"."""


def operator_of(item: Any) -> str:
    """The AWS service that manages it, and alone may change it; empty where the account does.

    docs.aws.amazon.com/AWSEC2/latest/UserGuide/amazon-ec2-managed-instances.html
    """
    operator = item.get("Operator") or {}
    return str(operator.get("Principal") or "an AWS service") if operator.get("Managed") else ""


def tag(item: Any, name: str) -> str:
    """One tag's value."""
    found = (str(one.get("Value", "")) for one in item.get("Tags", ()) if one["Key"] == name)
    return next(found, "")


SecurityGroups: Source[SecurityGroupTypeDef] = Source(
    kind="security_group",
    operation="ec2:DescribeSecurityGroups",
    items="SecurityGroups",
    key=lambda group: str(group["GroupId"]),
    params={"MaxResults": 1000},
    narrow=lambda group: {"GroupIds": [group]},
    gone=frozenset({"InvalidGroup.NotFound", "InvalidGroupId.Malformed"}),
)


def lets_in_many(group: Any) -> bool:
    """A range as wide as a /12, or a prefix list, may come in: some rule may be a time bomb."""
    ranges = pick(group, "IpPermissions.IpRanges.CidrIp")
    ranges6 = pick(group, "IpPermissions.Ipv6Ranges.CidrIpv6")
    wide = any(int(one.rpartition("/")[2]) <= WIDE for one in (*ranges, *ranges6))
    return wide or any(pick(group, "IpPermissions.PrefixListIds.PrefixListId"))


GroupRules: Source[Any] = Source(
    operation="ec2:DescribeSecurityGroupRules",
    items="SecurityGroupRules",
    key=lambda rule: str(rule["GroupId"]),
    params={"MaxResults": 1000},
    narrow=lambda group: {"Filters": [{"Name": "group-id", "Values": [group]}], "MaxResults": 1000},
    keyed_as=SecurityGroups,
    only_if=lets_in_many,
    gone=frozenset({"InvalidGroup.NotFound"}),
    volatile=frozenset({"SecurityGroupRuleId", "SecurityGroupRuleArn"}),
)
"""A group's rules one by one, with the tags that no other read shows."""

BLOCKING = frozenset({"block-bidirectional", "block-ingress"})
ENDED = frozenset({"create-failed", "delete-complete", "disable-complete"})
NOT_THERE = frozenset({"InvalidAction", "UnsupportedOperation"})
"""How EC2 answers in a region or partition that has no such block."""


def shut_vpcs(now: Any) -> Conversation[Mapping[str, Any]]:
    """The VPCs that no internet gateway brings anybody into, whatever their security groups say.

    VPC Block Public Access is set for a region. It holds for the account's own VPCs, and its exclusions let the
    internet into some of them, or into a subnet: docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html
    """
    del now
    try:
        said = yield Call("ec2:DescribeVpcBlockPublicAccessOptions")
    except ReadFailed as failed:
        if failed.code in NOT_THERE:
            return []
        raise
    block = said.get("VpcBlockPublicAccessOptions") or {}
    if (
        block.get("InternetGatewayBlockMode") not in BLOCKING
        or block.get("State") != "update-complete"
    ):
        return []
    listed = yield from pages(Call("ec2:DescribeVpcBlockPublicAccessExclusions"))
    let_in = [
        str(one.get("ResourceArn", "")).rpartition("/")[2]
        for one in pick(listed, "VpcBlockPublicAccessExclusions")
        if one.get("InternetGatewayExclusionMode") != "allow-egress"
        and one.get("State") not in ENDED
    ]
    if not all(let_in):
        return []  # one that does not say what it lets in may be about any
    if subnets := [name for name in let_in if name.startswith("subnet-")]:
        named = [{"Name": "subnet-id", "Values": subnets}]
        listed = yield from pages(Call("ec2:DescribeSubnets", {"Filters": named}))
        let_in += map(str, pick(listed, "Subnets.VpcId"))
    listed = yield from pages(Call("ec2:DescribeVpcs"))
    return [vpc for vpc in pick(listed, "Vpcs") if vpc.get("VpcId", "") not in ("", *let_in)]


ShutVpcs: Report[Mapping[str, Any]] = Report(
    operation="ec2:DescribeVpcBlockPublicAccessOptions",
    extra_permissions=(
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcBlockPublicAccessExclusions",
        "ec2:DescribeVpcs",
    ),
    key=lambda vpc: str(vpc["VpcId"]),
    talk=shut_vpcs,
    only_if=lets_in_many,
)
"""Asked only where some group lets many in; a VPC that is shared with the account follows its owner's block."""

Volumes: Source[VolumeTypeDef] = Source(
    kind="volume",
    operation="ec2:DescribeVolumes",
    items="Volumes",
    key=lambda volume: str(volume["VolumeId"]),
    params={"MaxResults": 1000},
    narrow=lambda volume: {"VolumeIds": [volume]},
    gone=frozenset({"InvalidVolume.NotFound"}),
)

Replacements: Source[VolumeTypeDef] = Source(
    operation="ec2:DescribeVolumes",
    items="Volumes",
    key=lambda volume: tag(volume, REPLACES),
    params={"Filters": [{"Name": "tag-key", "Values": [REPLACES]}], "MaxResults": 1000},
    narrow=lambda volume: {"Filters": [{"Name": f"tag:{REPLACES}", "Values": [volume]}]},
)
"""The volumes that an undo made, by the one that each stands for."""

MarkedSnapshots: Source[SnapshotTypeDef] = Source(
    operation="ec2:DescribeSnapshots",
    items="Snapshots",
    key=lambda snapshot: tag(snapshot, MARK),
    params={"OwnerIds": ["self"], "Filters": [{"Name": "tag-key", "Values": [MARK]}]},
    narrow=lambda change: {
        "OwnerIds": ["self"],
        "Filters": [{"Name": f"tag:{MARK}", "Values": [change]}],
    },
)
"""The snapshots that changes made, by the change."""

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
    params={"Owners": ["self"], "IncludeDisabled": True},
    narrow=lambda image: {"ImageIds": [image]},
    gone=frozenset({"InvalidAMIID.NotFound"}),
)

LaunchTemplates: Source[Any] = Source(
    operation="ec2:DescribeLaunchTemplateVersions",
    items="LaunchTemplateVersions",
    key=lambda version: f"{version['LaunchTemplateId']}:{version['VersionNumber']}",
    params={"Versions": ["$Latest", "$Default"], "MaxResults": 200},
    gone=frozenset({"InvalidLaunchTemplateId.NotFoundException"}),
)
"""The latest and the default version of every launch template."""

Addresses: Source[AddressTypeDef] = Source(
    kind="address",
    operation="ec2:DescribeAddresses",
    items="Addresses",
    key=lambda address: str(address.get("AllocationId") or address["PublicIp"]),
    narrow=lambda address: {"AllocationIds": [address]},
    gone=frozenset({"InvalidAllocationID.NotFound"}),
)

PublicAddresses: Source[AddressTypeDef] = Source(
    operation="ec2:DescribeAddresses",
    items="Addresses",
    key=lambda address: str(address.get("PublicIp", "")),
    same_as=Addresses,
    told=lambda address: (address,) if address.get("PublicIp") else (),
    narrow=lambda address: {"Filters": [{"Name": "public-ip", "Values": [address]}]},
)
"""The same addresses by what the world calls them, which outlasts their allocation."""

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
        instance.get("State", {}).get("Name") not in INSTANCE_STATES.over
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
