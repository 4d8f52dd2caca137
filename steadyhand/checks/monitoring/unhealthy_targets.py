"""A load balancer leads to targets that fail their health checks.

Where none is healthy, customers see errors now; where some are not, the others do their work, and the
next that fails takes the site down. Judged are groups that a load balancer leads to. A target that is
just registered or on its way out does not count, nor does one that was never checked.

Fix: by a person, who knows what the target should answer: a restart would hide why it does not.
Undo: nothing is done, so there is nothing to undo.

Steered by: who may register a target, or change what its check asks for: a check that asks for little hides
it.

Runbook:

1. `steadyhand show FINDING` says how many, and what their health check got instead of an answer.
2. Read the log of one of them from when it began; look who deployed what just before.
3. If a deployment did it, go back to the one before.
4. If the check asks for the wrong path or code, fix the check, not the target.
5. If nobody needs the group: take it off the load balancer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import Finding, Risk, Severity
from steadyhand.sources.elbv2 import TargetGroups, TargetHealth
from steadyhand.triggers import AlarmChanged, ApiCalled, hours

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

SERVING = frozenset({"healthy", "unavailable"})
"""With health checks off, AWS says that a target's health is unavailable, and sends it requests."""

WORDS = {
    "Target.ResponseCodeMismatch": "answers with a code that its check does not take",
    "Target.Timeout": "does not answer in time",
    "Target.FailedHealthChecks": "refuses the connection or answers wrongly",
}
"""Source: docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html"""


class UnhealthyTargets(Check):
    severity = Severity.HIGH
    risk = Risk.ADVICE
    reads = (TargetGroups, TargetHealth)
    wakes = (
        hours(6),
        AlarmChanged("AWS/ApplicationELB", "UnHealthyHostCount", "TargetGroup"),
        AlarmChanged("AWS/ApplicationELB", "HealthyHostCount", "TargetGroup"),
        AlarmChanged("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "TargetGroup"),
        AlarmChanged("AWS/NetworkELB", "UnHealthyHostCount", "TargetGroup"),
        AlarmChanged("AWS/NetworkELB", "HealthyHostCount", "TargetGroup"),
        ApiCalled("elbv2:DeleteTargetGroup", "requestParameters.targetGroupArn"),
        ApiCalled("elbv2:DeregisterTargets", "requestParameters.targetGroupArn"),
    )
    resource_type = "AWS::ElasticLoadBalancingV2::TargetGroup"
    consequence = "Customers see errors, or will as soon as one more target fails."
    short = "fails its health checks"
    hours_lost = (0.5, 4)
    peers = ("MB:ECSServiceFailed",)

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        health: dict[str, list[Any]] = {}
        for arn, target in account[TargetHealth]:
            health.setdefault(arn, []).append(target.get("TargetHealth") or {})
        for group in account[TargetGroups]:
            arn = group["TargetGroupArn"]
            targets = health.get(arn, ())
            bad = [one for one in targets if one.get("State") == "unhealthy"]
            if not bad or not group.get("LoadBalancerArns"):
                continue
            works = sum(one.get("State") in SERVING for one in targets)
            name = group.get("TargetGroupName") or arn.rpartition(":")[2]
            yield self.finding(
                account,
                resource=arn,
                key=arn,
                summary=(f"{said(name, len(bad), works)}: it {why(bad)}")[:200],
                severity=Severity.MEDIUM if works else None,
                unhealthy=len(bad),
                healthy=works,
            )

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "no load balancer of this emulator checks its targets")


def said(name: str, bad: int, works: int) -> str:
    """How many, as a person says it."""
    if not works:
        return f"no target of {name} is healthy"
    return f"{bad} of {bad + works} targets of {name} {'is' if bad == 1 else 'are'} unhealthy"


def why(bad: list[Any]) -> str:
    """What most of their health checks got."""
    ((reason, _),) = Counter(one.get("Reason", "") for one in bad).most_common(1)
    return WORDS.get(reason, "fails its health checks")
