"""Load balancers that one call deletes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from steadyhand.checks.backups.balancer_deletion_protection_off import (
    DELETED_BY_OTHERS,
    FLAG,
    BalancerDeletionProtectionOff,
)
from steadyhand.sources.elbv2 import BalancerAttributes, BalancerTags, LoadBalancers
from tests.canonical import ACCOUNT, REGION
from tests.trust.lab import World
from tests.trust.scenes import Planting
from tests.verbs import NOW, Facts, fix_and_undo, found, planned

CHECK = BalancerDeletionProtectionOff()
STATELESS = "attributes of a balancer are taken in every state; one that is deleted is gone at once"


def arn(name: str) -> str:
    return (
        f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/{name}/50dc6c495c0c9188"
    )


EVENT = (
    "elbv2:ModifyLoadBalancerAttributes",
    {"LoadBalancerArn": arn("shop"), "Attributes": [{"Key": FLAG, "Value": "false"}]},
)


def balancer(name: str, days: float = 30, **more: Any) -> dict[str, Any]:
    made = NOW - timedelta(days=days)
    return {"LoadBalancerArn": arn(name), "LoadBalancerName": name, "CreatedTime": made} | more


def said(name: str, value: str) -> tuple[str, dict[str, Any]]:
    other = {"Key": "idle_timeout.timeout_seconds", "Value": "60"}
    return arn(name), {"Attributes": [other, {"Key": FLAG, "Value": value}]}


def tagged(name: str, *tags: str) -> tuple[str, dict[str, Any]]:
    pairs = [{"Key": one, "Value": "owned"} for one in tags]
    return arn(name), {"ResourceArn": arn(name), "Tags": pairs}


OPEN = ("shop", "inside", "gateway", "network", "week")
THEIRS = {f"theirs-{number}": tag + "cluster" for number, tag in enumerate(DELETED_BY_OTHERS)}
BAD: Facts = {
    LoadBalancers: [
        balancer("shop", Type="application", Scheme="internet-facing"),
        balancer("inside", Type="application", Scheme="internal"),
        balancer("gateway", Type="gateway"),
        balancer("network", Type="network"),
        balancer("week", days=7),
    ],
    BalancerAttributes: [said(one, "false") for one in OPEN],
    BalancerTags: [tagged(one, "environment", "Name") for one in OPEN],
}
GOOD: Facts = {
    LoadBalancers: [
        balancer("safe"),
        balancer("preview", days=6.9),
        balancer("untold"),
        {"LoadBalancerArn": arn("bare")},
        # Their controllers stop at a balancer that is protected: aws-load-balancer-controller #2172, #3957.
        *(balancer(one) for one in THEIRS),
    ],
    BalancerAttributes: [
        said("safe", "true"),
        (arn("untold"), {"Attributes": []}),
        *(said(one, "false") for one in ("preview", "bare", *THEIRS)),
    ],
    BalancerTags: [tagged(name, tag) for name, tag in THEIRS.items()],
}
HARMLESS = "a younger one is protected, and unprotected, just as exactly"
NEEDED = {"ResourceArn"}
RARE = "a made-up balancer would have to be a week old and said to be open"


def test_names_one_attribute_alone() -> None:
    for finding in found(CHECK, BAD):
        (step,) = planned(CHECK, finding)
        assert step.undo
        for call, value in ((step.do, "true"), (step.undo, "false")):
            assert call.params == {
                "LoadBalancerArn": finding.key,
                "Attributes": [{"Key": FLAG, "Value": value}],
            }


def plant(client: Any, name: str, *, protected: bool = False, tag: str = "Name") -> str:
    subnet = client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    elb = client("elbv2")
    made = elb.create_load_balancer(
        Name=name, Type="network", Subnets=[subnet], Tags=[{"Key": tag, "Value": name}]
    )
    key = str(made["LoadBalancers"][0]["LoadBalancerArn"])
    if protected:
        elb.modify_load_balancer_attributes(
            LoadBalancerArn=key, Attributes=[{"Key": FLAG, "Value": "true"}]
        )
    return key


def protected(world: World) -> bool:
    elb = world.client("elbv2")
    (one,) = elb.describe_load_balancers()["LoadBalancers"]
    said = elb.describe_load_balancer_attributes(LoadBalancerArn=one["LoadBalancerArn"])
    return {"Key": FLAG, "Value": "true"} in said["Attributes"]


PLANTING = Planting(
    plant=lambda world: plant(world.client, "shop"), truth=protected, fixed=bool, days=8
)


@pytest.mark.moto
def test_on_moto() -> None:
    def good(client: Any) -> None:
        plant(client, "safe", protected=True)
        plant(client, "theirs", tag="elbv2.k8s.aws/cluster")

    fix_and_undo(
        CHECK,
        lambda client: [plant(client, "shop")],
        good,
        now=datetime.now(UTC) + timedelta(days=8),
    )
