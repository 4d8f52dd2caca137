"""From lists to what keeps data, and how each of them is saved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from steadyhand.check import tags_of
from steadyhand.readings.inventory.lists import Lists, Raw
from steadyhand.rhythm.core import words
from steadyhand.rhythm.first.facts import DATA, QUEUES
from steadyhand.sources.dynamodb import ContinuousBackups, Tables
from steadyhand.sources.efs import FileBackups, FileSystems
from steadyhand.sources.elasticache import CacheClusters
from steadyhand.sources.rds import DBClusters, DBInstances
from steadyhand.sources.s3 import Buckets, Versioning


def caches(lists: Lists) -> Iterator[Raw]:
    """ElastiCache; the nodes of one group are one."""
    for region, one in lists[CacheClusters]:
        name = one.get("ReplicationGroupId") or one["CacheClusterId"]
        kind = "replicationgroup" if one.get("ReplicationGroupId") else "cluster"
        yield Raw(
            arn=lists.arn("elasticache", region, f"{kind}:{name}"),
            kind="cache",
            tier=QUEUES,
            name=name,
            region=region,
            ids=(name,),
            says=str(one.get("Engine", "cache")).capitalize(),
        )


def databases(lists: Lists) -> Iterator[Raw]:
    """RDS: clusters, and instances that stand alone."""
    for region, one in lists[DBClusters]:
        yield database(one, region, "DBClusterIdentifier", "DBClusterArn")
    for region, one in lists[DBInstances]:
        if not one.get("DBClusterIdentifier"):
            yield database(one, region, "DBInstanceIdentifier", "DBInstanceArn")


def database(one: Mapping[str, Any], region: str, name: str, arn: str) -> Raw:
    """One database with its backup state."""
    days = int(one.get("BackupRetentionPeriod") or 0)
    version = str(one.get("EngineVersion", "")).partition(".")[0]
    engine = str(one.get("Engine", "")).replace("postgres", "Postgres").replace("mysql", "MySQL")
    return Raw(
        arn=str(one[arn]),
        kind="RDS",
        tier=DATA,
        name=one[name],
        region=region,
        ids=(one[name],),
        tags=tags_of(one.get("TagList")),
        says=f"{engine} {version}".strip() or "RDS",
        is_open=bool(one.get("PubliclyAccessible")),
        holds=True,
        backup=words.plural(days, "day") if days else "off",
        is_saved=days > 0,
    )


def tables(lists: Lists) -> Iterator[Raw]:
    """DynamoDB, saved where it has point-in-time recovery."""
    recovery = {
        (region, table): said.get("PointInTimeRecoveryDescription", {}).get(
            "PointInTimeRecoveryStatus"
        )
        for region, (table, said) in lists[ContinuousBackups]
    }
    for region, table in lists[Tables]:
        status = recovery.get((region, table))
        yield Raw(
            arn=lists.arn("dynamodb", region, f"table/{table}"),
            kind="DynamoDB",
            tier=DATA,
            name=table,
            region=region,
            ids=(table,),
            holds=True,
            backup="" if status is None else "35 days" if status == "ENABLED" else "off",
            is_saved=None if status is None else status == "ENABLED",
        )


def buckets(lists: Lists) -> Iterator[Raw]:
    """S3: what is deleted can come back where versions are kept."""
    kept = {bucket: said.get("Status") for _, (bucket, said) in lists[Versioning]}
    for region, one in lists[Buckets]:
        name = str(one["Name"])
        known = name in kept
        is_kept = kept.get(name) == "Enabled"
        yield Raw(
            arn=f"arn:{lists.partition}:s3:::{name}",
            kind="S3",
            tier=DATA,
            name=name,
            region=str(one.get("BucketRegion") or region),
            ids=(name,),
            holds=True,
            backup=("versions kept" if is_kept else "no versions") if known else "",
            is_saved=is_kept if known else None,
        )


def files(lists: Lists) -> Iterator[Raw]:
    """EFS."""
    saved = {system: said == "ENABLED" for _, (system, said) in lists[FileBackups]}
    for region, one in lists[FileSystems]:
        name = str(one["FileSystemId"])
        is_saved = saved.get(name)
        yield Raw(
            arn=str(one.get("FileSystemArn"))
            or lists.arn("elasticfilesystem", region, f"file-system/{name}"),
            kind="EFS",
            tier=DATA,
            name=one.get("Name") or name,
            region=region,
            ids=(name,),
            tags=tags_of(one.get("Tags")),
            holds=True,
            backup="" if is_saved is None else "daily" if is_saved else "off",
            is_saved=is_saved,
        )
