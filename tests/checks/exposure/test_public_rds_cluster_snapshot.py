"""Cluster snapshots that every AWS account may restore."""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.checks.exposure.public_rds_cluster_snapshot import KIND, PublicRdsClusterSnapshot
from steadyhand.sources.rds import may_be_public
from tests.checks.exposure.database_snapshots import Shared
from tests.verbs import fix_and_undo, found, planned

CHECK = PublicRdsClusterSnapshot()
STATELESS = "It is shared already, so the states that pass lie behind it."
SHARED = Shared(KIND, "DBClusterSnapshot", "db_cluster_snapshot")
BAD, GOOD = SHARED.bad, SHARED.good


def plant(client: Any, name: str, *accounts: str) -> str:
    rds = client("rds")
    rds.create_db_cluster(
        DBClusterIdentifier=f"of-{name}",
        Engine="aurora-postgresql",
        MasterUsername="owner",
        MasterUserPassword="a-long-made-up-one",
    )
    rds.create_db_cluster_snapshot(
        DBClusterIdentifier=f"of-{name}", DBClusterSnapshotIdentifier=name
    )
    if accounts:
        SHARED.share(rds, name, "ValuesToAdd", *accounts)
    return name


PLANTING = SHARED.planting(plant)


def test_says_which() -> None:
    (orders,) = found(CHECK, BAD)
    assert orders.summary == "snapshot orders is shared with everybody"


def test_takes_nothing_but_everybody_away() -> None:
    (step,) = planned(CHECK, found(CHECK, BAD)[0])
    assert step.do.params["ValuesToRemove"] == ["all"]


def test_an_encrypted_one_is_not_asked() -> None:
    assert not may_be_public({"StorageEncrypted": True})
    assert may_be_public({"StorageEncrypted": False})


@pytest.mark.moto
def test_on_moto() -> None:
    fix_and_undo(
        CHECK,
        lambda client: [plant(client, "orders", "999999999999", "all")],
        lambda client: [plant(client, "users", "999999999999")],
    )
