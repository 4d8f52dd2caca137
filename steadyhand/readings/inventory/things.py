"""From what lists said to things: whose each is, where it stands, whom it serves. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from steadyhand.check import tags_of
from steadyhand.readings.inventory import stores, work
from steadyhand.readings.inventory.lists import Lists, Raw
from steadyhand.readings.inventory.work import plain_function
from steadyhand.rhythm.core import words
from steadyhand.rhythm.first.facts import Thing, environment_of
from steadyhand.settings.values import Settings
from steadyhand.sources.backup import Protected
from steadyhand.sources.cloudformation import StackMember, StackMembers
from steadyhand.sources.cloudfront import Distributions
from steadyhand.sources.ecs import EcsServices
from steadyhand.sources.elbv2 import LoadBalancers, TargetGroups, TargetHealth
from steadyhand.sources.lambda_ import EventSourceMappings
from steadyhand.sources.tagging import Tagged

OUR_STACK = "steadyhand"
OUR_TAG = "steadyhand:part"
STACK_TAG = "aws:cloudformation:stack-name"
TOOLS = ("terraform", "opentofu", "pulumi")
TYPES: Mapping[str, str] = {
    "EC2": "AWS::EC2::Instance",
    "NAT gateway": "AWS::EC2::NatGateway",
    "load balancer": "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "CloudFront": "AWS::CloudFront::Distribution",
    "API Gateway": "AWS::ApiGateway",
    "Lambda": "AWS::Lambda::Function",
    "ECS": "AWS::ECS::Service",
    "SQS": "AWS::SQS::Queue",
    "cache": "AWS::ElastiCache::",
    "RDS": "AWS::RDS::DB",
    "DynamoDB": "AWS::DynamoDB::",
    "S3": "AWS::S3::Bucket",
    "EFS": "AWS::EFS::FileSystem",
}
"""How CloudFormation calls each kind, or how its names begin."""


def things_of(lists: Lists, settings: Settings) -> tuple[Thing, ...]:
    """Everything that runs and is not ours, by ARN."""
    tags = {
        arn: tags_of(one.get("Tags"))
        for _, one in lists[Tagged]
        if (arn := str(one["ResourceARN"]))
    }
    members: dict[str, list[StackMember]] = defaultdict(list)
    for _, member in lists[StackMembers]:
        members[member.physical].append(member)
    links = links_of(lists)
    made: dict[str, Thing] = {}
    for raw in everything(lists):
        said = {**tags.get(raw.arn, {}), **(raw.tags or {})}
        owner = owner_of(raw, said, members)
        if OUR_TAG in said or owner.partition(" ")[2].partition("-")[0] == OUR_STACK:
            continue
        made[raw.arn] = Thing(
            arn=raw.arn,
            kind=raw.kind,
            tier=raw.tier,
            name=raw.name,
            region=raw.region,
            environment=environment_of(settings, lists.account, raw.arn, raw.name, said),
            says=raw.says or raw.kind,
            is_open=raw.is_open,
            holds=raw.holds,
            backup=raw.backup,
            is_saved=raw.is_saved,
            owner=owner,
            hands_off=settings.hands_off_tag in said,
            rolls_back=raw.rolls_back,
            to=tuple(sorted(links.get(raw.arn, ()))),
        )
    copies = {str(one["ResourceArn"]): one for _, one in lists[Protected]}
    for arn in copies.keys() & made.keys():
        if made[arn].holds and not made[arn].is_saved:
            on = copies[arn].get("LastBackupTime")
            last = f", last on {words.day(on.date())}" if on else ""
            made[arn] = replace(made[arn], is_saved=True, backup=f"AWS Backup{last}")
    return tuple(sorted(made.values(), key=lambda one: one.arn))


def owner_of(
    raw: Raw, tags: Mapping[str, str], members: Mapping[str, Sequence[StackMember]]
) -> str:
    """The stack with its name, the name of a tool, or nothing."""
    if stack := tags.get(STACK_TAG):
        return f"stack {stack}"
    for name in (raw.arn, *raw.ids):
        for member in members.get(name, ()):
            if member.type.startswith(TYPES[raw.kind]):
                return f"stack {member.stack}"
    for key, value in sorted(tags.items()):
        said = f"{key} {value}".lower()
        if tool := next((one for one in TOOLS if one in said), ""):
            return tool.capitalize()
    return ""


def everything(lists: Lists) -> Iterator[Raw]:
    """Each kind in turn."""
    for kind in KINDS:
        yield from kind(lists)


KINDS: Sequence[Callable[[Lists], Iterator[Raw]]] = (
    work.distributions,
    work.balancers,
    work.apis,
    work.services,
    work.instances,
    work.functions,
    work.queues,
    stores.caches,
    stores.databases,
    stores.tables,
    stores.files,
    stores.buckets,
    work.gateways,
)


def links_of(lists: Lists) -> dict[str, set[str]]:
    """Who leads to whom, as far as lists tell: balancer to target, queue to worker, edge to origin."""
    links: dict[str, set[str]] = defaultdict(set)
    fronts = {
        str(group["TargetGroupArn"]): tuple(group.get("LoadBalancerArns", ()))
        for _, group in lists[TargetGroups]
    }
    for region, (group, health) in lists[TargetHealth]:
        target = str(health.get("Target", {}).get("Id", ""))
        if target.startswith("i-"):
            target = lists.arn("ec2", region, f"instance/{target}")
        join(links, fronts.get(group, ()), plain_function(target))
    for _, service in lists[EcsServices]:
        for one in service.get("loadBalancers", ()):
            join(links, fronts.get(one.get("targetGroupArn", ""), ()), service["serviceArn"])
    for _, mapping in lists[EventSourceMappings]:
        came, goes = mapping.get("EventSourceArn", ""), mapping.get("FunctionArn", "")
        if came and goes:
            join(links, [came.partition("/stream/")[0]], plain_function(goes))
    hosts = {one.get("DNSName", ""): one["LoadBalancerArn"] for _, one in lists[LoadBalancers]}
    for _, one in lists[Distributions]:
        for origin in one.get("Origins", {}).get("Items", ()):
            host = str(origin.get("DomainName", ""))
            bucket, found, _ = host.partition(".s3")
            goes = hosts.get(host) or (f"arn:{lists.partition}:s3:::{bucket}" if found else "")
            join(links, [str(one["ARN"])], goes)
    return links


def join(links: dict[str, set[str]], came: Iterable[str], goes: str) -> None:
    """Remember a link."""
    for one in came:
        if goes:
            links[one].add(goes)
