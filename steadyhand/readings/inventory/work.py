"""From lists to what works: machines, functions, services, queues, and what strangers meet first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from steadyhand.check import tags_of
from steadyhand.checks.security_groups import is_world
from steadyhand.readings.inventory.lists import Lists, Raw
from steadyhand.rhythm.first.facts import EDGE, QUEUES, SERVICES, WORKERS
from steadyhand.sources.apigateway import HttpApis, RestApis
from steadyhand.sources.cloudfront import Distributions
from steadyhand.sources.ec2 import Instances, NatGateways, SecurityGroups
from steadyhand.sources.ecs import EcsServices
from steadyhand.sources.elbv2 import LoadBalancers
from steadyhand.sources.lambda_ import EventSourceMappings, Functions
from steadyhand.sources.sqs import QueueAttributes

GONE = frozenset({"terminated", "shutting-down", "deleted", "deleting"})
BALANCERS = {"application": "ALB", "network": "NLB", "gateway": "GWLB"}


def instances(lists: Lists) -> Iterator[Raw]:
    """EC2; open where it has a public address and a group that lets the world in."""
    wide = {group["GroupId"] for _, group in lists[SecurityGroups] if lets_world_in(group)}
    for region, one in lists[Instances]:
        if one.get("State", {}).get("Name") in GONE:
            continue
        tags = tags_of(one.get("Tags"))
        groups = {group["GroupId"] for group in one.get("SecurityGroups", ())}
        yield Raw(
            arn=lists.arn("ec2", region, f"instance/{one['InstanceId']}"),
            kind="EC2",
            tier=SERVICES,
            name=tags.get("Name") or one["InstanceId"],
            region=region,
            ids=(one["InstanceId"],),
            tags=tags,
            says=f"EC2 {one.get('InstanceType', '')}".strip(),
            is_open=bool(one.get("PublicIpAddress")) and bool(groups & wide),
        )


def lets_world_in(group: Mapping[str, Any]) -> bool:
    """Does a rule of it name everybody?"""
    for rule in group.get("IpPermissions", ()):
        ranges = [one.get("CidrIp") for one in rule.get("IpRanges", ())]
        ranges += [one.get("CidrIpv6") for one in rule.get("Ipv6Ranges", ())]
        if any(is_world(one) for one in ranges if one):
            return True
    return False


def gateways(lists: Lists) -> Iterator[Raw]:
    """NAT gateways: counted, not drawn."""
    for region, one in lists[NatGateways]:
        if one.get("State") not in GONE:
            tags = tags_of(one.get("Tags"))
            name = one["NatGatewayId"]
            yield Raw(
                arn=lists.arn("ec2", region, f"natgateway/{name}"),
                kind="NAT gateway",
                tier="",
                name=tags.get("Name") or name,
                region=region,
                ids=(name,),
                tags=tags,
            )


def balancers(lists: Lists) -> Iterator[Raw]:
    """Load balancers."""
    for region, one in lists[LoadBalancers]:
        arn = str(one["LoadBalancerArn"])
        yield Raw(
            arn=arn,
            kind="load balancer",
            tier=EDGE,
            name=one["LoadBalancerName"],
            region=region,
            ids=(arn,),
            says=BALANCERS.get(str(one.get("Type")), "load balancer"),
            is_open=one.get("Scheme") == "internet-facing",
        )


def distributions(lists: Lists) -> Iterator[Raw]:
    """CloudFront, by its first other name."""
    for region, one in lists[Distributions]:
        aliases = one.get("Aliases", {}).get("Items") or [one.get("DomainName") or one["Id"]]
        yield Raw(
            arn=str(one["ARN"]),
            kind="CloudFront",
            tier=EDGE,
            name=aliases[0],
            region=region,
            ids=(one["Id"],),
            is_open=bool(one.get("Enabled", True)),
        )


def apis(lists: Lists) -> Iterator[Raw]:
    """API Gateway, old and new."""
    for region, one in lists[RestApis]:
        types = one.get("endpointConfiguration", {}).get("types", ())
        arn = f"arn:{lists.partition}:apigateway:{region}::/restapis/{one['id']}"
        name = one.get("name") or one["id"]
        is_open = "PRIVATE" not in types
        yield Raw(
            arn=arn,
            kind="API Gateway",
            tier=EDGE,
            name=name,
            region=region,
            ids=(one["id"],),
            tags=one.get("tags"),
            is_open=is_open,
        )
    for region, one in lists[HttpApis]:
        arn = f"arn:{lists.partition}:apigateway:{region}::/apis/{one['ApiId']}"
        yield Raw(
            arn=arn,
            kind="API Gateway",
            tier=EDGE,
            name=one.get("Name") or one["ApiId"],
            region=region,
            ids=(one["ApiId"],),
            tags=one.get("Tags"),
            is_open=not one.get("DisableExecuteApiEndpoint"),
        )


def functions(lists: Lists) -> Iterator[Raw]:
    """Lambda: a worker where a queue or a stream feeds it."""
    fed = {plain_function(one.get("FunctionArn", "")) for _, one in lists[EventSourceMappings]}
    for region, one in lists[Functions]:
        arn, name = str(one["FunctionArn"]), one["FunctionName"]
        yield Raw(
            arn=arn,
            kind="Lambda",
            tier=WORKERS if arn in fed else SERVICES,
            name=name,
            region=region,
            ids=(name,),
        )


def plain_function(arn: str) -> str:
    """Without its version or alias."""
    return ":".join(arn.split(":")[:7])


def services(lists: Lists) -> Iterator[Raw]:
    """ECS: a worker where no balancer leads to it."""
    for region, one in lists[EcsServices]:
        arn = str(one["serviceArn"])
        breaker = one.get("deploymentConfiguration", {}).get("deploymentCircuitBreaker", {})
        yield Raw(
            arn=arn,
            kind="ECS",
            tier=SERVICES if one.get("loadBalancers") else WORKERS,
            name=one["serviceName"],
            region=region,
            ids=(arn,),
            says=f"ECS × {one.get('desiredCount', 0)}",
            rolls_back=bool(breaker.get("enable") and breaker.get("rollback")),
        )


def queues(lists: Lists) -> Iterator[Raw]:
    """SQS."""
    dead = {
        part
        for _, (_, one) in lists[QueueAttributes]
        for part in str(one.get("RedrivePolicy", "")).split('"')
        if part.startswith("arn:")
    }
    for region, (url, one) in lists[QueueAttributes]:
        arn = str(one["QueueArn"])
        is_safe = "RedrivePolicy" in one or arn in dead
        yield Raw(
            arn=arn,
            kind="SQS",
            tier=QUEUES,
            name=arn.rpartition(":")[2],
            region=region,
            ids=(url,),
            says="SQS" if is_safe else "SQS, no DLQ",
        )
