"""Volumes that nothing uses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from steadyhand.checks.costs.unattached_volume import UnattachedVolume
from steadyhand.model import TOKEN, Ref
from steadyhand.sources.ec2 import Volumes
from tests.defuse import NOW, defuse, found, planned, silent

CHECK = UnattachedVolume()
NO_ECHO = ("ec2:CreateSnapshot",)


def volume(name: str, **more: Any) -> dict[str, Any]:
    known = {"VolumeId": name, "State": "available", "CreateTime": NOW - timedelta(days=14)}
    place = {"AvailabilityZone": "eu-central-1a", "Size": 100, "VolumeType": "gp3"}
    return known | place | {"Iops": 3000, "Throughput": 125, "Encrypted": False} | more


KEY = "arn:aws:kms:eu-central-1:123456789012:key/1"
TAGS = [{"Key": "Name", "Value": "data"}, {"Key": "aws:cloudformation:stack-name", "Value": "x"}]
BAD = {
    Volumes: [
        volume("vol-1", Tags=TAGS),
        volume("vol-2", VolumeType="gp2", Iops=300, Throughput=0),
        volume("vol-3", VolumeType="io2", Iops=10000, MultiAttachEnabled=True),
        volume("vol-4", Iops=4000, Throughput=250, Encrypted=True, KmsKeyId=KEY),
        volume("vol-6", Tags=[{"Key": "steadyhand:replaces", "Value": "vol-5"}]),
    ]
}
GOOD = {
    Volumes: [
        volume("vol-7", State="in-use"),
        volume("vol-8", CreateTime=NOW - timedelta(days=13, hours=23)),
    ]
}


def test_says_what_it_costs() -> None:
    findings = found(CHECK, BAD)
    assert findings[0].summary == "vol-1 (100 GB) is attached to nothing; $9.52 a month"
    assert [finding.usd_per_month for finding in findings] == [9.52, 11.9, 794.9, 21.52, 9.52]


def test_what_comes_back_keeps_its_name() -> None:
    *_, again = found(CHECK, BAD)
    assert again.name.endswith("volume/vol-5")
    assert again.resource.endswith("volume/vol-6")


def test_deletes_only_what_is_safe_in_a_snapshot() -> None:
    first, *_ = found(CHECK, BAD)
    keep, drop = planned(CHECK, first)
    assert keep.do.action == "ec2:CreateSnapshot"
    assert keep.undo is None
    assert drop.do.action == "ec2:DeleteVolume"
    assert drop.undo
    assert drop.undo.params == {
        "AvailabilityZone": "eu-central-1a",
        "Size": 100,
        "VolumeType": "gp3",
        "Iops": 3000,
        "Throughput": 125,
        "SnapshotId": Ref(0, "SnapshotId"),
        "ClientToken": TOKEN,
        "TagSpecifications": [
            {
                "ResourceType": "volume",
                "Tags": [
                    {"Key": "Name", "Value": "data"},
                    {"Key": "steadyhand:replaces", "Value": "vol-1"},
                ],
            }
        ],
    }


def test_makes_the_same_kind_again() -> None:
    kinds = [planned(CHECK, finding)[1].undo for finding in found(CHECK, BAD)]
    said = [dict(kind.params) for kind in kinds if kind]
    assert "Iops" not in said[1]
    assert (said[2]["Iops"], said[2]["MultiAttachEnabled"]) == (10000, True)
    assert (said[3]["Encrypted"], said[3]["KmsKeyId"]) == (True, KEY)


def test_the_owner_says_how_old() -> None:
    silent(UnattachedVolume(days=15), BAD)


@pytest.mark.moto
def test_on_moto() -> None:
    def make(client: Any, **more: Any) -> str:
        made = client("ec2").create_volume(
            AvailabilityZone="eu-central-1a",
            Size=8,
            TagSpecifications=[
                {"ResourceType": "volume", "Tags": [{"Key": "Name", "Value": "data"}]}
            ],
            **more,
        )
        return str(made["VolumeId"])

    def bad(client: Any) -> list[str]:
        return [make(client, VolumeType="gp3"), make(client, VolumeType="gp2", Encrypted=True)]

    def good(client: Any) -> None:
        client("ec2").run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)

    soon = datetime.now(UTC) + timedelta(minutes=1)
    defuse(UnattachedVolume(days=0), bad, good, now=soon, exact=False)
