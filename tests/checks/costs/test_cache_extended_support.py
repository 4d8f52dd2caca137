"""Caches whose version of Redis is out of support."""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.checks.costs.cache_extended_support import CacheExtendedSupport
from steadyhand.model import Severity
from steadyhand.sources.elasticache import CacheClusters
from tests.canonical import ACCOUNT, REGION
from tests.verbs import found, spot

CHECK = CacheExtendedSupport()
STATELESS = "a cache's version is read while there is one, and we change nothing"
RARE = "a made-up version would have to be one of three"
EVENT = (
    "elasticache:CreateCacheCluster",
    {"CacheClusterId": "old", "Engine": "redis", "EngineVersion": "5.0.6"},
)


def cache(name: str, version: str, engine: str = "redis", **more: Any) -> dict[str, Any]:
    return {
        "CacheClusterId": name,
        "ARN": f"arn:aws:elasticache:{REGION}:{ACCOUNT}:cluster:{name}",
        "Engine": engine,
        "EngineVersion": version,
        "CacheClusterStatus": "available",
    } | more


BAD = {CacheClusters: [cache("old", "5.0.6"), cache("older", "4.0.10"), cache("soon", "6.2.6")]}
GOOD = {
    CacheClusters: [
        cache("new", "7.1.0"),
        cache("valkey", "5.0", "valkey"),
        cache("memcached", "4.0", "memcached"),
        cache("leaving", "5.0.6", CacheClusterStatus="deleting"),
        cache("unknown", ""),
        {"CacheClusterId": "bare"},
    ]
}


def test_says_when() -> None:
    old, older, soon = found(CHECK, BAD)
    assert old.summary == "old runs Redis 5.0.6, whose standard support ended on 31 January 2026"
    assert soon.summary == "soon runs Redis 6.2.6, whose standard support ends on 31 January 2027"
    assert [one.severity for one in (old, older, soon)] == [
        Severity.HIGH, Severity.HIGH, Severity.MEDIUM,
    ]  # fmt: skip


@pytest.mark.moto
def test_on_moto() -> None:
    def made(client: Any, name: str, version: str) -> str:
        client("elasticache").create_cache_cluster(
            CacheClusterId=name,
            CacheNodeType="cache.t4g.micro",
            Engine="redis",
            EngineVersion=version,
            NumCacheNodes=1,
        )
        return name

    spot(
        CHECK,
        lambda client: [made(client, "old", "5.0.6")],
        lambda client: made(client, "new", "7.1"),
    )
