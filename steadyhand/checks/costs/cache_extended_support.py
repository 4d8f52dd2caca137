"""A cache runs a Redis that is out of standard support, or soon will be, and is charged extra.

From the day after, AWS charges Extended Support for each of its nodes by the hour, in the third year twice as
much, and then upgrades it by itself. The dates are AWS's, kept in `steadyhand/reference/redis_versions.json` with the
day they were read.

Fix: a person upgrades it: to Valkey, which AWS bills at less, or to a newer version of Redis.

Steered by: who may make a cache or change its engine. The version is AWS's, and nobody can write it.

Runbook:

1. Which one? Valkey understands what Redis 7.2 understands; programs need no other library.
2. Upgrade a cache in staging, and run the tests against it.
3. Upgrade in place, at a quiet hour: `aws elasticache modify-replication-group --replication-group-id GROUP
   --engine valkey --engine-version 8.0 --apply-immediately`; a cluster without replicas: `modify-cache-cluster`.
4. If it is to be switched off before that day: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import Finding, Risk, Severity
from steadyhand.model.knobs import Days
from steadyhand.reference.dated import dated
from steadyhand.sources.elasticache import CacheClusters
from steadyhand.triggers import ApiCalled, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

NAMED = "requestParameters.cacheClusterId"


class CacheExtendedSupport(Check):
    severity = Severity.MEDIUM
    risk = Risk.ADVICE
    reads = (CacheClusters,)
    wakes = (
        days(7),
        ApiCalled("elasticache:CreateCacheCluster", NAMED),
        ApiCalled("elasticache:ModifyCacheCluster", NAMED),
    )
    resource_type = "AWS::ElastiCache::CacheCluster"
    consequence = "From the day after, AWS charges for every node and hour, and at last upgrades it by itself."
    short = "out of support"
    hours_lost = (4, 16)

    days: Days = 180
    """How long before standard support ends we begin to speak."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        for cluster in account[CacheClusters]:
            name, version = CacheClusters.key(cluster), str(cluster.get("EngineVersion", ""))
            end = end_of(version) if cluster.get("Engine") == "redis" else None
            leaving = cluster.get("CacheClusterStatus") == "deleting"
            if end is None or leaving or end - now > timedelta(days=self.days):
                continue
            is_past = end <= now
            tense = "ended" if is_past else "ends"
            yield self.finding(
                account,
                resource=cluster.get("ARN") or account.arn("elasticache", f"cluster:{name}"),
                key=name,
                summary=f"{name} runs Redis {version}, whose standard support {tense} on {end:%d %B %Y}",
                severity=Severity.HIGH if is_past else None,
                detonates_at=end,
            )

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "this team keeps no cache")


def end_of(version: str) -> datetime | None:
    """When standard support of a version ends: its last day; none where it is not known."""
    known = dated("redis_versions")["versions"].get(version.partition(".")[0])
    return datetime.combine(date.fromisoformat(known["standard"]), time(), UTC) if known else None
