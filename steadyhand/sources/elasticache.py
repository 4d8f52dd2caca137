"""What is read of ElastiCache: clusters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steadyhand.source import Source

CacheClusters: Source[Mapping[str, Any]] = Source(
    operation="elasticache:DescribeCacheClusters",
    items="CacheClusters",
    key=lambda cluster: str(cluster["CacheClusterId"]),
    kind="cache_cluster",
    params={"MaxRecords": 100},
    narrow=lambda cluster: {"CacheClusterId": cluster},
    gone=frozenset({"CacheClusterNotFound", "CacheClusterNotFoundFault"}),
)
