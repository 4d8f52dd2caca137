"""Database instances that one call deletes."""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.checks.backups.rds_deletion_protection_off import RdsDeletionProtectionOff
from steadyhand.sources.rds import DBInstances
from tests.trust.lab import World
from tests.trust.scenes import Planting
from tests.verbs import ACCOUNT, REGION, fix_and_undo, found, planned

CHECK = RdsDeletionProtectionOff()


def database(name: str, *, protected: bool, **more: Any) -> dict[str, Any]:
    return {
        "DBInstanceIdentifier": name,
        "DBInstanceArn": f"arn:aws:rds:{REGION}:{ACCOUNT}:db:{name}",
        "DBInstanceStatus": "available",
        "DeletionProtection": protected,
        "TagList": [],
    } | more


BAD = {DBInstances: [database("orders", protected=False)]}
GOOD = {
    DBInstances: [
        database("safe", protected=True),
        database("in-a-cluster", protected=False, DBClusterIdentifier="c"),
        database("replica", protected=False, ReadReplicaSourceDBInstanceIdentifier="orders"),
        database("far-replica", protected=False, ReadReplicaSourceDBClusterIdentifier="c"),
        database("leaving", protected=False, DBInstanceStatus="deleting"),
        {"DBInstanceIdentifier": "bare"},
    ]
}


def plant(client: Any, *, protected: bool) -> str:
    client("rds").create_db_instance(
        DBInstanceIdentifier="orders",
        DBInstanceClass="db.t4g.micro",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="u",
        MasterUserPassword="made-up-and-long",
        DeletionProtection=protected,
    )
    return "orders"


def protected(world: World) -> bool:
    (one,) = world.client("rds").describe_db_instances()["DBInstances"]
    return bool(one["DeletionProtection"])


PLANTING = Planting(
    plant=lambda world: plant(world.client, protected=False), truth=protected, fixed=bool
)


def test_sets_one_setting_alone() -> None:
    (step,) = planned(CHECK, found(CHECK, BAD)[0])
    assert step.undo
    assert set(step.do.params) - {"DBInstanceIdentifier", "ApplyImmediately"} == {
        "DeletionProtection"
    }
    assert (step.do.params["DeletionProtection"], step.undo.params["DeletionProtection"]) == (
        True,
        False,
    )


@pytest.mark.moto
def test_on_moto() -> None:
    fix_and_undo(CHECK, lambda client: [plant(client, protected=False)])
