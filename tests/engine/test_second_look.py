"""What is deleted in a later step is looked at again on the day: a volume, whose snapshot took its time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from steadyhand.aws.client import Botocore
from steadyhand.checks.costs.unattached_volume import UnattachedVolume
from steadyhand.model import Answer, Call, ChangeState
from tests.canonical import ACCOUNT, REGION
from tests.reconcilers import models
from tests.verbs import PERSON, at_rest, at_work

CHECK = UnattachedVolume()


def attached(ec2: Any, volume: str) -> None:
    made = ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)["Instances"][0]
    ec2.attach_volume(VolumeId=volume, InstanceId=made["InstanceId"], Device="/dev/sdf")


def left_without_its_snapshot(ec2: Any, volume: str) -> None:
    of_it = [{"Name": "volume-id", "Values": [volume]}]
    (one,) = ec2.describe_snapshots(Filters=of_it)["Snapshots"]
    ec2.delete_snapshot(SnapshotId=one["SnapshotId"])


def untouched(ec2: Any, volume: str) -> None:
    del ec2, volume


@pytest.mark.moto
@pytest.mark.parametrize(
    ("meanwhile", "then", "stays"),
    [
        (attached, "completed", True),
        (left_without_its_snapshot, "completed", False),
        (untouched, "error", True),
    ],
)
def test_on_the_day_it_is_looked_at_again(
    meanwhile: Any, then: str, stays: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A snapshot may take hours ("Create Amazon EBS snapshots"); the volume is deleted after another look.

    What somebody did to it meanwhile is theirs. Without a snapshot that is whole nothing is deleted: one that
    somebody took away is made anew.
    """
    with mock_aws():
        ec2 = boto3.client("ec2", REGION)
        volume = ec2.create_volume(Size=1, AvailabilityZone=f"{REGION}a")["VolumeId"]
        later = datetime.now(UTC) + timedelta(days=20)
        aws = Botocore(REGION, session=models(), identity=f"arn:aws:iam::{ACCOUNT}:user/test")
        aws = aws.with_(workers=False)
        here, clock = at_work(CHECK, aws, later)
        here.sweep([CHECK])
        whole, state = aws.pages, ["pending"]

        def pages(call: Call) -> Iterator[Answer]:
            for answer in whole(call):
                found = answer.get("Snapshots")
                told = [{**one, "State": state[0]} for one in found or ()]
                yield answer if found is None else {**answer, "Snapshots": told}

        monkeypatch.setattr(aws, "pages", pages)
        (finding,) = here.ledger.records()
        change = here.fix(CHECK, finding, PERSON)
        for _ in range(3):
            clock.turn(hours=1)
            here.settle()
        waiting = here.ledger.change(change.id)
        assert waiting
        assert (waiting.state, waiting.current) == (ChangeState.DOING, 0), waiting.reason
        meanwhile(ec2, volume)
        state[0] = then
        end = at_rest(here, clock, change)
        left = [one["VolumeId"] for one in ec2.describe_volumes()["Volumes"]]
        assert (volume in left, end.state is not ChangeState.VERIFIED) == (stays, stays), end.reason
        of_it = ec2.describe_snapshots(Filters=[{"Name": "volume-id", "Values": [volume]}])
        there = {one["SnapshotId"] for one in of_it["Snapshots"]}
        assert stays or end.steps[0].keep["SnapshotId"] in there, "it can be made again"
