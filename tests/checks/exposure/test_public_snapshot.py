"""Snapshots that every AWS account may restore. moto's list cannot be asked for them: recorded answers."""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.checks.exposure.public_snapshot import PublicSnapshot
from steadyhand.model import ReadFailed, Risk
from steadyhand.sources.ec2_sharing import SnapshotBlock, SnapshotSharing
from tests.checks.recorded import outcomes, spot
from tests.trust.lab import World
from tests.trust.scenes import Planting, Touch
from tests.verbs import NOW, found, planned, silent

CHECK = PublicSnapshot()
STATELESS = "It is shared already, so the states that pass lie behind it."
SNAPSHOT = "snap-0123456789abcdef0"


def sharing_of(name: str, *groups: str) -> tuple[str, dict[str, Any]]:
    permissions: list[dict[str, str]] = [{"UserId": "999999999999"}]
    return name, {"CreateVolumePermissions": permissions + [{"Group": one} for one in groups]}


BAD = {
    SnapshotSharing: [sharing_of(SNAPSHOT, "all"), sharing_of("snap-2", "all")],
    SnapshotBlock: ["unblocked"],
}
GOOD = {SnapshotSharing: [sharing_of(SNAPSHOT)], SnapshotBlock: ["unblocked"]}


def aws(block: Any, *shared: str, listed: tuple[str, ...] = ()) -> dict[str, Any]:
    """DescribeSnapshots narrows by owner and by who may restore, as AWS documents both
    (AWSEC2/latest/APIReference/API_DescribeSnapshots.html)."""

    def describe(params: Any) -> Any:
        assert params["OwnerIds"] == ["self"]
        assert params["RestorableByUserIds"] == ["all"]
        return {"Snapshots": [{"SnapshotId": one} for one in (*shared, *listed)]}

    def permissions(params: Any) -> Any:
        name = params["SnapshotId"]
        return sharing_of(name, *(["all"] if name in shared else []))[1] | {"SnapshotId": name}

    return {
        "ec2:DescribeSnapshots": describe,
        "ec2:DescribeSnapshotAttribute": permissions,
        "ec2:GetSnapshotBlockPublicAccessState": lambda _: block,
    }


def plant(world: World) -> str:
    """One that everybody may restore. moto's list does not narrow by who may, so it is told here;
    moto knows no block of the region (API_GetSnapshotBlockPublicAccessState: `unblocked`)."""
    ec2 = world.client("ec2")
    volume = ec2.create_volume(AvailabilityZone="eu-central-1a", Size=8)["VolumeId"]
    made = str(ec2.create_snapshot(VolumeId=volume)["SnapshotId"])
    ec2.modify_snapshot_attribute(**sharing(made, "add", GroupNames=["all"]))
    ec2.modify_snapshot_attribute(**sharing(made, "add", UserIds=["999999999999"]))

    def describe(params: Any) -> Any:
        answer = ec2.describe_snapshots(
            **{name: said for name, said in params.items() if name != "RestorableByUserIds"}
        )
        if "RestorableByUserIds" in params:
            answer["Snapshots"] = [
                one for one in answer["Snapshots"] if "all" in restorers(world, one["SnapshotId"])
            ]
        return answer

    world.answers["ec2:DescribeSnapshots"] = describe
    world.answers["ec2:GetSnapshotBlockPublicAccessState"] = lambda _: {"State": "unblocked"}
    return made


def sharing(name: str, operation: str, **whom: Any) -> dict[str, Any]:
    said = {"SnapshotId": name, "Attribute": "createVolumePermission"}
    return {**said, "OperationType": operation, **whom}


def restorers(world: World, name: str) -> list[str]:
    said = world.client("ec2").describe_snapshot_attribute(
        SnapshotId=name, Attribute="createVolumePermission"
    )
    return sorted(str(one.get("Group") or one["UserId"]) for one in said["CreateVolumePermissions"])


def first(world: World) -> str:
    found = world.client("ec2").describe_snapshots(OwnerIds=["self"])["Snapshots"]
    return str(found[0]["SnapshotId"])


def partner(operation: str) -> Touch:
    """Somebody shares it with a partner, or no longer."""
    return lambda world: world.client("ec2").modify_snapshot_attribute(
        **sharing(first(world), operation, UserIds=["888888888888"])
    )


PLANTING = Planting(
    plant=plant,
    truth=lambda world: restorers(world, first(world)),
    fixed=lambda said: "all" not in said,
    beside=[(partner("add"), partner("remove"))],
)


def test_says_which() -> None:
    first_, _ = found(CHECK, BAD)
    assert first_.summary == f"snapshot {SNAPSHOT} is shared with everybody"


def test_takes_nothing_but_everybody_away() -> None:
    (step,) = planned(CHECK, found(CHECK, BAD)[0])
    assert step.undo
    assert step.do.params["GroupNames"] == step.undo.params["GroupNames"] == ["all"]
    assert "UserIds" not in step.do.params


@pytest.mark.parametrize(
    ("block", "blind"),
    [
        ({"State": "block-new-sharing"}, 0),
        (ReadFailed("UnauthorizedOperation", "you may not"), 1),
    ],
)
def test_what_could_not_be_shared_again_is_a_persons(block: Any, blind: int) -> None:
    """A region that blocks new public sharing would refuse the undo."""
    finding, *unknown = outcomes(CHECK, aws(block, SNAPSHOT), NOW)
    assert CHECK.risk_of(finding) is Risk.APPROVAL
    assert [step.undo for step in CHECK.plan(finding)] == [None]
    assert "again" in finding.summary
    assert len(unknown) == blind


def test_sweep_and_event_find_the_same() -> None:
    spot(CHECK, aws({"State": "unblocked"}, SNAPSHOT, "snap-2"), [SNAPSHOT, "snap-2"])


def test_a_region_that_blocks_all_sharing_shares_nothing() -> None:
    spot(CHECK, aws({"State": "block-all-sharing"}, SNAPSHOT), [])
    silent(CHECK, BAD | {SnapshotBlock: ["block-all-sharing"]})


def test_where_nothing_is_shared_nobody_asks_for_the_block() -> None:
    asked = aws(ReadFailed("AccessDenied", "not asked"), listed=("snap-3",))
    assert outcomes(CHECK, asked, NOW) == []
