"""Targets that fail their health checks."""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.checks.monitoring.unhealthy_targets import UnhealthyTargets
from steadyhand.engine.event_index import woken_by
from steadyhand.engine.wakes import index
from steadyhand.model import Severity
from steadyhand.sources.elbv2 import TargetGroups, TargetHealth
from tests.canonical import ACCOUNT, REGION
from tests.checks.recorded import spot
from tests.engine.events.test_alarm_events import alarm, metric
from tests.verbs import found

CHECK = UnhealthyTargets()
ARN = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:"
BALANCER = f"{ARN}loadbalancer/app/shop/50dc6c495c0c9188"
ID = "73e2d6bc24d8a067"


def arn(name: str) -> str:
    return f"{ARN}targetgroup/{name}/{ID}"


def group(name: str, *balancers: str) -> dict[str, Any]:
    return {
        "TargetGroupArn": arn(name),
        "TargetGroupName": name,
        "LoadBalancerArns": list(balancers or (BALANCER,)),
    }


def target(state: str, reason: str = "") -> dict[str, Any]:
    health = {"State": state} | ({"Reason": reason} if reason else {})
    return {"Target": {"Id": "i-0a1"}, "TargetHealth": health}


def targets(name: str, *states: str, reason: str = "Target.Timeout") -> list[Any]:
    return [
        (arn(name), target(one, reason if one.startswith("unhealthy") else "")) for one in states
    ]


BAD = {
    TargetGroups: [group("down"), group("half"), group("one"), group("starting"), group("odd")],
    TargetHealth: [
        *targets("down", "unhealthy", "unhealthy"),
        *targets("half", "healthy", "unhealthy", "unhealthy", reason="Target.ResponseCodeMismatch"),
        *targets("one", "unhealthy", "healthy", "healthy", reason="Target.FailedHealthChecks"),
        *targets("starting", "initial", "unhealthy", "draining"),
        *targets("odd", "unhealthy", reason="Elb.SomethingNew"),
    ],
}
GOOD = {
    TargetGroups: [
        group("up"), group("empty"), group("deploying"), group("unchecked"), group("leaving"),
        {"TargetGroupArn": arn("alone"), "TargetGroupName": "alone", "LoadBalancerArns": []},
    ],
    TargetHealth: [
        *targets("up", "healthy", "healthy"), *targets("deploying", "healthy", "initial", "draining"),
        *targets("unchecked", "unavailable"), *targets("leaving", "unhealthy.draining", "healthy"),
        *targets("alone", "unhealthy"),
    ],
}  # fmt: skip


def test_says_how_many_and_what_their_check_got() -> None:
    assert [(one.summary, one.severity) for one in found(CHECK, BAD)] == [
        ("no target of down is healthy: it does not answer in time", Severity.HIGH),
        ("2 of 3 targets of half are unhealthy: it answers with a code that its check does not take",
         Severity.MEDIUM),
        ("1 of 3 targets of one is unhealthy: it refuses the connection or answers wrongly",
         Severity.MEDIUM),
        ("no target of starting is healthy: it does not answer in time", Severity.HIGH),
        ("no target of odd is healthy: it fails its health checks", Severity.HIGH),
    ]  # fmt: skip


@pytest.mark.parametrize("namespace", ["AWS/ApplicationELB", "AWS/NetworkELB"])
def test_an_alarm_names_it_by_the_end_of_its_arn(namespace: str) -> None:
    watched = metric(
        namespace,
        "UnHealthyHostCount",
        TargetGroup=f"targetgroup/down/{ID}",
        LoadBalancer="app/shop/50dc6c495c0c9188",
    )
    said = woken_by(alarm(watched), index([CHECK]), ACCOUNT)
    assert said.woken == {arn("down"): ("unhealthy_targets",)}


def test_as_aws_answers() -> None:
    """moto's targets are healthy as soon as they run."""
    by_group = {
        arn("down"): [target("unhealthy", "Target.Timeout")],
        arn("up"): [target("healthy")],
    }

    def groups(params: Any) -> Any:
        asked = params.get("TargetGroupArns")
        both = [group("down"), group("up")]
        return {
            "TargetGroups": [one for one in both if not asked or one["TargetGroupArn"] in asked]
        }

    spot(
        CHECK,
        {
            "elbv2:DescribeTargetGroups": groups,
            "elbv2:DescribeTargetHealth": lambda params: {
                "TargetHealthDescriptions": by_group[params["TargetGroupArn"]]
            },
        },
        [arn("down")],
    )
