"""Volumes that nothing uses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from steadyhand.account import Account
from steadyhand.aws.client import Botocore
from steadyhand.checks.costs.unattached_volume import UnattachedVolume
from steadyhand.model import TOKEN, Answer, Call, ChangeState, ReadFailed, Ref
from steadyhand.sources.ec2 import Volumes
from tests.canonical import ACCOUNT, REGION
from tests.reconcilers import models
from tests.verbs import NOW, PERSON, at_rest, at_work, fix_and_undo, found, planned, silent

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


def dollars(region: str, **more: Any) -> tuple[float | None, str]:
    (finding,) = CHECK.find(Account(ACCOUNT, region, {Volumes: [volume("v", **more)]}), NOW)
    return finding.usd_per_month, finding.summary


GP2 = {"VolumeType": "gp2", "Size": 1000}
PRICES = {
    ("us-east-1", 1000): 100.0,
    ("sa-east-1", 1000): 190.0,
    ("ap-northeast-1", 1000): 120.0,
}


@pytest.mark.parametrize(("where", "usd"), PRICES.items())
def test_the_price_is_that_of_the_region(where: tuple[str, int], usd: float) -> None:
    region, size = where
    assert dollars(region, VolumeType="gp2", Size=size) == (
        usd,
        f"v ({size} GB) is attached to nothing; ${usd:,.2f} a month",
    )


def test_a_region_without_a_price_is_said_to_be_priced_as_another() -> None:
    usd, said = dollars("me-south-1", **GP2)
    assert usd == 100.0
    assert said.endswith("; about $100.00 a month (price of us-east-1)")
    assert dollars("sa-east-1", VolumeType="io2")[1].endswith("(price of us-east-1)")


@pytest.mark.parametrize("region", ["cn-north-1", "cn-northwest-1", "eusc-de-east-1"])
def test_nobody_pays_dollars_there(region: str) -> None:
    assert dollars(region, **GP2) == (None, "v (1000 GB) is attached to nothing")


IOPS = {0: 0.0, 32_000: 2080.0, 64_000: 3552.0, 80_000: 4064.0}


@pytest.mark.parametrize(("iops", "usd"), IOPS.items())
def test_the_iops_of_io2_have_three_tiers(iops: int, usd: float) -> None:
    assert dollars("us-east-1", VolumeType="io2", Size=0, Iops=iops)[0] == usd


def test_a_kind_that_nobody_knows_has_no_price() -> None:
    assert dollars("us-east-1", VolumeType="gp9")[0] is None


OUTPOST = f"arn:aws:outposts:eu-central-1:{ACCOUNT}:outpost/op-0123456789abcdef0"


def test_a_volume_of_an_outpost_is_made_again_there() -> None:
    (finding,) = found(CHECK, {Volumes: [volume("vol-o", OutpostArn=OUTPOST)]})
    undo = planned(CHECK, finding)[1].undo
    assert undo
    assert undo.params["OutpostArn"] == OUTPOST


UNTOUCHED = {
    "managed": volume("v", Operator={"Managed": True, "Principal": "eks.amazonaws.com"}),
    "no size told": {name: v for name, v in volume("v").items() if name != "Size"},
}


@pytest.mark.parametrize("known", UNTOUCHED.values(), ids=UNTOUCHED)
def test_what_cannot_be_made_again_or_deleted_has_no_plan(known: dict[str, Any]) -> None:
    """AWS refuses to delete what a service manages: managed instances of the EC2 user guide."""
    (finding,) = found(CHECK, {Volumes: [known]})
    assert planned(CHECK, finding) == []


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
    fix_and_undo(UnattachedVolume(days=0), bad, good, now=soon, exact=False)


@pytest.mark.moto
@pytest.mark.parametrize("unseen", ["refused", "empty"])
def test_a_snapshot_that_cannot_be_seen_yet_is_not_gone(
    unseen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """cases/aws 13: right after CreateSnapshot, DescribeSnapshots answers InvalidSnapshot.NotFound.

    Or it leaves the snapshot out ("Eventual consistency in the Amazon EC2 API"). That means "not
    yet": nothing is deleted, no second one is made, and the change goes on once it shows.
    """
    with mock_aws():
        made = boto3.client("ec2", REGION).create_volume(Size=1, AvailabilityZone=f"{REGION}a")
        later = datetime.now(UTC) + timedelta(days=20)
        aws = Botocore(REGION, session=models(), identity=f"arn:aws:iam::{ACCOUNT}:user/test")
        aws = aws.with_(workers=False)
        here, clock = at_work(CHECK, aws, later)
        assert here.sweep([CHECK]).troubles == []
        ec2 = boto3.client("ec2", REGION)
        of_it = [{"Name": "volume-id", "Values": [made["VolumeId"]]}]
        whole, asked = aws.pages, list[Call]()

        def pages(call: Call) -> Iterator[Answer]:
            is_there = bool(ec2.describe_snapshots(Filters=of_it)["Snapshots"])
            if call.action != "ec2:DescribeSnapshots" or not is_there:
                yield from whole(call)
                return
            asked.append(call)
            if unseen == "refused":
                raise ReadFailed("InvalidSnapshot.NotFound", "The snapshot does not exist.")
            yield {"Snapshots": []}

        monkeypatch.setattr(aws, "pages", pages)
        (finding,) = here.ledger.records()
        change = here.fix(CHECK, finding, PERSON)
        for _ in range(3):
            clock.turn(minutes=4)
            here.settle()
            now = here.ledger.change(change.id)
            assert now
            assert (now.state, now.current) == (ChangeState.DOING, 0), now.reason
        assert asked
        monkeypatch.setattr(aws, "pages", whole)
        assert len(ec2.describe_snapshots(Filters=of_it)["Snapshots"]) == 1
        assert [one["VolumeId"] for one in ec2.describe_volumes()["Volumes"]] == [made["VolumeId"]]
        assert at_rest(here, clock, change).state is ChangeState.VERIFIED
        assert ec2.describe_volumes()["Volumes"] == []
