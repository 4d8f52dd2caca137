"""Load balancers of whose errors nobody hears."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from steadyhand.checks.monitoring.no_impact_alarm import (
    ERRORS,
    NAMESPACE,
    TELLING,
    NoImpactAlarm,
)
from steadyhand.sources.cloudwatch import MetricAlarms
from steadyhand.sources.elbv2 import LoadBalancers
from tests.canonical import ACCOUNT, REGION
from tests.trust.lab import World
from tests.trust.scenes import Planting
from tests.verbs import NOW, Facts, fix_and_undo, found, planned

CHECK = NoImpactAlarm()
NO_ECHO = ("cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms")
"""CloudWatch says itself that an alarm was made or deleted, and what it watches."""

RARE = "a made-up balancer would have to be a week old and reached by the internet"
STATELESS = "it is an alarm that is made; the balancer is not touched"
HARMLESS = "an alarm on a younger one, or with another threshold, is deleted just as exactly"
ID = "50dc6c495c0c9188"


def arn(name: str) -> str:
    return f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/{name}/{ID}"


EVENT = ("elbv2:DeleteLoadBalancer", {"LoadBalancerArn": arn("shop")})


def balancer(name: str, days: float = 30, **more: Any) -> dict[str, Any]:
    return {
        "LoadBalancerArn": arn(name),
        "LoadBalancerName": name,
        "Type": "application",
        "Scheme": "internet-facing",
        "State": {"Code": "active"},
        "CreatedTime": NOW - timedelta(days=days),
    } | more


def metric(name: str, metric: str = ERRORS, namespace: str = NAMESPACE) -> dict[str, Any]:
    dimensions = [{"Name": "LoadBalancer", "Value": f"app/{name}/{ID}"}]
    return {"Namespace": namespace, "MetricName": metric, "Dimensions": dimensions}


def alarm(name: str, **said: Any) -> dict[str, Any]:
    return {
        "AlarmName": name,
        "AlarmArn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}",
    } | said


def query(said: str) -> dict[str, Any]:
    return {"Id": "q1", "Expression": said, "Period": 60}


BAD: Facts = {
    LoadBalancers: [
        balancer("shop"), balancer("week", days=7), balancer("busy"), balancer("elsewhere"),
        balancer("taken"), balancer("impaired", State={"Code": "active_impaired"}),
    ],
    MetricAlarms: [
        # How much it works says nothing about its users.
        alarm("busy", **metric("busy", "RequestCount")),
        alarm("elsewhere", **metric("elsewhere", namespace="Own")),
        alarm("server-errors-taken", **metric("other")),
    ],
}  # fmt: skip
GOOD: Facts = {
    LoadBalancers: [
        *(balancer(one) for one in sorted(TELLING)),
        balancer("math"),
        balancer("group"),
        balancer("preview", days=6.9),
        balancer("inside", Scheme="internal"),
        balancer("network", Type="network"),
        balancer("gateway", Type="gateway"),
        balancer("failed", State={"Code": "failed"}),
        {"LoadBalancerArn": arn("bare")},
    ],
    MetricAlarms: [
        *(alarm(one, **metric(one, one)) for one in sorted(TELLING)),
        alarm(
            "math",
            Metrics=[
                {"Id": "e1", "Expression": "100 * m1 / 20"},
                {"Id": "m1", "MetricStat": {"Metric": metric("math"), "Period": 60, "Stat": "Sum"}},
            ],
        ),
        alarm("off", ActionsEnabled=False, **metric("group")),
    ],
}


def test_says_whose_errors_nobody_hears_of() -> None:
    first, *_ = found(CHECK, BAD)
    assert first.summary == "no alarm says when users of the load balancer shop get errors"


def test_a_query_over_all_balancers_watches_each() -> None:
    said = f'SELECT SUM({ERRORS}) FROM SCHEMA("{NAMESPACE}", LoadBalancer)'
    assert found(CHECK, {**BAD, MetricAlarms: [alarm("all", Metrics=[query(said)])]}) == []


def test_an_alarm_of_our_name_is_a_persons() -> None:
    (one,) = (one for one in found(CHECK, BAD) if one.key == arn("taken"))
    assert one.summary.endswith("left to a person: server-errors-taken watches something else")
    assert planned(CHECK, one) == []


def test_its_own_alarm_is_one_that_counts() -> None:
    (one, *_) = found(CHECK, BAD)
    (step,) = planned(CHECK, one)
    made = {name: said for name, said in step.do.params.items() if name != "Tags"}
    assert found(CHECK, {LoadBalancers: [balancer("shop")], MetricAlarms: [made]}) == []
    assert step.undo
    assert step.undo.params == {"AlarmNames": ["server-errors-shop"]}


def test_the_owner_says_how_many_are_many() -> None:
    (one, *_) = found(NoImpactAlarm(failures=3), BAD)
    (step,) = planned(CHECK, one)
    assert step.do.params["Threshold"] == 3


def plant(client: Any, name: str, scheme: str = "internet-facing") -> str:
    subnets = [one["SubnetId"] for one in client("ec2").describe_subnets()["Subnets"]][:2]
    made = client("elbv2").create_load_balancer(
        Name=name, Type="application", Scheme=scheme, Subnets=subnets
    )
    return str(made["LoadBalancers"][0]["LoadBalancerArn"])


def alarms(world: World) -> dict[str, Any]:
    """The alarm of ours, as far as a person sees it."""
    found = world.client("cloudwatch").describe_alarms(AlarmNames=["server-errors-shop"])
    return {
        one["AlarmName"]: [one["MetricName"], one["Threshold"]] for one in found["MetricAlarms"]
    }


PLANTING = Planting(
    plant=lambda world: plant(world.client, "shop"), truth=alarms, fixed=bool, days=8
)


@pytest.mark.moto
def test_on_moto() -> None:
    fix_and_undo(
        CHECK,
        lambda client: [plant(client, "shop")],
        lambda client: plant(client, "inside", "internal"),
        now=datetime.now(UTC) + timedelta(days=8),
    )
