"""What holds data: tables, databases, clusters of them, disks, and copies that are shared with everybody."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

from tests.verify.planting import TAGS, Made, shared
from tests.verify.sandbox import NotTried, Sandbox

EVERYBODY = "all"


def table(sandbox: Sandbox) -> Made:
    """A table, looked at the moment it is there: recovery cannot be switched on at once."""
    dynamodb, name = sandbox.client("dynamodb"), sandbox.named("table")
    sandbox.removing(f"table {name}", lambda: dynamodb.delete_table(TableName=name))
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        Tags=TAGS,
    )

    def is_fixed() -> bool:
        said = dynamodb.describe_continuous_backups(TableName=name)
        state = said["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
        return bool(state["PointInTimeRecoveryStatus"] == "ENABLED")

    return Made(name, is_fixed)


def has_network(sandbox: Sandbox) -> None:
    """Databases go into the default VPC. `NotTried` where there is none."""
    if not any(one["IsDefault"] for one in sandbox.client("ec2").describe_vpcs()["Vpcs"]):
        raise NotTried("the account has no default VPC")


def instance(sandbox: Sandbox, what: str, **said: Any) -> str:
    """The smallest database, unencrypted so that it can be shared, and its removal."""
    has_network(sandbox)
    rds, name = sandbox.client("rds"), sandbox.named(what)

    def remove() -> None:
        rds.modify_db_instance(
            DBInstanceIdentifier=name, DeletionProtection=False, ApplyImmediately=True
        )
        rds.delete_db_instance(
            DBInstanceIdentifier=name, SkipFinalSnapshot=True, DeleteAutomatedBackups=True
        )

    sandbox.removing(f"database {name}", remove)
    usual = {"PubliclyAccessible": False, "BackupRetentionPeriod": 7, "DeletionProtection": True}
    rds.create_db_instance(
        DBInstanceIdentifier=name,
        DBInstanceClass="db.t4g.micro",
        Engine="postgres",
        AllocatedStorage=20,
        StorageEncrypted=False,
        MasterUsername="verifying",
        MasterUserPassword=secrets.token_hex(16),
        Tags=TAGS,
        **(usual | said),
    )
    return name


def seen(sandbox: Sandbox, name: str) -> Any:
    """The database as RDS shows it."""
    (found,) = sandbox.client("rds").describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
    return found


def is_available(sandbox: Sandbox, name: str) -> bool:
    return bool(seen(sandbox, name)["DBInstanceStatus"] == "available")


def unprotected(sandbox: Sandbox) -> Made:
    """A database that one call deletes."""
    name = instance(sandbox, "unprotected", DeletionProtection=False)
    return Made(
        name,
        lambda: bool(seen(sandbox, name)["DeletionProtection"]),
        partial(is_available, sandbox, name),
    )


def short_backups(sandbox: Sandbox) -> Made:
    """A database that keeps its backups for one day."""
    name = instance(sandbox, "forgetful", BackupRetentionPeriod=1)
    return Made(
        name,
        lambda: bool(seen(sandbox, name)["BackupRetentionPeriod"] == 7),
        partial(is_available, sandbox, name),
    )


def database_copy(sandbox: Sandbox) -> Made:
    """A copy of a database that is shared with everybody."""
    rds, database, name = sandbox.client("rds"), instance(sandbox, "copied"), sandbox.named("copy")
    remove = partial(rds.delete_db_snapshot, DBSnapshotIdentifier=name)

    def status() -> str:
        (found,) = rds.describe_db_snapshots(DBSnapshotIdentifier=name)["DBSnapshots"]
        return str(found["Status"])

    def make() -> None:
        sandbox.removing(f"database snapshot {name}", remove)
        rds.create_db_snapshot(DBInstanceIdentifier=database, DBSnapshotIdentifier=name, Tags=TAGS)

    share = partial(
        rds.modify_db_snapshot_attribute,
        DBSnapshotIdentifier=name,
        AttributeName="restore",
        ValuesToAdd=[EVERYBODY],
    )

    def is_fixed() -> bool:
        said = rds.describe_db_snapshot_attributes(DBSnapshotIdentifier=name)
        return not is_open(said["DBSnapshotAttributesResult"]["DBSnapshotAttributes"])

    return Made(
        name,
        is_fixed,
        copying(partial(is_available, sandbox, database), make, status, share),
        is_late=True,
    )


def copying(
    stands: Callable[[], bool],
    make: Callable[[], Any],
    status: Callable[[], str],
    share: Callable[[], Any],
) -> Callable[[], bool]:
    """One step a look: what is copied stands, the copy is begun, is there, and is shared."""
    begun: list[bool] = []

    def look() -> bool:
        if not begun:
            if stands():
                make()
                begun.append(True)
            return False
        if status() not in {"available", "completed"}:
            return False
        shared(share, "such a copy")
        return True

    return look


def is_open(attributes: Any) -> bool:
    """Is it shared with everybody?"""
    return any(EVERYBODY in one.get("AttributeValues", ()) for one in attributes)


def cluster(sandbox: Sandbox, what: str, *, protected: bool) -> str:
    """A cluster without an instance: it costs nothing but what it stores."""
    has_network(sandbox)
    rds, name = sandbox.client("rds"), sandbox.named(what)

    def remove() -> None:
        rds.modify_db_cluster(DBClusterIdentifier=name, DeletionProtection=False)
        rds.delete_db_cluster(DBClusterIdentifier=name, SkipFinalSnapshot=True)

    sandbox.removing(f"database cluster {name}", remove)
    rds.create_db_cluster(
        DBClusterIdentifier=name,
        Engine="aurora-postgresql",
        MasterUsername="verifying",
        MasterUserPassword=secrets.token_hex(16),
        DeletionProtection=protected,
        StorageEncrypted=False,
        Tags=TAGS,
    )
    return name


def cluster_seen(sandbox: Sandbox, name: str) -> Any:
    (found,) = sandbox.client("rds").describe_db_clusters(DBClusterIdentifier=name)["DBClusters"]
    return found


def unprotected_cluster(sandbox: Sandbox) -> Made:
    """A cluster that one call deletes."""
    name = cluster(sandbox, "cluster", protected=False)
    return Made(
        name,
        lambda: bool(cluster_seen(sandbox, name)["DeletionProtection"]),
        lambda: bool(cluster_seen(sandbox, name)["Status"] == "available"),
    )


def cluster_copy(sandbox: Sandbox) -> Made:
    """A copy of a cluster that is shared with everybody."""
    rds, name = sandbox.client("rds"), sandbox.named("cluster-copy")
    source = cluster(sandbox, "copied-cluster", protected=True)
    remove = partial(rds.delete_db_cluster_snapshot, DBClusterSnapshotIdentifier=name)

    def stands() -> bool:
        return bool(cluster_seen(sandbox, source)["Status"] == "available")

    def status() -> str:
        found = rds.describe_db_cluster_snapshots(DBClusterSnapshotIdentifier=name)
        return str(found["DBClusterSnapshots"][0]["Status"])

    def make() -> None:
        sandbox.removing(f"cluster snapshot {name}", remove)
        rds.create_db_cluster_snapshot(
            DBClusterIdentifier=source, DBClusterSnapshotIdentifier=name, Tags=TAGS
        )

    share = partial(
        rds.modify_db_cluster_snapshot_attribute,
        DBClusterSnapshotIdentifier=name,
        AttributeName="restore",
        ValuesToAdd=[EVERYBODY],
    )

    def is_fixed() -> bool:
        said = rds.describe_db_cluster_snapshot_attributes(DBClusterSnapshotIdentifier=name)
        result = said["DBClusterSnapshotAttributesResult"]
        return not is_open(result["DBClusterSnapshotAttributes"])

    return Made(name, is_fixed, copying(stands, make, status, share), is_late=True)
