"""Instances and what they leave behind: volumes, snapshots, addresses."""

from __future__ import annotations

from typing import Any

from steadyhand.model.planting import (
    DEVELOPMENT,
    PRODUCTION,
    STAGING,
    Bomb,
    Ground,
    Healthy,
    Things,
)

IMAGE = "ami-12c6146b"
"""An Amazon Linux that moto knows; ministack asks for no particular one."""


def plant(ground: Ground) -> Things:
    """Three instances, and what is forgotten around them."""
    worker = _instance(ground, "worker", STAGING, tokens="optional")
    yield Bomb("imdsv1_allowed", worker["InstanceId"], STAGING)
    api, build = _instance(ground, "api", PRODUCTION), _instance(ground, "build", DEVELOPMENT)
    for one in (api, build):
        yield Healthy("instance", one["InstanceId"])
        yield Healthy("volume", _disk(one))
    yield from _volumes(ground, _disk(api))
    yield from _addresses(ground, api["InstanceId"])


def _disk(instance: Any) -> str:
    found: str = instance["BlockDeviceMappings"][0]["Ebs"]["VolumeId"]
    return found


def _volumes(ground: Ground, attached: str) -> Things:
    old = _volume(ground, "import-2023", DEVELOPMENT, 200)
    yield Bomb("unattached_volume", old, DEVELOPMENT)
    yield Bomb("unattached_volume", _volume(ground, "search-before", STAGING, 50), STAGING)

    ec2 = ground.client("ec2")
    forgotten = _volume(ground, "mail-archive", PRODUCTION, 500)
    orphan = ec2.create_snapshot(
        VolumeId=forgotten,
        Description="before the move",
        TagSpecifications=ground.tagged("snapshot", "mail-archive-production", PRODUCTION),
    )["SnapshotId"]
    ec2.delete_volume(VolumeId=forgotten)
    yield Bomb("orphan_snapshot", orphan, PRODUCTION)

    kept = ec2.create_snapshot(VolumeId=attached, Description="base image")["SnapshotId"]
    ec2.register_image(
        Name="leaflab-api-base",
        RootDeviceName="/dev/xvda",
        BlockDeviceMappings=[{"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": kept}}],
    )
    yield Healthy("snapshot", kept)


def _addresses(ground: Ground, instance: str) -> Things:
    ec2 = ground.client("ec2")
    for environment in (STAGING, DEVELOPMENT):
        yield Bomb("idle_elastic_ip", _address(ground, environment), environment)
    used = _address(ground, PRODUCTION)
    ec2.associate_address(AllocationId=used, InstanceId=instance)
    yield Healthy("address", used)


def _instance(ground: Ground, what: str, environment: str, *, tokens: str = "required") -> Any:
    name = f"{what}-{environment}"
    made = ground.client("ec2").run_instances(
        ImageId=IMAGE,
        InstanceType="t3.small",
        MinCount=1,
        MaxCount=1,
        MetadataOptions={"HttpEndpoint": "enabled", "HttpTokens": tokens},
        TagSpecifications=ground.tagged("instance", name, environment),
    )["Instances"][0]
    found = ground.client("ec2").describe_instances(InstanceIds=[made["InstanceId"]])
    return found["Reservations"][0]["Instances"][0]


def _volume(ground: Ground, what: str, environment: str, size: int) -> str:
    name = f"{what}-{environment}"
    made: str = ground.client("ec2").create_volume(
        AvailabilityZone=f"{ground.region}a",
        Size=size,
        VolumeType="gp3",
        TagSpecifications=ground.tagged("volume", name, environment),
    )["VolumeId"]
    return made


def _address(ground: Ground, environment: str) -> str:
    name = f"gateway-{environment}"
    made: str = ground.client("ec2").allocate_address(
        Domain="vpc", TagSpecifications=ground.tagged("elastic-ip", name, environment)
    )["AllocationId"]
    return made
