"""A load balancer faces the internet, and no alarm says when its users get errors.

Then the first alarm is a customer's mail. Judged are application load balancers that the internet reaches and
that are older than a week (`young`). An alarm counts whoever made it and whatever it is called, where it
watches errors, latency or health of the balancer or of a group of its targets: alone, in metric math or in
a query over all balancers.

Fix: an alarm that fires when its targets answer more than a few requests (`failures`) with a code of 500 or more
in five minutes, twice in a row. It calls nobody by itself: Steadyhand hears of every alarm of the account,
and you add whom else it should call. CloudWatch bills it as any other. You are asked before, for how many are
too many is yours to say.
Undo: the alarm is deleted, unless somebody changed it since.

Steered by: who may make load balancers or alarms.
At worst: an alarm whose name begins with server-errors- is written over or deleted.

Runbook:

1. How many errors does it have on a good day? CloudWatch, `HTTPCode_Target_5XX_Count`, the last two weeks.
2. `steadyhand approve FINDING` makes the alarm `server-errors-` and the name of the balancer.
3. Add whom it should call, and make it yours: bring it into your templates with a threshold that fits.
4. If something else watches it, from outside or in its log: `steadyhand exempt FINDING --until DATE
   --because REASON`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

from steadyhand.account import Account
from steadyhand.check import Check, is_barred
from steadyhand.checks.alarms import making, permits, taken
from steadyhand.model import Finding, Read, Risk, Severity, Step
from steadyhand.model.knobs import Days, Range
from steadyhand.sources.cloudwatch import AlarmTags, MetricAlarms, queried, watched
from steadyhand.sources.elbv2 import LoadBalancers
from steadyhand.triggers import AlarmConfigured, ApiCalled, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

NAMESPACE, ERRORS, DIMENSION = "AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "LoadBalancer"
BEGINS = "server-errors-"
TELLING = frozenset(
    {
        *(ERRORS, "HTTPCode_ELB_5XX_Count", "HTTPCode_ELB_500_Count", "HTTPCode_ELB_502_Count"),
        *("HTTPCode_ELB_503_Count", "HTTPCode_ELB_504_Count", "TargetResponseTime"),
        *("UnHealthyHostCount", "HealthyHostCount", "UnhealthyRoutingRequestCount"),
        *("TargetConnectionErrorCount", "RejectedConnectionCount", "AnomalousHostCount"),
    }
)
"""What says that users are hit. Source:
docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html"""

EVERY_BALANCER = "*"


class NoImpactAlarm(Check):
    severity = Severity.MEDIUM
    risk = Risk.APPROVAL
    reads = (LoadBalancers, MetricAlarms)
    wakes = (
        days(1),
        AlarmConfigured(NAMESPACE, ERRORS, DIMENSION),
        AlarmConfigured(NAMESPACE, "HTTPCode_ELB_5XX_Count", DIMENSION),
        AlarmConfigured(NAMESPACE, "TargetResponseTime", DIMENSION),
        ApiCalled("elbv2:DeleteLoadBalancer", "requestParameters.loadBalancerArn"),
    )
    looks = (AlarmTags,)
    writes = permits(
        BEGINS,
        namespace=NAMESPACE,
        metric=ERRORS,
        dimension=DIMENSION,
        value=r"app/[\w-]+/[0-9a-f]+",
        statistic="Sum",
    )
    resource_type = "AWS::ElasticLoadBalancingV2::LoadBalancer"
    consequence = "Users get errors, and the first to tell you is one of them."
    short = "no alarm on errors"
    done = "alarm made"
    hours_lost = (1, 8)
    peers = ("SS:apigateway:CloudWatchAlarms", "MB:application-load-balancer")

    young: Days = 7
    """How old a balancer must be to be one that stays."""

    failures: Annotated[int, Range(0, 1_000_000, "errors in five minutes")] = 10
    """From how many errors on the alarm fires."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        alarms = account[MetricAlarms]
        heard = {one for alarm in alarms for one in balancers_of(alarm, account.id)}
        names = {alarm.get("AlarmName", "") for alarm in alarms}
        for balancer in account[LoadBalancers]:
            arn, made = LoadBalancers.key(balancer), balancer.get("CreatedTime")
            is_young = made is None or now - made < timedelta(days=self.young)
            name, called = balancer.get("LoadBalancerName", "?"), arn.partition(":loadbalancer/")[2]
            if (
                is_young
                or not faces_users(balancer)
                or not heard.isdisjoint({called, EVERY_BALANCER})
            ):
                continue
            alarm = f"{BEGINS}{name}"
            yield self.finding(
                account,
                resource=arn,
                key=arn,
                summary=f"no alarm says when users of the load balancer {name} get errors",
                barred=f"left to a person: {alarm} watches something else"
                if alarm in names
                else "",
                arn=account.arn("cloudwatch", f"alarm:{alarm}"),
                alarm=alarm,
                balancer=called,
                failures=self.failures,
            )

    def plan(self, finding: Finding) -> Iterator[Step]:
        if is_barred(finding):
            return
        said = finding.evidence
        made = {
            "AlarmDescription": "Users get errors: look at the targets, and at what was deployed last.",
            "Namespace": NAMESPACE,
            "MetricName": ERRORS,
            "Dimensions": [{"Name": DIMENSION, "Value": said["balancer"]}],
            "Statistic": "Sum",
            "Period": 300,
            "EvaluationPeriods": 2,
            "Threshold": said["failures"],
        }
        yield making(said["arn"], said["alarm"], made)

    def doubt(self, finding: Finding, now: datetime) -> Generator[Read, Sequence[Any], str]:
        """Is the name of its alarm still free?"""
        del now
        return (yield from taken(finding.evidence["alarm"]))

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "every balancer of the emulator is younger than a week")


def faces_users(balancer: Mapping[str, Any]) -> bool:
    """Does the internet reach it, and is it at work?"""
    return (
        balancer.get("Type") == "application"
        and balancer.get("Scheme") == "internet-facing"
        and (balancer.get("State") or {}).get("Code", "active") in {"active", "active_impaired"}
    )


def balancers_of(alarm: Mapping[str, Any], account: str) -> Iterator[str]:
    """The balancers that it watches, as CloudWatch calls them; `EVERY_BALANCER` for a query over all."""
    for namespace, metric, dimensions in watched(alarm, account):
        if namespace == NAMESPACE and metric in TELLING and DIMENSION in dimensions:
            yield dimensions[DIMENSION]
    if any(NAMESPACE in said and any(one in said for one in TELLING) for said in queried(alarm)):
        yield EVERY_BALANCER
