"""What is read of ECS: services, ten to a call, of every cluster."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from steadyhand.model import Call, pick
from steadyhand.source import Conversation, Report, pages

AT_ONCE = 10
"""Services that one call describes."""


def services(now: datetime) -> Conversation[Mapping[str, Any]]:
    """Every service of every cluster."""
    del now
    found: list[Mapping[str, Any]] = []
    clusters = yield from pages(Call("ecs:ListClusters"), follow="nextToken")
    for cluster in pick(clusters, "clusterArns"):
        asked = {"cluster": cluster, "maxResults": 100}
        listed = yield from pages(Call("ecs:ListServices", asked), follow="nextToken")
        arns = list(pick(listed, "serviceArns"))
        for start in range(0, len(arns), AT_ONCE):
            some = {"cluster": cluster, "services": arns[start : start + AT_ONCE]}
            answer = yield Call("ecs:DescribeServices", some)
            found += answer.get("services", ())
    return found


EcsServices: Report[Mapping[str, Any]] = Report(
    operation="ecs:DescribeServices",
    extra_permissions=("ecs:ListClusters", "ecs:ListServices"),
    key=lambda service: str(service["serviceArn"]),
    talk=services,
)
