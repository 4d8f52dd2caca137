"""Databases with a public address."""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.checks.exposure.public_rds_instance import PublicRdsInstance
from steadyhand.sources.rds import DBInstances
from tests.verbs import fix_and_undo, found

CHECK = PublicRdsInstance()


def instance(name: str, **more: Any) -> dict[str, Any]:
    arn = f"arn:aws:rds:eu-central-1:123456789012:db:{name}"
    return {"DBInstanceIdentifier": name, "DBInstanceArn": arn, "Engine": "postgres"} | more


BAD = {
    DBInstances: [
        instance("orders", PubliclyAccessible=True, TagList=[{"Key": "env", "Value": "prod"}]),
        instance(
            "soon", PubliclyAccessible=False, PendingModifiedValues={"PubliclyAccessible": True}
        ),
    ]
}
GOOD = {
    DBInstances: [
        instance("private", PubliclyAccessible=False),
        instance(
            "done", PubliclyAccessible=True, PendingModifiedValues={"PubliclyAccessible": False}
        ),
    ]
}


def test_says_which() -> None:
    orders, _ = found(CHECK, BAD)
    assert orders.summary == "database orders (postgres) has a public address"
    assert orders.tags == {"env": "prod"}


@pytest.mark.moto
def test_on_moto() -> None:
    def make(client: Any, name: str, public: bool) -> str:
        client("rds").create_db_instance(
            DBInstanceIdentifier=name,
            DBInstanceClass="db.t4g.micro",
            Engine="postgres",
            AllocatedStorage=20,
            MasterUsername="owner",
            MasterUserPassword="a-long-made-up-one",
            PubliclyAccessible=public,
        )
        return name

    def bad(client: Any) -> list[str]:
        return [make(client, "orders", True)]

    def good(client: Any) -> None:
        make(client, "private", False)

    fix_and_undo(CHECK, bad, good)
