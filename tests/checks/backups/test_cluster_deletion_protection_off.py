"""Clusters of databases that one call deletes."""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.checks.backups.cluster_deletion_protection_off import ClusterDeletionProtectionOff
from steadyhand.sources.rds import DBClusters
from tests.canonical import ACCOUNT, REGION
from tests.trust.lab import World
from tests.trust.scenes import Planting
from tests.verbs import Facts, fix_and_undo, found, planned

CHECK = ClusterDeletionProtectionOff()
EVENT = ("rds:ModifyDBCluster", {"DBClusterIdentifier": "orders", "DeletionProtection": False})
ENGINES = ("aurora-postgresql", "aurora-mysql", "postgres", "docdb", "neptune")


def cluster(name: str, *, protected: bool, **more: Any) -> dict[str, Any]:
    return {
        "DBClusterIdentifier": name,
        "DBClusterArn": f"arn:aws:rds:{REGION}:{ACCOUNT}:cluster:{name}",
        "Status": "available",
        "Engine": "aurora-postgresql",
        "DeletionProtection": protected,
        "TagList": [],
    } | more


SOURCE = f"arn:aws:rds:eu-west-1:{ACCOUNT}:cluster:orders"
BAD: Facts = {
    DBClusters: [
        *(cluster(one, protected=False, Engine=one) for one in ENGINES),
        cluster("busy", protected=False, Status="modifying"),
        cluster("asleep", protected=False, Status="stopped"),
    ]
}
GOOD: Facts = {
    DBClusters: [
        *(cluster(one, protected=True, Engine=one) for one in ENGINES),
        cluster("replica", protected=False, ReplicationSourceIdentifier=SOURCE),
        cluster("leaving", protected=False, Status="deleting"),
        {"DBClusterIdentifier": "bare"},
    ]
}


def test_names_one_setting_alone() -> None:
    """Not ApplyImmediately, which would apply what waits for the maintenance window too."""
    for finding in found(CHECK, BAD):
        for step in planned(CHECK, finding):
            assert step.undo
            assert step.do.params == {
                "DBClusterIdentifier": finding.key,
                "DeletionProtection": True,
            }
            assert step.undo.params == {**step.do.params, "DeletionProtection": False}


def plant(client: Any, name: str, engine: str, *, protected: bool) -> str:
    client("rds").create_db_cluster(
        DBClusterIdentifier=name,
        Engine=engine,
        MasterUsername="u",
        MasterUserPassword="made-up-and-long",
        DeletionProtection=protected,
    )
    return name


def protected(world: World) -> bool:
    (one,) = world.client("rds").describe_db_clusters()["DBClusters"]
    return bool(one["DeletionProtection"])


PLANTING = Planting(
    plant=lambda world: plant(world.client, "orders", "aurora-postgresql", protected=False),
    truth=protected,
    fixed=bool,
)


@pytest.mark.moto
def test_on_moto() -> None:
    fix_and_undo(
        CHECK,
        lambda client: [plant(client, "orders", "aurora-postgresql", protected=False)],
        lambda client: plant(client, "safe", "aurora-mysql", protected=True),
    )
