"""Tables that one call deletes."""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.checks.backups.table_deletion_protection_off import TableDeletionProtectionOff
from steadyhand.sources.dynamodb import TableDescriptions
from tests.trust.lab import World
from tests.trust.scenes import Planting
from tests.verbs import ACCOUNT, REGION, fix_and_undo, found, planned

CHECK = TableDeletionProtectionOff()
EVENT = ("dynamodb:UpdateTable", {"TableName": "orders", "DeletionProtectionEnabled": False})


def table(name: str, *, protected: bool, items: int = 7, **more: Any) -> tuple[str, dict[str, Any]]:
    return name, {
        "TableName": name,
        "TableArn": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}",
        "TableStatus": "ACTIVE",
        "ItemCount": items,
        "DeletionProtectionEnabled": protected,
    } | more


BAD = {
    TableDescriptions: [
        table("orders", protected=False),
        table("busy", protected=False, TableStatus="UPDATING"),
        ("bare", {"TableName": "bare", "ItemCount": 1}),
    ]
}
GOOD = {
    TableDescriptions: [
        table("safe", protected=True),
        table("empty", protected=False, items=0),
        table("leaving", protected=False, TableStatus="DELETING"),
        ("unknown", {"TableName": "unknown"}),
    ]
}


def plant(client: Any, *, protected: bool) -> str:
    client("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        DeletionProtectionEnabled=protected,
    )
    client("dynamodb").put_item(TableName="orders", Item={"id": {"S": "1"}})
    return "orders"


def protected(world: World) -> bool:
    table = world.client("dynamodb").describe_table(TableName="orders")["Table"]
    return bool(table["DeletionProtectionEnabled"])


PLANTING = Planting(
    plant=lambda world: plant(world.client, protected=False), truth=protected, fixed=bool
)


def test_names_one_setting_alone() -> None:
    step = planned(CHECK, found(CHECK, BAD)[0])[0]
    assert step.undo
    assert step.do.params == {"TableName": "orders", "DeletionProtectionEnabled": True}
    assert step.undo.params == {"TableName": "orders", "DeletionProtectionEnabled": False}


@pytest.mark.moto
def test_on_moto() -> None:
    fix_and_undo(CHECK, lambda client: [plant(client, protected=False)])
