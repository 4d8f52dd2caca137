"""Snapshots that every AWS account may restore."""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.checks.exposure.public_rds_snapshot import KIND, PublicRdsSnapshot
from steadyhand.sources.rds import may_be_public
from tests.checks.exposure.database_snapshots import Shared
from tests.verbs import fix_and_undo, found, planned

CHECK = PublicRdsSnapshot()
STATELESS = "It is shared already, so the states that pass lie behind it."
SHARED = Shared(KIND, "DBSnapshot", "db_snapshot")
BAD, GOOD = SHARED.bad, SHARED.good


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
    assert not may_be_public({"Encrypted": True})
    assert may_be_public({"Encrypted": False})


@pytest.mark.moto
def test_on_moto() -> None:
    fix_and_undo(
        CHECK,
        lambda client: [plant(client, "orders", "999999999999", "all")],
        lambda client: [plant(client, "users", "999999999999")],
    )
