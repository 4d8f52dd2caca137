"""A container service that is deployed badly stays so until a person notices.

Without the deployment circuit breaker, ECS starts tasks that fail again and again, for hours, and no
deployment ever ends. With it and its rollback, ECS gives up after some failures and goes back to the
last deployment that worked. Judged are services that replace their tasks one by one; those that are
deployed by CodeDeploy, from outside or all at once have other means.

Fix: the circuit breaker and its rollback are switched on. No task is replaced for that; it counts from
the next deployment on. While one goes on, we wait for its end.
Undo: the circuit breaker as it was.

Steered by: who may make or change a service.
At worst: the circuit breaker of a service is switched on or off, and how soon it gives up.

Runbook:

1. Ask whether something else takes back what fails: a pipeline that does would now do it twice.
2. `steadyhand fix FINDING` switches both on.
3. Bring it into your templates, or the next deployment switches it off again.
4. If it must stay: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import Call, Finding, Permit, Risk, Severity, Step, field_of
from steadyhand.sources.ecs import EcsServices, place_of
from steadyhand.triggers import AlarmChanged, ApiCalled, ServiceEvent, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

BOTH = {"enable": True, "rollback": True}


class EcsWithoutRollback(Check):
    severity = Severity.MEDIUM
    risk = Risk.SAFE
    reads = (EcsServices,)
    wakes = (
        days(1),
        ApiCalled("ecs:CreateService", "responseElements.service.serviceArn"),
        ApiCalled("ecs:UpdateService", "responseElements.service.serviceArn"),
        ApiCalled("ecs:DeleteService", "responseElements.service.serviceArn"),
        ServiceEvent(
            "aws.ecs",
            "ECS Deployment State Change",
            "resources",
            {"eventName": ("SERVICE_DEPLOYMENT_FAILED",)},
        ),
        AlarmChanged("ECS/ContainerInsights", "RunningTaskCount", "{ClusterName}/{ServiceName}"),
        AlarmChanged("ECS/ContainerInsights", "PendingTaskCount", "{ClusterName}/{ServiceName}"),
    )
    writes = (
        Permit(
            "ecs:UpdateService",
            ("service/{cluster}/{service}",),
            shape={
                "cluster": r"[\w-]+",
                "service": r"[\w-]+",
                "deploymentConfiguration": {
                    "deploymentCircuitBreaker": {
                        "enable": bool,
                        "rollback": bool,
                        "resetOnHealthyTask": bool,
                        "thresholdConfiguration": {"type": str, "value": int},
                    }
                },
            },
        ),
    )
    resource_type = "AWS::ECS::Service"
    consequence = "A bad deployment stays, and nobody can deploy until it is stopped by hand."
    short = "bad deployments stay"
    done = "rolls back by itself"
    hours_lost = (0.5, 2)
    peers = ("SS:ecs:ecsServiceDeploymentCircuitBreakerRollback",)

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        for service in account[EcsServices]:
            breaker = breaker_of(service)
            if not is_rolling(service) or breaker.items() >= BOTH.items():
                continue
            arn = service["serviceArn"]
            cluster, name = place_of(arn, service.get("clusterArn", ""))
            lacks = "no rollback" if breaker["enable"] else "no circuit breaker"
            yield self.finding(
                account,
                resource=arn,
                key=arn,
                summary=f"{name} in {cluster} is deployed with {lacks}"[:200],
                cluster=cluster,
                service=name,
                breaker=breaker,
            )

    def plan(self, finding: Finding) -> Iterator[Step]:
        was = finding.evidence["breaker"]
        yield Step(
            owns=field_of(
                finding.resource,
                "deploymentCircuitBreaker",
                EcsServices,
                finding.key,
                value=lambda service: {name: breaker_of(service)[name] for name in BOTH},
                born=lambda service: service.get("createdAt", ""),
                moving=going_on,
            ),
            makes=BOTH,
            do=breaks(finding, {**was, **BOTH}),
            undo=breaks(finding, was),
        )

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "this team runs no containers")


def is_rolling(service: Mapping[str, Any]) -> bool:
    """Are its tasks replaced one by one by ECS, as somebody of this account set it up?"""
    return (
        service.get("status") == "ACTIVE"
        and (service.get("deploymentController") or {}).get("type", "ECS") == "ECS"
        and (service.get("deploymentConfiguration") or {}).get("strategy", "ROLLING") == "ROLLING"
        and service.get("schedulingStrategy", "REPLICA") == "REPLICA"
        and service.get("resourceManagementType", "CUSTOMER") == "CUSTOMER"
    )


def breaker_of(service: Mapping[str, Any]) -> dict[str, Any]:
    """Its circuit breaker; off where nothing is said of one."""
    said = (service.get("deploymentConfiguration") or {}).get("deploymentCircuitBreaker") or {}
    return {"enable": False, "rollback": False, **said}


def going_on(service: Mapping[str, Any]) -> str:
    """Is it being deployed?"""
    states = [one.get("rolloutState") for one in service.get("deployments") or ()]
    return "being deployed" if "IN_PROGRESS" in states else ""


def breaks(finding: Finding, breaker: Mapping[str, Any]) -> Call:
    """How its circuit breaker is set; what a call does not name of a deployment stays as it is."""
    said = finding.evidence
    params = {
        "cluster": said["cluster"],
        "service": said["service"],
        "deploymentConfiguration": {"deploymentCircuitBreaker": dict(breaker)},
    }
    return Call("ecs:UpdateService", params)
