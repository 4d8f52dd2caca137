"""Databases in production that are not as their twin in staging."""

from __future__ import annotations

from typing import Any

from steadyhand.checks.deploys.database_environment_drift import DatabaseEnvironmentDrift
from steadyhand.sources.rds import DBInstances
from steadyhand.sources.twins import DatabaseTwins
from tests.canonical import ACCOUNT, REGION
from tests.checks.recorded import spot
from tests.verbs import found, silent

CHECK = DatabaseEnvironmentDrift()
STATELESS = "how a database is configured is compared while there is one, and we change nothing"
RARE = "a made-up database would have to be called as another one, but for its environment"


def database(name: str, **more: Any) -> dict[str, Any]:
    return {
        "DBInstanceIdentifier": name,
        "DBInstanceArn": f"arn:aws:rds:{REGION}:{ACCOUNT}:db:{name}",
        "DBInstanceStatus": "available",
        "Engine": "postgres",
        "EngineVersion": "16.4",
        "StorageEncrypted": True,
        "TagList": [],
    } | more


def facts(*databases: dict[str, Any]) -> dict[Any, Any]:
    return {DBInstances: list(databases), DatabaseTwins: list(databases)}


BAD = facts(
    database("shop-prod", DBInstanceClass="db.r6g.large", MultiAZ=True),
    database("shop-staging", EngineVersion="17.2", IAMDatabaseAuthenticationEnabled=True),
    database("prd-mail", StorageEncrypted=False),
    database("stg-mail"),
)
GOOD = facts(
    database("size-prod", DBInstanceClass="db.r6g.large", MultiAZ=True),
    database("size-staging", DBInstanceClass="db.t4g.micro"),
    database("alone-prod"),
    database("leaving-prod", DBInstanceStatus="deleting"),
    database("leaving-staging", EngineVersion="17.2"),
)


def test_says_what_differs() -> None:
    shop, mail = found(CHECK, BAD)
    assert shop.summary == (
        "shop-prod is not as shop-staging: version 16.4 here, 17.2 in staging; "
        "IAM login off here, on in staging"
    )
    assert mail.summary == "prd-mail is not as stg-mail: encryption off here, on in staging"
    silent(DatabaseEnvironmentDrift(but=("version", "IAM login", "encryption")), BAD)


def test_sweep_and_event_find_the_same() -> None:
    every = [*BAD[DBInstances], *GOOD[DBInstances]]

    def described(params: Any) -> Any:
        wanted = params.get("DBInstanceIdentifier")
        chosen = [one for one in every if wanted in (None, one["DBInstanceIdentifier"])]
        return {"DBInstances": chosen}

    spot(CHECK, {"rds:DescribeDBInstances": described}, ["shop-prod", "prd-mail"])
