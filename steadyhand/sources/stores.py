"""What is read of the stores that have no file of their own: clusters, caches, shared files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steadyhand.source import Each, Source

DBClusters: Source[Mapping[str, Any]] = Source(
    operation="rds:DescribeDBClusters",
    items="DBClusters",
    key=lambda cluster: str(cluster["DBClusterIdentifier"]),
    params={"MaxRecords": 100},
)

FileSystems: Source[Mapping[str, Any]] = Source(
    operation="efs:DescribeFileSystems",
    permission="elasticfilesystem:DescribeFileSystems",
    items="FileSystems",
    key=lambda system: str(system["FileSystemId"]),
)

FileBackups: Each[str] = Each(
    operation="efs:DescribeBackupPolicy",
    permission="elasticfilesystem:DescribeBackupPolicy",
    items="BackupPolicy.Status",
    of=FileSystems,
    ask=lambda system: {"FileSystemId": system},
    absent={"PolicyNotFound": "DISABLED"},
    gone=frozenset({"FileSystemNotFound"}),
)
"""Pairs of a file system and "ENABLED", or another word."""

CacheClusters: Source[Mapping[str, Any]] = Source(
    operation="elasticache:DescribeCacheClusters",
    items="CacheClusters",
    key=lambda cluster: str(cluster["CacheClusterId"]),
    params={"MaxRecords": 100},
)

Protected: Source[Mapping[str, Any]] = Source(
    operation="backup:ListProtectedResources",
    items="Results",
    key=lambda resource: str(resource["ResourceArn"]),
    params={"MaxResults": 1000},
)
"""What AWS Backup has a copy of, and since when."""
