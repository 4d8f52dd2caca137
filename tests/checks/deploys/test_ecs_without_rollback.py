"""Container services whose bad deployments stay."""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.checks.deploys.ecs_without_rollback import EcsWithoutRollback, going_on
from steadyhand.engine.event_index import woken_by
from steadyhand.engine.wakes import index
from steadyhand.model import Call, ReadFailed, Seen, Unknown
from steadyhand.sources.ecs import EcsServices
from tests.canonical import ACCOUNT, REGION
from tests.engine.events.test_alarm_events import alarm, metric
from tests.engine.paper import Paper, survey
from tests.trust.lab import World
from tests.trust.scenes import Planting
from tests.verbs import fix_and_undo, found, planned

CHECK = EcsWithoutRollback()
STATELESS = "UpdateService takes a service that is ACTIVE, and no other is found"
ARN = f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/"
CLUSTER = f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/shop"
THRESHOLD = {"type": "COUNT", "value": 5}


def service(name: str, enable: bool | None = None, rollback: bool = False, **more: Any) -> Any:
    breaker = {} if enable is None else {"enable": enable, "rollback": rollback}
    known = {
        "serviceArn": f"{ARN}shop/{name}",
        "serviceName": name,
        "clusterArn": CLUSTER,
        "status": "ACTIVE",
        "deploymentController": {"type": "ECS"},
        "schedulingStrategy": "REPLICA",
        "deploymentConfiguration": {"maximumPercent": 200, "minimumHealthyPercent": 100}
        | ({"deploymentCircuitBreaker": breaker} if breaker else {}),
    }
    return known | more


TUNED = {
    "strategy": "ROLLING",
    "deploymentCircuitBreaker": {"enable": True, "rollback": False, "thresholdConfiguration": THRESHOLD},
}  # fmt: skip
BAD = {
    EcsServices: [
        service("never"),
        service("off", False),
        service("half", True, False),
        service("odd", False, True),
        service("old", serviceArn=f"{ARN}old"),
        service("tuned", deploymentConfiguration=TUNED),
        {"serviceArn": f"{ARN}shop/bare", "status": "ACTIVE"},
    ]
}
ANSWERS = {
    "ecs:ListClusters": [{"clusterArns": [CLUSTER]}],
    "ecs:ListServices": [{"serviceArns": [f"{ARN}shop/never"]}],
    "ecs:DescribeServices": [{"services": [service("never")]}],
}
GOOD = {
    EcsServices: [
        service("on", True, True),
        service("codedeploy", deploymentController={"type": "CODE_DEPLOY"}),
        service("external", deploymentController={"type": "EXTERNAL"}),
        service("blue", deploymentConfiguration={"strategy": "BLUE_GREEN"}),
        service("canary", deploymentConfiguration={"strategy": "CANARY"}),
        service("daemon", schedulingStrategy="DAEMON"),
        service("express", resourceManagementType="ECS"),
        service("leaving", status="DRAINING"),
        service("gone", status="INACTIVE"),
    ]
}


def ecs(reason: str = "MISSING") -> Paper:
    """Two clusters, of which the first is deleted between two answers, and a service that is not described.

    docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListServices.html,
    docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html
    """

    def listed(call: Call) -> Any:
        if call.params["cluster"] != CLUSTER:
            raise ReadFailed("ClusterNotFoundException", "Cluster not found.")
        return {"serviceArns": [f"{ARN}shop/never", f"{ARN}shop/late"]}

    failures = [{"arn": f"{ARN}shop/late", "reason": reason}]
    return Paper(
        ListClusters={"clusterArns": [CLUSTER + "-gone", CLUSTER]},
        ListServices=listed,
        DescribeServices={"services": [service("never")], "failures": failures},
    )


def test_a_cluster_deleted_meanwhile_hides_no_other() -> None:
    (one,) = survey(ecs(), CHECK)
    assert not isinstance(one, Unknown)
    assert one.key == f"{ARN}shop/never"


def test_a_service_that_was_not_described_is_not_taken_for_deleted() -> None:
    (one,) = survey(ecs("ACCESS_DENIED"), CHECK)
    assert isinstance(one, Unknown)


def test_says_what_it_lacks() -> None:
    assert [one.summary for one in found(CHECK, BAD)] == [
        "never in shop is deployed with no circuit breaker",
        "off in shop is deployed with no circuit breaker",
        "half in shop is deployed with no rollback",
        "odd in shop is deployed with no circuit breaker",
        "old in shop is deployed with no circuit breaker",
        "tuned in shop is deployed with no rollback",
        "bare in shop is deployed with no circuit breaker",
    ]


def test_what_is_tuned_stays_tuned() -> None:
    (tuned,) = (one for one in found(CHECK, BAD) if one.key.endswith("/tuned"))
    (step,) = planned(CHECK, tuned)
    sent = step.do.params["deploymentConfiguration"]
    on = {"enable": True, "rollback": True, "thresholdConfiguration": THRESHOLD}
    assert sent == {"deploymentCircuitBreaker": on}
    assert step.undo
    was = step.undo.params["deploymentConfiguration"]["deploymentCircuitBreaker"]
    assert was == {"enable": True, "rollback": False, "thresholdConfiguration": THRESHOLD}


def test_while_it_is_deployed_it_waits() -> None:
    (step,) = planned(CHECK, found(CHECK, BAD)[0])
    for state, waits in (("IN_PROGRESS", True), ("COMPLETED", False), ("FAILED", False)):
        seen = service("never", deployments=[{"rolloutState": state}])
        look = step.owns.look()
        next(look)
        with pytest.raises(StopIteration) as end:
            look.send([seen])
        assert isinstance(end.value.value, Seen)
        assert bool(end.value.value.moving) == waits == bool(going_on(seen))


def test_an_alarm_on_its_running_tasks_names_it_by_two_dimensions() -> None:
    watched = metric(
        "ECS/ContainerInsights", "RunningTaskCount", ClusterName="shop", ServiceName="web"
    )
    said = woken_by(alarm(watched), index([CHECK]), ACCOUNT)
    assert said.woken == {f"{ARN}shop/web": ("ecs_without_rollback",)}


def plant(client: Any) -> str:
    ecs = client("ecs")
    ecs.create_cluster(clusterName="shop")
    container = {"name": "web", "image": "nginx", "memory": 128}
    ecs.register_task_definition(family="web", containerDefinitions=[container])
    made = ecs.create_service(
        cluster="shop", serviceName="web", taskDefinition="web", desiredCount=0
    )
    # AWS says of every new service that it is off; moto says nothing.
    off = {"deploymentCircuitBreaker": {"enable": False, "rollback": False}}
    ecs.update_service(cluster="shop", service="web", deploymentConfiguration=off)
    return str(made["service"]["serviceArn"])


def breaker(world: World) -> Any:
    (said,) = world.client("ecs").describe_services(cluster="shop", services=["web"])["services"]
    return said.get("deploymentConfiguration", {}).get("deploymentCircuitBreaker", {}), said[
        "propagateTags"
    ]


def tags(propagated: str) -> Any:
    return lambda world: world.client("ecs").update_service(
        cluster="shop", service="web", propagateTags=propagated
    )


PLANTING = Planting(
    plant=lambda world: plant(world.client),
    truth=breaker,
    fixed=lambda said: said[0].get("rollback") is True,
    beside=[(tags("SERVICE"), tags("NONE"))],
)


@pytest.mark.moto
def test_on_moto() -> None:
    fix_and_undo(CHECK, lambda client: [plant(client)], exact=True)
