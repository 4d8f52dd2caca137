"""What is read of RDS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from steadyhand.model import States
from steadyhand.source import Each, Source

if TYPE_CHECKING:
    from types_boto3_rds.type_defs import DBInstanceTypeDef

SEE_WHY = "read the instance's events, and fix that first"

INSTANCE_STATES = States(
    ready=frozenset({"available"}),
    passing=frozenset(
        {
            *("backing-up", "configuring-associated-roles", "configuring-enhanced-monitoring"),
            *("configuring-iam-database-auth", "configuring-log-exports", "converting-to-vpc"),
            *("creating", "maintenance", "modifying", "moving-to-vpc", "promoting", "rebooting"),
            *("renaming", "resetting-master-credentials", "starting", "storage-config-upgrade"),
            *("storage-initialization", "storage-optimization", "upgrading"),
        }
    ),
    over=frozenset({"deleting", "delete-precheck"}),
    first={
        "stopped": "start it first",
        "stopping": "start it first",
        "inaccessible-encryption-credentials*": "give it back its KMS key, and start it first",
        "storage-full": "give it more storage first",
        "insufficient-capacity": "choose another class or zone first",
        "incompatible-*": SEE_WHY,
        "restore-error": SEE_WHY,
        "failed": SEE_WHY,
    },
)
"""docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html: the status of an instance.
ModifyDBInstance answers InvalidDBInstanceState in any that is not available."""

DBInstances: Source[DBInstanceTypeDef] = Source(
    operation="rds:DescribeDBInstances",
    items="DBInstances",
    key=lambda instance: str(instance["DBInstanceIdentifier"]),
    kind="db_instance",
    params={"MaxRecords": 100},
    narrow=lambda instance: {"DBInstanceIdentifier": instance},
    gone=frozenset({"DBInstanceNotFound", "DBInstanceNotFoundFault"}),
    volatile=frozenset({"LatestRestorableTime", "DBInstanceStatus"}),
)


def has_own_storage(instance: Any) -> bool:
    """Is its storage its own to grow? That of a cluster is the cluster's."""
    is_aurora = str(instance.get("Engine", "")).startswith(("aurora", "docdb", "neptune"))
    return not is_aurora and not instance.get("DBClusterIdentifier")


BACKED_UP_ELSEWHERE = (
    "DBClusterIdentifier",
    "ReadReplicaSourceDBInstanceIdentifier",
    "ReadReplicaSourceDBClusterIdentifier",
)


def kept_days(instance: Any) -> int:
    """What is asked for and waits for the maintenance window counts as done."""
    waiting = instance.get("PendingModifiedValues") or {}
    return int(waiting.get("BackupRetentionPeriod", instance.get("BackupRetentionPeriod", 0)))


def keeps_none(instance: Any) -> bool:
    """Has it no automated backups, and nobody whose backups are its own?"""
    elsewhere = any(instance.get(name) for name in BACKED_UP_ELSEWHERE)
    return not elsewhere and kept_days(instance) == 0


CLUSTER_STATES = States(
    ready=frozenset({"available"}),
    passing=frozenset(
        {
            *("backing-up", "backtracking", "creating", "failing-over", "maintenance", "migrating"),
            *("modifying", "preparing-data-migration", "promoting", "rebooting", "renaming"),
            *("resetting-master-credentials", "starting", "storage-optimization"),
            *("update-iam-db-auth", "upgrading"),
        }
    ),
    over=frozenset({"deleting"}),
    first={
        "stopped": "start it first",
        "stopping": "start it first",
        "inaccessible-encryption-credentials*": "give it back its KMS key, and start it first",
        "cloning-failed": SEE_WHY,
        "migration-failed": SEE_WHY,
    },
)
"""docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/accessing-monitoring.html: the status of a cluster.
ModifyDBCluster answers InvalidDBClusterStateFault in any that is not available."""

DBClusters: Source[Mapping[str, Any]] = Source(
    operation="rds:DescribeDBClusters",
    items="DBClusters",
    key=lambda cluster: str(cluster["DBClusterIdentifier"]),
    kind="db_cluster",
    params={"MaxRecords": 100},
    narrow=lambda cluster: {"DBClusterIdentifier": cluster},
    gone=frozenset({"DBClusterNotFoundFault"}),
    volatile=frozenset({"EarliestRestorableTime", "LatestRestorableTime", "Status"}),
)
"""Clusters of Aurora and of RDS, and of Neptune and DocumentDB too, which answer to the same operation.
Source: docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBClusters.html"""


ManualSnapshots: Source[Mapping[str, Any]] = Source(
    operation="rds:DescribeDBSnapshots",
    items="DBSnapshots",
    key=lambda snapshot: str(snapshot["DBSnapshotIdentifier"]),
    kind="db_snapshot",
    params={"SnapshotType": "manual", "MaxRecords": 100},
    narrow=lambda snapshot: {"DBSnapshotIdentifier": snapshot, "SnapshotType": "manual"},
    gone=frozenset({"DBSnapshotNotFound", "DBSnapshotNotFoundFault"}),
)

ManualClusterSnapshots: Source[Mapping[str, Any]] = Source(
    operation="rds:DescribeDBClusterSnapshots",
    items="DBClusterSnapshots",
    key=lambda snapshot: str(snapshot["DBClusterSnapshotIdentifier"]),
    kind="db_cluster_snapshot",
    params={"SnapshotType": "manual", "MaxRecords": 100},
    narrow=lambda snapshot: {"DBClusterSnapshotIdentifier": snapshot, "SnapshotType": "manual"},
    gone=frozenset({"DBClusterSnapshotNotFoundFault"}),
)


def may_be_public(snapshot: Any) -> bool:
    """An encrypted snapshot cannot be shared with everybody, so nobody need ask.

    Source: docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ShareSnapshot.html
    """
    return not (snapshot.get("Encrypted") or snapshot.get("StorageEncrypted"))


SnapshotSharing: Each[Mapping[str, Any]] = Each(
    operation="rds:DescribeDBSnapshotAttributes",
    items="DBSnapshotAttributesResult",
    of=ManualSnapshots,
    when=may_be_public,
    ask=lambda snapshot: {"DBSnapshotIdentifier": snapshot},
    gone=frozenset({"DBSnapshotNotFound", "DBSnapshotNotFoundFault"}),
)
"""Whom one snapshot is shared with: accounts, or `all`."""

ClusterSnapshotSharing: Each[Mapping[str, Any]] = Each(
    operation="rds:DescribeDBClusterSnapshotAttributes",
    items="DBClusterSnapshotAttributesResult",
    of=ManualClusterSnapshots,
    when=may_be_public,
    ask=lambda snapshot: {"DBClusterSnapshotIdentifier": snapshot},
    gone=frozenset({"DBClusterSnapshotNotFoundFault"}),
)


STANDARD = "open-source-rds-standard-support"
UPGRADED = "open-source-rds-extended-support-disabled"
"""How an instance says that AWS upgrades it by itself at the end of standard support."""


def has_a_lifecycle(instance: Any) -> bool:
    """Does AWS name a day on which its engine's support ends?"""
    return str(instance.get("Engine", "")).startswith(("mysql", "postgres", "aurora"))


MajorVersions: Source[Mapping[str, Any]] = Source(
    operation="rds:DescribeDBMajorEngineVersions",
    items="DBMajorEngineVersions",
    key=lambda version: f"{version['Engine']} {version['MajorEngineVersion']}",
    params={"MaxRecords": 100},
    only_if=has_a_lifecycle,
)
"""Until when AWS supports each major version of an engine, by its own calendar."""
