"""A load balancer can be deleted with a single call, and nobody gets its name back.

A wrong profile, a `destroy` in the wrong folder, a click in the console: the service is unreachable at once, and
a new balancer has other addresses and another name, so that every record that leads to it has to be changed.
Not judged are balancers that a controller of Kubernetes, ECS or Elastic Beanstalk makes and deletes by itself,
which it could not any more; and those younger than a week (`young`), which a test may have made for an hour.

Fix: switch deletion protection on. Traffic goes on as before, but whoever wants to delete the balancer must
switch it off first.
Undo: switch it off again.

Steered by: who may modify the balancer, or name its environment by its tags.
At worst: a balancer can be deleted, or not, by those who may delete it anyway; nothing else of it.

Runbook:

1. Is it one that a pipeline makes and deletes? Then `steadyhand exempt FINDING --until DATE
   --because REASON`, or leave the mode for that environment at observe.
2. `steadyhand fix FINDING` switches it on.
3. Set `deletion_protection.enabled` to true among the LoadBalancerAttributes in your templates too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from steadyhand.account import Account
from steadyhand.check import tags_of
from steadyhand.checks.deletion_protection import Unprotected
from steadyhand.model import Call, Finding, Look, Part, Permit, Read, Seen
from steadyhand.model.knobs import Days
from steadyhand.sources.elbv2 import BalancerAttributes, BalancerTags, LoadBalancers
from steadyhand.triggers import ApiCalled, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

FLAG = "deletion_protection.enabled"
NAMED = "requestParameters.loadBalancerArn"

DELETED_BY_OTHERS = (
    *("elbv2.k8s.aws/", "ingress.k8s.aws/", "service.k8s.aws/", "kubernetes.io/", "eks:"),
    *("elasticbeanstalk:", "AmazonECSManaged", "gateway.k8s.aws/", "gateway.elbv2.k8s.aws/"),
)
"""How the tags begin of those who delete their balancers by themselves. Sources: the annotations of
kubernetes-sigs.github.io/aws-load-balancer-controller; docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.tagging.html"""


class BalancerDeletionProtectionOff(Unprotected):
    reads = (LoadBalancers, BalancerAttributes, BalancerTags)
    wakes = (
        days(1),
        ApiCalled("elbv2:ModifyLoadBalancerAttributes", NAMED),
        ApiCalled("elbv2:DeleteLoadBalancer", NAMED),
    )
    writes = (
        Permit(
            "elasticloadbalancing:ModifyLoadBalancerAttributes",
            ("loadbalancer/*/{LoadBalancerArn:last}",),
            shape={
                "LoadBalancerArn": r"arn:[\w-]+:elasticloadbalancing:[\w:/-]+",
                "Attributes": [{"Key": FLAG, "Value": frozenset({"true", "false"})}],
            },
        ),
    )
    resource_type = "AWS::ElasticLoadBalancingV2::LoadBalancer"
    consequence = "One wrong call takes the service off the net, and its name with it."
    hours_lost = (2, 16)
    peers = (
        "P:elbv2_deletion_protection",
        "ASR:ELB.6",
        "CFG:ELB_DELETION_PROTECTION_ENABLED",
    )

    young: Days = 7
    """How old a balancer must be to be one that stays."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        open_ones = {arn for arn, said in account[BalancerAttributes] if flag(said) == "false"}
        tags = {arn: tags_of(said.get("Tags")) for arn, said in account[BalancerTags]}
        for balancer in account[LoadBalancers]:
            arn, made = LoadBalancers.key(balancer), balancer.get("CreatedTime")
            is_young = made is None or now - made < timedelta(days=self.young)
            is_theirs = any(one.startswith(DELETED_BY_OTHERS) for one in tags.get(arn, ()))
            if arn in open_ones and not is_young and not is_theirs:
                yield self.unprotected(
                    account,
                    resource=arn,
                    key=arn,
                    what=f"the load balancer {balancer.get('LoadBalancerName', arn)}",
                    tags=tags.get(arn),
                    balancer=arn,
                )

    def protection(self, finding: Finding) -> Part:
        arn = finding.evidence["balancer"]
        return Part(finding.resource, "deletion protection", lambda: see_protection(arn))

    def turn(self, finding: Finding, *, on: bool) -> Call:
        value = "true" if on else "false"
        return Call(
            "elbv2:ModifyLoadBalancerAttributes",
            {
                "LoadBalancerArn": finding.evidence["balancer"],
                "Attributes": [{"Key": FLAG, "Value": value}],
            },
            permission="elasticloadbalancing:ModifyLoadBalancerAttributes",
        )

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "every balancer of the emulator is younger than a week")


def flag(said: Mapping[str, Any]) -> str:
    """What the attributes say of it; nothing where they leave it out."""
    pairs = {one.get("Key"): one.get("Value") for one in said.get("Attributes") or ()}
    return str(pairs.get(FLAG, ""))


def see_protection(balancer: str) -> Look:
    """Is it on? Every balancer has an ARN of its own, also one made anew under the same name."""
    for _, said in (yield Read(BalancerAttributes, balancer)):
        return Seen(value=flag(said) == "true", identity=balancer)
    return Seen(identity=None)
