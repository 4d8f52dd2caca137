"""What is read of EFS: file systems, and whether they are backed up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steadyhand.source import Each, Source

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
