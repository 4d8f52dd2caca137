"""What is read of ECS: services, ten to a call, of every cluster; and the latest task definitions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from steadyhand.model import Answer, Call, ReadFailed, pages, pick
from steadyhand.source import Conversation, Each, Report, Source

AT_ONCE = 10
"""Services that one call describes."""

GONE = frozenset({"ClusterNotFoundException", "ServiceNotFoundException"})


def services(now: datetime) -> Conversation[Mapping[str, Any]]:
    """Every service of every cluster."""
    del now
    found: list[Mapping[str, Any]] = []
    clusters = yield from pages(Call("ecs:ListClusters"), follow="nextToken")
    for cluster in pick(clusters, "clusterArns"):
        try:
            found += yield from services_of(cluster)
        except ReadFailed as failed:
            if failed.code not in GONE:
                raise
    return found


def services_of(cluster: str) -> Conversation[Mapping[str, Any]]:
    """Every service of one cluster."""
    found: list[Mapping[str, Any]] = []
    asked = {"cluster": cluster, "maxResults": 100}
    listed = yield from pages(Call("ecs:ListServices", asked), follow="nextToken")
    arns = list(pick(listed, "serviceArns"))
    for start in range(0, len(arns), AT_ONCE):
        some = {"cluster": cluster, "services": arns[start : start + AT_ONCE]}
        answer = yield Call("ecs:DescribeServices", some)
        found += described(answer)
    return found


def described(answer: Answer) -> list[Mapping[str, Any]]:
    """The services of an answer. Those that it names as missing were deleted meanwhile; others were not read.

    docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html
    """
    for failure in answer.get("failures", ()):
        if failure.get("reason") != "MISSING":
            raise ReadFailed(
                str(failure.get("reason")), f"ECS did not describe a service: {failure}"
            )
    return [one for one in answer.get("services", ()) if one.get("serviceArn")]


def one_service(arn: str, now: datetime) -> Conversation[Mapping[str, Any]]:
    """The service that an event named."""
    del now
    answer = yield Call("ecs:DescribeServices", by_arn(arn))
    return [one for one in described(answer) if one["serviceArn"] == arn]


def by_arn(arn: str) -> dict[str, Any]:
    """What to ask of one service. Its ARN names its cluster, or where it is of the old form, none."""
    cluster, _ = place_of(arn)
    return {"cluster": cluster, "services": [arn]}


def place_of(arn: str, cluster: str = "") -> tuple[str, str]:
    """The names of a service's cluster and its own."""
    told, _, name = arn.rpartition(":service/")[2].rpartition("/")
    return told or cluster.rpartition("/")[2] or "default", name


EcsServices: Report[Mapping[str, Any]] = Report(
    operation="ecs:DescribeServices",
    extra_permissions=("ecs:ListClusters", "ecs:ListServices"),
    items="services",
    key=lambda service: str(service["serviceArn"]),
    kind="ecs_service",
    narrow=by_arn,
    gone=GONE,
    volatile=frozenset({"events", "deployments", "runningCount", "pendingCount"}),
    talk=services,
    about=one_service,
)


TaskFamilies: Source[str] = Source(
    operation="ecs:ListTaskDefinitionFamilies",
    items="families",
    key=str,
    kind="ecs:task-definition/",
    params={"status": "ACTIVE", "maxResults": 100},
)

TaskDefinitions: Each[Mapping[str, Any]] = Each(
    operation="ecs:DescribeTaskDefinition",
    items="taskDefinition",
    of=TaskFamilies,
    ask=lambda family: {"taskDefinition": family},
    gone=frozenset({"ClientException"}),
)
"""The latest active revision of each family, which is what a new deployment takes.

ECS answers ClientException of a family without one: docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTaskDefinition.html
"""

ServiceDefinitions: Each[Mapping[str, Any]] = Each(
    operation="ecs:DescribeTaskDefinition",
    items="taskDefinition",
    of=EcsServices,
    by=lambda service: [one for one in (service.get("taskDefinition"),) if one],
    ask=lambda definition: {"taskDefinition": definition},
    gone=frozenset({"ClientException"}),
    is_whole=True,
)
"""The revision that each service runs, by its ARN, also one that was deregistered since."""
