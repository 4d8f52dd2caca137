"""Snapshots that every AWS account may restore."""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.checks.exposure.public_rds_snapshot import PublicRdsSnapshot
from steadyhand.sources.rds import ManualSnapshots, SnapshotSharing, may_be_public
from tests.defuse import defuse, found, planned
from tests.trust.lab import World
from tests.trust.scenes import Planting, Touch

CHECK = PublicRdsSnapshot()


def shared(name: str, *accounts: str) -> tuple[str, dict[str, Any]]:
    said = {"AttributeName": "restore", "AttributeValues": list(accounts)}
    return name, {"DBSnapshotIdentifier": name, "DBSnapshotAttributes": [said]}


BAD = {
    ManualSnapshots: [{"DBSnapshotIdentifier": "orders"}],
    SnapshotSharing: [shared("orders", "999999999999", "all")],
}
GOOD = {
    ManualSnapshots: [{"DBSnapshotIdentifier": name} for name in ("ours", "theirs", "sealed")],
    SnapshotSharing: [shared("ours"), shared("theirs", "999999999999")],
}


def plant(client: Any, name: str, *accounts: str) -> str:
    rds = client("rds")
    rds.create_db_instance(
        DBInstanceIdentifier=f"of-{name}",
        DBInstanceClass="db.t4g.micro",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="owner",
        MasterUserPassword="a-long-made-up-one",
    )
    rds.create_db_snapshot(DBInstanceIdentifier=f"of-{name}", DBSnapshotIdentifier=name)
    if accounts:
        rds.modify_db_snapshot_attribute(
            DBSnapshotIdentifier=name, AttributeName="restore", ValuesToAdd=list(accounts)
        )
    return name


def shares(world: World) -> Any:
    said = world.client("rds").describe_db_snapshot_attributes(DBSnapshotIdentifier="orders")
    (restore,) = [
        one["AttributeValues"]
        for one in said["DBSnapshotAttributesResult"]["DBSnapshotAttributes"]
        if one["AttributeName"] == "restore"
    ]
    return sorted(restore)


def partner(operation: str) -> Touch:
    """Somebody shares it with a partner, or no longer."""
    return lambda world: world.client("rds").modify_db_snapshot_attribute(
        DBSnapshotIdentifier="orders",
        AttributeName="restore",
        **{operation: ["888888888888"]},
    )


PLANTING = Planting(
    plant=lambda world: plant(world.client, "orders", "999999999999", "all"),
    truth=shares,
    fixed=lambda said: "all" not in said,
    beside=[(partner("ValuesToAdd"), partner("ValuesToRemove"))],
)


def test_says_which() -> None:
    (orders,) = found(CHECK, BAD)
    assert orders.summary == "orders is shared with everybody"


def test_takes_nothing_but_everybody_away() -> None:
    (step,) = planned(CHECK, found(CHECK, BAD)[0])
    assert step.do.params["ValuesToRemove"] == ["all"]


def test_an_encrypted_one_is_not_asked() -> None:
    assert not may_be_public({"Encrypted": True})
    assert may_be_public({"Encrypted": False})


@pytest.mark.moto
def test_on_moto() -> None:
    defuse(
        CHECK,
        lambda client: [plant(client, "orders", "999999999999", "all")],
        lambda client: [plant(client, "users", "999999999999")],
    )
