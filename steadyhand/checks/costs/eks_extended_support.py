"""A Kubernetes cluster is out of standard support, or soon will be, and costs six times as much.

From the day after, AWS charges Extended Support for the cluster by the hour. A cluster that opted out of it
is upgraded by AWS instead, at a time AWS chooses.

Fix: a person upgrades it, one minor version after the other, with its nodes and add-ons.

Steered by: who may make a cluster or upgrade one. The version is AWS's, and nobody can write it.

Runbook:

1. What stands in the way? `aws eks list-insights --cluster-name CLUSTER` names what the next version no longer has.
2. Upgrade a staging cluster first, then the control plane, the add-ons and the nodes, one minor version at a time.
3. To have AWS upgrade it by itself instead of charging:
   `aws eks update-cluster-config --name CLUSTER --upgrade-policy supportType=STANDARD`.
4. If it is to be switched off before that day: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import Finding, Risk, Severity
from steadyhand.model.knobs import Days
from steadyhand.reference.dated import HOURS_A_MONTH, Cost
from steadyhand.sources.eks import EksClusters, EksVersions
from steadyhand.triggers import ApiCalled, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

NAMED = "requestParameters.name"
LEAVING = ("DELETING", "FAILED")


class EksExtendedSupport(Check):
    severity = Severity.MEDIUM
    risk = Risk.ADVICE
    reads = (EksClusters, EksVersions)
    wakes = (
        days(7),
        ApiCalled("eks:CreateCluster", NAMED),
        ApiCalled("eks:UpdateClusterVersion", NAMED),
        ApiCalled("eks:UpdateClusterConfig", NAMED),
    )
    resource_type = "AWS::EKS::Cluster"
    consequence = "From the day after, AWS charges six times the price, or upgrades it by itself."
    short = "out of support"
    hours_lost = (8, 40)
    peers = (
        "P:eks_cluster_uses_a_supported_version",
        "SS:eks:eksClusterVersionEol",
        "FSBP:EKS.2",
    )

    days: Days = 180
    """How long before standard support ends we begin to speak."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        ends = {
            one.get("clusterVersion"): one.get("endOfStandardSupportDate")
            for one in account[EksVersions]
        }
        for name, cluster in account[EksClusters]:
            version, end = str(cluster.get("version", "")), ends.get(cluster.get("version"))
            if not isinstance(end, datetime) or cluster.get("status") in LEAVING:
                continue
            end = end if end.tzinfo else end.replace(tzinfo=UTC)
            if end - now > timedelta(days=self.days):
                continue
            policy = cluster.get("upgradePolicy") or {}
            upgraded, is_past = policy.get("supportType") == "STANDARD", end <= now
            then = "AWS upgrades it by itself" if upgraded else "Extended Support is charged"
            tense = "ended" if is_past else "ends"
            yield self.finding(
                account,
                resource=cluster.get("arn") or account.arn("eks", f"cluster/{name}"),
                key=name,
                summary=f"{name} runs Kubernetes {version}, whose standard support {tense} on {end:%d %B %Y}: {then}"[
                    :200
                ],
                tags=cluster.get("tags"),
                severity=Severity.HIGH if is_past and not upgraded else None,
                detonates_at=end,
                usd_per_month=charge(account.region) if is_past and not upgraded else None,
            )

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "this team runs no Kubernetes")


def charge(region: str) -> float | None:
    """What Extended Support costs a month beyond the price of a cluster."""
    return Cost(region).add("eks.extended_support.cluster_hour", HOURS_A_MONTH).rounded
