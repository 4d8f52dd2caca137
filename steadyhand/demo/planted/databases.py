"""Databases and tables: reachable from everywhere, or without a way back."""

from __future__ import annotations

from steadyhand.model.planting import (
    DEVELOPMENT,
    PRODUCTION,
    STAGING,
    TEAM,
    Bomb,
    Ground,
    Healthy,
    Known,
    Things,
)

WEEK = 7


def plant(ground: Ground) -> Things:
    """Three instances and two tables with a bomb each, four without."""
    orders = instance(ground, "orders", STAGING, public=True, days=WEEK)
    yield Bomb("public_rds_instance", orders, STAGING)
    yield Known("public database", orders)
    billing = instance(ground, "billing", PRODUCTION, days=0)
    yield Bomb("rds_backups_off", billing, PRODUCTION)
    reports = instance(ground, "reports", DEVELOPMENT, days=1)
    yield Bomb("rds_backups_off", reports, DEVELOPMENT)
    yield Healthy("database", instance(ground, "shop", PRODUCTION, days=2 * WEEK))
    yield Healthy("database", instance(ground, "shop", STAGING, days=WEEK))

    yield Bomb("dynamodb_pitr_off", _table(ground, "baskets", PRODUCTION), PRODUCTION)
    yield Bomb("dynamodb_pitr_off", _table(ground, "wishlists", STAGING), STAGING)
    yield Healthy("table", _table(ground, "sessions", PRODUCTION, recovers=True))
    yield Healthy("table", _table(ground, "stock", DEVELOPMENT, recovers=True))


def instance(
    ground: Ground, what: str, environment: str, *, days: int, public: bool = False
) -> str:
    """One instance, private unless something else is said. None goes by a single call."""
    name = f"{TEAM}-{what}-{environment}"
    ground.client("rds").create_db_instance(
        DBInstanceIdentifier=name,
        DBInstanceClass="db.t4g.small",
        Engine="postgres",
        EngineVersion="16.4",
        AllocatedStorage=20,
        MasterUsername=TEAM,
        MasterUserPassword="not-a-real-password",
        PubliclyAccessible=public,
        BackupRetentionPeriod=days,
        DeletionProtection=True,
        Tags=ground.tags(name, environment),
    )
    return name


def _table(ground: Ground, what: str, environment: str, *, recovers: bool = False) -> str:
    name, dynamodb = f"{TEAM}-{what}-{environment}", ground.client("dynamodb")
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        Tags=ground.tags(name, environment),
    )
    if recovers:
        dynamodb.update_continuous_backups(
            TableName=name,
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
        )
    return name
