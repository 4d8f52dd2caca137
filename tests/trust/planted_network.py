"""Groups, addresses, instances and volumes, as people leave them lying about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tests.checks.exposure.groups import lets_in
from tests.reconcilers import REGION
from tests.trust.lab import World
from tests.trust.scenes import Planting

IMAGE = "ami-12c6146b"


def group(
    world: World, *permissions: Mapping[str, Any], tags: Mapping[str, str] | None = None
) -> str:
    """A group with a neighbour's grant in it, and the grant in question."""
    ec2 = world.client("ec2")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    made = ec2.create_security_group(GroupName="app", Description="made by a test", VpcId=vpc)
    more = {}
    if tags:
        pairs = [{"Key": name, "Value": value} for name, value in tags.items()]
        more = {"TagSpecifications": [{"ResourceType": "security-group-rule", "Tags": pairs}]}
    for one in permissions:
        ec2.authorize_security_group_ingress(GroupId=made["GroupId"], IpPermissions=[one], **more)
        more = {}
    return str(made["GroupId"])


def grants(world: World) -> list[Any]:
    """All that the account lets in, with descriptions and tags."""
    rules = world.client("ec2").describe_security_group_rules()["SecurityGroupRules"]
    return sorted(
        [
            rule["GroupId"],
            rule["IpProtocol"],
            rule.get("FromPort", -1),
            rule.get("ToPort", -1),
            rule.get("CidrIpv4") or rule.get("CidrIpv6") or "",
            rule.get("Description", ""),
            sorted((tag["Key"], tag["Value"]) for tag in rule.get("Tags", ())),
        ]
        for rule in rules
        if not rule["IsEgress"]
    )


def admin(world: World) -> str:
    vpn = lets_in(22, cidr="10.0.0.0/8", said="vpn")
    return group(world, lets_in(22, said="for Ann"), vpn, tags={"ticket": "OPS-1"})


def data(world: World) -> str:
    return group(world, lets_in(5432, said="partner"), lets_in(443))


def everything(world: World) -> str:
    return group(world, lets_in(None, protocol="-1", said="for now"))


def address(world: World) -> str:
    return str(world.client("ec2").allocate_address(Domain="vpc")["AllocationId"])


def addresses(world: World) -> list[Any]:
    """Addresses that nobody uses; which ones, AWS decides."""
    found = world.client("ec2").describe_addresses()["Addresses"]
    marks = [{tag["Key"]: tag["Value"] for tag in one.get("Tags", ())} for one in found]
    return sorted(
        sorted((k, v) for k, v in mark.items() if not k.startswith("steadyhand:")) for mark in marks
    )


def volume(world: World) -> str:
    tags = [{"Key": "Name", "Value": "dätä"}, {"Key": "$at", "Value": "$ref"}]
    made = world.client("ec2").create_volume(
        AvailabilityZone=f"{REGION}a",
        Size=8,
        VolumeType="gp3",
        TagSpecifications=[{"ResourceType": "volume", "Tags": tags}],
    )
    return str(made["VolumeId"])


def volumes(world: World) -> list[Any]:
    """The volumes as a person compares them: their ids do not count."""
    return sorted(
        [
            one["Size"],
            one["VolumeType"],
            one["AvailabilityZone"],
            sorted(
                (tag["Key"], tag["Value"])
                for tag in one.get("Tags", ())
                if not tag["Key"].startswith("steadyhand:")
            ),
        ]
        for one in world.client("ec2").describe_volumes()["Volumes"]
    )


def instance(world: World) -> str:
    """An instance that still takes the old way of asking for credentials, and nobody asks so."""
    ec2 = world.client("ec2")
    options = {"HttpTokens": "optional", "HttpPutResponseHopLimit": 2}
    (made,) = ec2.run_instances(ImageId=IMAGE, MinCount=1, MaxCount=1, MetadataOptions=options)[
        "Instances"
    ]
    dimensions = [{"Name": "InstanceId", "Value": made["InstanceId"]}]
    for day in range(-2, 16):
        when = world.clock.at - timedelta(days=day, hours=1)
        number = {"MetricName": "MetadataNoToken", "Dimensions": dimensions, "Value": 0.0}
        world.client("cloudwatch").put_metric_data(
            Namespace="AWS/EC2", MetricData=[number | {"Timestamp": when}]
        )
    return str(made["InstanceId"])


def options(world: World) -> Any:
    """How instances give out credentials."""
    (reservation,) = world.client("ec2").describe_instances()["Reservations"]
    said = reservation["Instances"][0]["MetadataOptions"]
    return {
        name: said.get(name) for name in ("HttpTokens", "HttpPutResponseHopLimit", "HttpEndpoint")
    }


PLANTINGS = {
    "open_admin_ports": Planting(
        plant=admin, truth=grants, fixed=lambda all_: len(all_) == 1
    ),
    "open_data_ports": Planting(plant=data, truth=grants, fixed=lambda all_: len(all_) == 1),
    "open_all_ports": Planting(plant=everything, truth=grants, fixed=lambda all_: not all_),
    "idle_elastic_ip": Planting(plant=address, truth=addresses, fixed=lambda all_: not all_),
    "unattached_volume": Planting(
        plant=volume, truth=volumes, days=20, fixed=lambda all_: not all_
    ),
    "imdsv1_allowed": Planting(
        plant=instance, truth=options, fixed=lambda said: said["HttpTokens"] == "required"
    ),
}  # fmt: skip
