"""What is read of EKS: clusters, and until when AWS supports their versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steadyhand.source import Each, Source

EksClusterNames: Source[str] = Source(
    operation="eks:ListClusters",
    items="clusters",
    key=str,
    kind="eks:cluster/",
    params={"maxResults": 100},
)

EksClusters: Each[Mapping[str, Any]] = Each(
    operation="eks:DescribeCluster",
    items="cluster",
    of=EksClusterNames,
    ask=lambda name: {"name": name},
    gone=frozenset({"ResourceNotFoundException"}),
    volatile=frozenset({"health"}),
)

EksVersions: Source[Mapping[str, Any]] = Source(
    operation="eks:DescribeClusterVersions",
    items="clusterVersions",
    key=lambda version: str(version["clusterVersion"]),
    params={"includeAll": True},
    only_if=lambda _: True,
)
"""The versions that AWS knows, with the days on which their support ends; asked where there is a cluster."""
