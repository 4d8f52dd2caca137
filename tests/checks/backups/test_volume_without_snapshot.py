"""Disks in use of which nobody has a copy."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from steadyhand.checks.backups.volume_without_snapshot import COMES_AND_GOES, VolumeWithoutSnapshot
from steadyhand.sources.backup import Protected
from steadyhand.sources.ec2 import Instances, Snapshots, Volumes
from tests.canonical import ACCOUNT, REGION
from tests.checks.recorded import outcomes, spot
from tests.verbs import NOW, Facts, found, silent

CHECK = VolumeWithoutSnapshot()
STATELESS = "nothing is changed, so no state refuses a change"
EC2 = f"arn:aws:ec2:{REGION}:{ACCOUNT}"


def disk(name: str, of: str = "i-pet", age: float = 90, **more: Any) -> dict[str, Any]:
    attached = {"InstanceId": of, "VolumeId": name, "DeleteOnTermination": True}
    known = {"VolumeId": name, "Size": 8, "State": "in-use", "Attachments": [attached]}
    return known | {"CreateTime": NOW - timedelta(days=age)} | more


def copy(of: str, age: float, state: str = "completed") -> dict[str, Any]:
    taken = NOW - timedelta(days=age)
    return {"SnapshotId": f"snap-{of}", "VolumeId": of, "State": state, "StartTime": taken}


def backed_up(arn: str, age: float) -> dict[str, Any]:
    return {"ResourceArn": arn, "LastBackupTime": NOW - timedelta(days=age)}


def instance(name: str, *tags: str) -> dict[str, Any]:
    return {"InstanceId": name, "Tags": [{"Key": one, "Value": "x"} for one in tags]}


NODES = [instance(f"i-{n}", tag) for n, tag in enumerate(COMES_AND_GOES)]
STAYS = {"DeleteOnTermination": False, "InstanceId": "i-0", "VolumeId": "vol-of-a-node"}
BAD: Facts = {
    Volumes: [
        disk("vol-bare"),
        disk("vol-old-copy"),
        disk("vol-failed-copy"),
        disk("vol-lapsed-plan"),
        # Data that outlives the node: only what is deleted with it comes and goes.
        disk("vol-of-a-node", Attachments=[STAYS]),
        disk("vol-unknown-user", Attachments=[]),
    ],
    Snapshots: [
        copy("vol-old-copy", 40),
        copy("vol-old-copy", 15),
        copy("vol-failed-copy", 1, "error"),
        copy("vol-ffffffff", 1),
    ],
    Protected: [backed_up(f"{EC2}:volume/vol-lapsed-plan", 30)],
    Instances: [instance("i-pet", "Name"), *NODES],
}
GOOD: Facts = {
    Volumes: [
        disk("vol-copied"),
        # aws-samples/service-screener#11: a new disk has no snapshot yet.
        disk("vol-young", age=6),
        # prowler-cloud/prowler#6966: lifecycle policies make copies too, and need no plan of AWS Backup.
        disk("vol-by-policy"),
        disk("vol-by-backup"),
        # The instance as a whole is copied, and its disks with it.
        disk("vol-of-a-copied-instance", of="i-copied"),
        disk("vol-copying"),
        disk("vol-idle", State="available", Attachments=[]),
        disk("vol-leaving", State="deleting"),
        # ministryofjustice/analytical-platform#8078: what a node's disk holds is made anew.
        *(disk(f"vol-{n}", of=f"i-{n}") for n in range(len(NODES))),
    ],
    Snapshots: [
        copy("vol-copied", 14),
        copy("vol-copied", 50),
        copy("vol-by-policy", 1) | {"Tags": [{"Key": "aws:dlm:lifecycle-policy-id", "Value": "p"}]},
        copy("vol-copying", 0, "pending"),
    ],
    Protected: [
        backed_up(f"{EC2}:volume/vol-by-backup", 2),
        backed_up(f"{EC2}:instance/i-copied", 2),
        {"ResourceArn": f"{EC2}:volume/vol-by-policy"},
    ],
    Instances: [instance("i-pet"), instance("i-copied"), *NODES],
}


def test_says_since_when_and_of_what() -> None:
    told = {one.key: one.summary for one in found(CHECK, BAD)}
    assert told["vol-bare"] == "vol-bare (8 GB, of i-pet) has had no copy at all"
    assert told["vol-old-copy"].endswith("has had no copy since 08 November 2026")
    assert told["vol-lapsed-plan"].endswith("has had no copy since 24 October 2026")


@pytest.mark.parametrize("age", [14, 14.01])
def test_two_weeks_to_the_hour(age: float) -> None:
    said: Facts = {Volumes: [disk("vol")], Snapshots: [copy("vol", age)]}
    assert bool(found(CHECK, said)) is (age > CHECK.days)


def test_the_owner_says_how_old_a_copy_may_be() -> None:
    silent(VolumeWithoutSnapshot(days=15), {Volumes: [disk("v")], Snapshots: [copy("v", 15)]})


SAID = {
    "ec2:DescribeVolumes": lambda params: {
        "Volumes": [
            one
            for one in (*BAD[Volumes], *GOOD[Volumes])
            if one["VolumeId"] in params.get("VolumeIds", [one["VolumeId"]])
        ]
    },
    "ec2:DescribeSnapshots": lambda _: {"Snapshots": [*BAD[Snapshots], *GOOD[Snapshots]]},
    "backup:ListProtectedResources": lambda _: {"Results": [*BAD[Protected], *GOOD[Protected]]},
    "ec2:DescribeInstances": lambda _: {
        "Reservations": [{"Instances": [*BAD[Instances], instance("i-copied")]}]
    },
}


def test_sweep_and_event_find_the_same() -> None:
    spot(CHECK, SAID, [one["VolumeId"] for one in BAD[Volumes]])


def test_where_no_disk_is_in_use_nobody_asks_for_copies() -> None:
    asked = {"ec2:DescribeVolumes": lambda _: {"Volumes": [disk("v", State="available")]}}
    assert outcomes(CHECK, asked) == []
