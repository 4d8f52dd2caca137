"""Databases that are about to run out of storage."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.account import Account
from steadyhand.checks.monitoring.rds_storage_filling import (
    GIB,
    LARGEST,
    RdsStorageFilling,
    left,
)
from steadyhand.model import Finding
from steadyhand.sources.cloudwatch import FreeStorage
from steadyhand.sources.rds import DBInstances
from tests.canonical import ACCOUNT, REGION
from tests.trust.lab import World
from tests.trust.scenes import Planting
from tests.verbs import NOW, fix_and_undo, found, planned

CHECK = RdsStorageFilling()
ARN = f"arn:aws:rds:{REGION}:{ACCOUNT}:db:"


def instance(name: str, has: int = 100, most: int | None = None, **more: Any) -> dict[str, Any]:
    known = {
        "DBInstanceIdentifier": name,
        "DBInstanceArn": ARN + name,
        "DBInstanceStatus": "available",
        "Engine": "postgres",
        "AllocatedStorage": has,
    }
    return known | ({} if most is None else {"MaxAllocatedStorage": most}) | more


def daily(*numbers: float) -> list[tuple[datetime, float]]:
    """A number of each day, the latest first, as CloudWatch tells them."""
    return [(NOW - timedelta(days=ago), one) for ago, one in enumerate(numbers)]


def free(name: str, *gib: float) -> tuple[str, list[tuple[datetime, float]]]:
    """What was free on each day, the latest first."""
    return name, daily(*(one * GIB for one in gib))


FALLING = [30 + 3 * day for day in range(14)]
BAD = {
    DBInstances: [
        instance("orders"), instance("low"), instance("limited", 100, 105),
        instance("huge", 65_000), instance("full", DBInstanceStatus="storage-full"),
    ],
    FreeStorage: [
        free("orders", *FALLING), free("low", 9.9, 9.9), free("limited", *FALLING),
        free("huge", *[day * 1000 + 1000 for day in range(14)]), free("full", 0.5, 5, 10),
    ],
}  # fmt: skip
GOOD = {
    DBInstances: [
        instance("scales", 100, 1000), instance("steady"), instance("slow"), instance("emptied"),
        instance("new"), instance("unmeasured"), instance("aurora", 1, Engine="aurora-mysql"),
        instance("member", 1, DBClusterIdentifier="c"), instance("leaving", 0),
    ],
    FreeStorage: [
        free("scales", *FALLING), free("steady", *[30] * 14),
        free("slow", *[60 + 3 * day for day in range(14)]), free("emptied", *reversed(FALLING)),
        free("new", 20, 60), free("aurora", 0.01), free("member", 0.01), free("leaving", 0.1),
        free("unmeasured"),
    ],
}  # fmt: skip


def test_says_when_it_is_full() -> None:
    said = {one.key: one for one in found(CHECK, BAD)}
    assert said["orders"].summary == (
        "orders is full on 03 December 2026 as it grows, of 100 GiB, and nothing gives it more"
    )
    assert said["orders"].detonates_at == datetime(2026, 12, 3, tzinfo=UTC)
    assert "low has less than a tenth free" in said["low"].summary
    assert said["full"].summary.endswith("it is storage full: give it more storage first")


def test_a_limit_is_only_ever_raised() -> None:
    limits = {}
    for one in found(CHECK, BAD):
        for step in planned(CHECK, one):
            assert step.undo
            limits[one.key] = (
                step.undo.params["MaxAllocatedStorage"],
                step.do.params["MaxAllocatedStorage"],
            )
            assert "ApplyImmediately" not in step.do.params, "nothing that waits is applied with it"
    assert limits == {
        "orders": (100, 200),
        "low": (100, 200),
        "limited": (105, 200),
        "huge": (65_000, LARGEST),
    }


@given(days=st.lists(st.floats(0, 1e15), min_size=1, max_size=14))
def test_whatever_was_measured_it_lasts_some_time(days: list[float]) -> None:
    assert timedelta(0) <= left(daily(*days)) <= timedelta(days=36_500)
    facts = {DBInstances: [instance("x")], FreeStorage: [("x", daily(*days))]}
    for one in CHECK.find(Account.of(facts), NOW):
        assert isinstance(one, Finding)


@given(
    now=st.floats(1, 1e13),
    lost=st.floats(1, 1e12),
    days=st.sets(st.integers(1, 13), min_size=2).flatmap(lambda days: st.permutations([0, *days])),
)
def test_a_straight_line_ends_where_it_ends(now: float, lost: float, days: list[int]) -> None:
    """Whichever days have no number, because it was stopped, and in whatever order the others come."""
    line = [(NOW - timedelta(days=day), now + lost * day) for day in days]
    assert left(line) / timedelta(days=1) == pytest.approx(min(now / lost, 36_500), abs=1e-6)


def plant(client: Any, at: datetime | None = None) -> str:
    """A database, and CloudWatch's word of what was free on each day, for two days to come too."""
    client("rds").create_db_instance(
        DBInstanceIdentifier="orders", DBInstanceClass="db.t4g.micro", Engine="postgres",
        AllocatedStorage=100, MasterUsername="owner", MasterUserPassword="a-long-made-up-one",
    )  # fmt: skip
    now = at or datetime.now(UTC)
    client("cloudwatch").put_metric_data(
        Namespace="AWS/RDS",
        MetricData=[
            {
                "MetricName": "FreeStorageSpace",
                "Dimensions": [{"Name": "DBInstanceIdentifier", "Value": "orders"}],
                "Timestamp": now + timedelta(hours=6 * number),
                "Value": (8 - number / 10) * GIB,
            }
            for number in range(-60, 12)
        ],
    )
    return "orders"


def storage(world: World) -> dict[str, Any]:
    (said,) = world.client("rds").describe_db_instances()["DBInstances"]
    names = ("AllocatedStorage", "MaxAllocatedStorage", "BackupRetentionPeriod")
    return {name: said.get(name) for name in names}


def backups(days: int) -> Any:
    return lambda world: world.client("rds").modify_db_instance(
        DBInstanceIdentifier="orders", BackupRetentionPeriod=days, ApplyImmediately=True
    )


PLANTING = Planting(
    plant=lambda world: plant(world.client, world.clock.at),
    truth=storage,
    fixed=lambda said: said["MaxAllocatedStorage"] == 200,
    beside=[(backups(9), backups(1))],
)


@pytest.mark.moto
def test_on_moto() -> None:
    fix_and_undo(CHECK, lambda client: [plant(client)])
