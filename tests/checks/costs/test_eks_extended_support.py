"""Kubernetes clusters out of support, by the calendar that AWS answers. moto has none: recorded."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from steadyhand.checks.costs.eks_extended_support import EksExtendedSupport
from steadyhand.model import Severity
from steadyhand.sources.eks import EksClusters, EksVersions
from tests.canonical import ACCOUNT, REGION
from tests.checks.recorded import Recorded, outcomes, spot
from tests.verbs import NOW, found

CHECK = EksExtendedSupport()
STATELESS = "a cluster's version is read while there is one, and we change nothing"
RARE = "a made-up calendar would have to name the version of a made-up cluster"


def cluster(name: str, version: str, **more: Any) -> tuple[str, dict[str, Any]]:
    arn = f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/{name}"
    known = {"name": name, "arn": arn, "version": version, "status": "ACTIVE", "tags": {}}
    return name, known | {"upgradePolicy": {"supportType": "EXTENDED"}} | more


def version(name: str, end: datetime) -> dict[str, Any]:
    return {"clusterVersion": name, "endOfStandardSupportDate": end}


CALENDAR = [
    version("1.30", NOW - timedelta(days=100)),
    version("1.33", NOW + timedelta(days=90)),
    version("1.35", NOW + timedelta(days=400)),
    {"clusterVersion": "1.36"},
]
BAD = {
    EksClusters: [
        cluster("old", "1.30"),
        cluster("soon", "1.33"),
        cluster("opted-out", "1.30", upgradePolicy={"supportType": "STANDARD"}),
        ("bare", {"name": "bare", "version": "1.30"}),
    ],
    EksVersions: CALENDAR,
}
GOOD = {
    EksClusters: [
        cluster("new", "1.35"),
        cluster("no-date", "1.36"),
        cluster("not-listed", "1.99"),
        cluster("leaving", "1.30", status="DELETING"),
        ("nameless", {}),
    ],
    EksVersions: CALENDAR,
}


def test_says_when_and_what_follows() -> None:
    said = {one.key: one for one in found(CHECK, BAD)}
    assert said["old"].summary == (
        "old runs Kubernetes 1.30, whose standard support ended on 15 August 2026: "
        "Extended Support is charged"
    )
    assert said["soon"].summary.endswith("ends on 21 February 2027: Extended Support is charged")
    assert said["opted-out"].summary.endswith("AWS upgrades it by itself")
    assert said["old"].severity is Severity.HIGH
    assert said["soon"].severity is said["opted-out"].severity is Severity.MEDIUM


def test_what_it_costs_a_month() -> None:
    """aws.amazon.com/eks/pricing: 0.60 USD an hour instead of 0.10."""
    said = {one.key: one.usd_per_month for one in found(CHECK, BAD)}
    assert said == {"old": 365.0, "bare": 365.0, "soon": None, "opted-out": None}


def answers(clusters: list[tuple[str, dict[str, Any]]]) -> Any:
    return {
        "eks:ListClusters": lambda _: {"clusters": [name for name, _ in clusters]},
        "eks:DescribeCluster": lambda params: {"cluster": dict(clusters)[params["name"]]},
        "eks:DescribeClusterVersions": lambda _: {"clusterVersions": CALENDAR},
    }


def test_sweep_and_event_find_the_same() -> None:
    keys = [name for name, _ in BAD[EksClusters]]
    spot(CHECK, answers([*BAD[EksClusters], *GOOD[EksClusters]]), keys)


def test_without_a_cluster_nobody_asks_for_the_calendar() -> None:
    aws = Recorded(answers([]))
    del aws.said["eks:DescribeClusterVersions"]  # type: ignore[attr-defined]
    assert outcomes(CHECK, aws.said) == []
