"""Snapshots that everybody forgot."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from steadyhand.checks.costs.orphan_snapshot import OrphanSnapshot
from steadyhand.sources.dlm import SnapshotPolicies
from steadyhand.sources.ec2 import Images, LaunchTemplates, Snapshots, Volumes
from tests.checks.recorded import outcomes
from tests.verbs import NOW, found, silent, spot

CHECK = OrphanSnapshot()
NOT_ON_MOTO = "moto has 1,300 snapshots of its own."


def snapshot(name: str, age: int = 90, **more: Any) -> dict[str, Any]:
    known = {"SnapshotId": name, "StartTime": NOW - timedelta(days=age), "State": "completed"}
    return known | {"VolumeId": "vol-ffffffff", "VolumeSize": 100} | more


def tag(name: str) -> dict[str, Any]:
    return {"Tags": [{"Key": name, "Value": "x"}]}


IMAGES = [
    {
        "ImageId": "ami-1",
        "BlockDeviceMappings": [
            {"DeviceName": "/dev/sda1", "Ebs": {"SnapshotId": "snap-image"}},
            {"DeviceName": "/dev/sdb", "VirtualName": "ephemeral0"},
        ],
    }
]
BAD = {
    Snapshots: [
        snapshot("snap-1", **tag("team")),
        snapshot("snap-2", 400, StorageTier="archive"),
        snapshot("snap-3", FullSnapshotSizeInBytes=10 * 1024**3),
    ],
    Images: IMAGES,
}
GOOD = {
    Snapshots: [
        snapshot("snap-young", 89),
        snapshot("snap-image"),
        snapshot("snap-backup", **tag("aws:backup:source-resource")),
        snapshot("snap-policy", **tag("aws:dlm:lifecycle-policy-id")),
    ],
    Images: IMAGES,
    SnapshotPolicies: [{"PolicyId": "x"}],
}


def test_says_what_it_may_cost() -> None:
    assert [finding.summary for finding in found(CHECK, BAD)] == [
        "snap-1 is from 25 August 2026 and no image needs it; up to $5.40 a month",
        "snap-2 is from 19 October 2025 and no image needs it; up to $1.35 a month",
        "snap-3 is from 25 August 2026 and no image needs it; up to $0.54 a month",
    ]


def test_a_snapshot_whose_policy_and_volume_are_gone_is_left() -> None:
    made = snapshot("snap-policy", 1095, **tag("aws:dlm:lifecycle-policy-id"))
    assert found(CHECK, {Snapshots: [made]})
    silent(CHECK, {Snapshots: [made], Volumes: [{"VolumeId": "vol-ffffffff"}]})


def test_what_a_launch_template_names_is_needed() -> None:
    data = {"BlockDeviceMappings": [{"Ebs": {"SnapshotId": "snap-1"}}]}
    templates = [{"LaunchTemplateId": "lt-1", "LaunchTemplateData": data}]
    silent(CHECK, {Snapshots: [snapshot("snap-1")], LaunchTemplates: templates})


def test_what_a_disabled_image_needs_is_needed() -> None:
    """DescribeImages tells of disabled images only who asks for them, docs.aws.amazon.com/AWSEC2/latest
    /APIReference/API_DescribeImages.html (IncludeDisabled); they can be enabled again."""

    def images(params: Any) -> Any:
        return {"Images": IMAGES if params.get("IncludeDisabled") else []}

    empty = {
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:DescribeVolumes",
        "dlm:GetLifecyclePolicies",
    }
    said: Any = {action: lambda _: {} for action in empty} | {
        "ec2:DescribeSnapshots": lambda _: {"Snapshots": [snapshot("snap-image"), snapshot("s-1")]},
        "ec2:DescribeImages": images,
    }
    assert [one.key for one in outcomes(CHECK, said)] == ["s-1"]


def test_promises_no_saving() -> None:
    """Snapshots share blocks: the sum of the most each may cost would be a lie."""
    assert {finding.usd_per_month for finding in found(CHECK, BAD)} == {None}


def test_its_name_has_no_account() -> None:
    first, *_ = found(CHECK, BAD)
    assert first.resource == "arn:aws:ec2:eu-central-1::snapshot/snap-1"
    assert first.tags == {"team": "x"}


def test_the_owner_says_how_old() -> None:
    silent(OrphanSnapshot(days=500), BAD)


@pytest.mark.moto
def test_on_moto(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")

    def make(client: Any) -> str:
        made = client("ec2").create_volume(AvailabilityZone="eu-central-1a", Size=8)
        return str(client("ec2").create_snapshot(VolumeId=made["VolumeId"])["SnapshotId"])

    def good(client: Any) -> None:
        client("ec2").register_image(Name="ours", RootDeviceName="/dev/sda1")

    spot(OrphanSnapshot(days=0), lambda client: [make(client), make(client)], good)
