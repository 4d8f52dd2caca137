"""What is read of Elastic Load Balancing: balancers, and which groups of targets they lead to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steadyhand.source import Each, Many, Source

NO_BALANCER = frozenset({"LoadBalancerNotFound", "LoadBalancerNotFoundException"})

LoadBalancers: Source[Mapping[str, Any]] = Source(
    operation="elbv2:DescribeLoadBalancers",
    permission="elasticloadbalancing:DescribeLoadBalancers",
    items="LoadBalancers",
    key=lambda balancer: str(balancer["LoadBalancerArn"]),
    kind="load_balancer",
    params={"PageSize": 400},
    narrow=lambda arn: {"LoadBalancerArns": [arn]},
    gone=NO_BALANCER,
)

BalancerAttributes: Each[Mapping[str, Any]] = Each(
    operation="elbv2:DescribeLoadBalancerAttributes",
    permission="elasticloadbalancing:DescribeLoadBalancerAttributes",
    items="",
    of=LoadBalancers,
    ask=lambda arn: {"LoadBalancerArn": arn},
    gone=NO_BALANCER,
)

BalancerTags: Many[Mapping[str, Any]] = Many(
    operation="elbv2:DescribeTags",
    permission="elasticloadbalancing:DescribeTags",
    items="TagDescriptions",
    of=LoadBalancers,
    full=20,
    ask_all=lambda balancers: {"ResourceArns": list(balancers)},
    whose=lambda said: str(said["ResourceArn"]),
    gone=NO_BALANCER,
)
"""Source: docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTags.html (20 ARNs a call)"""

TargetGroups: Source[Mapping[str, Any]] = Source(
    operation="elbv2:DescribeTargetGroups",
    permission="elasticloadbalancing:DescribeTargetGroups",
    items="TargetGroups",
    key=lambda group: str(group["TargetGroupArn"]),
    kind="target_group",
    params={"PageSize": 400},
    narrow=lambda arn: {"TargetGroupArns": [arn]},
    gone=frozenset({"TargetGroupNotFound", "TargetGroupNotFoundException"}),
)

TargetHealth: Each[Mapping[str, Any]] = Each(
    operation="elbv2:DescribeTargetHealth",
    permission="elasticloadbalancing:DescribeTargetHealth",
    items="TargetHealthDescriptions",
    of=TargetGroups,
    when=lambda group: bool(group.get("LoadBalancerArns")),
    ask=lambda group: {"TargetGroupArn": group},
    gone=frozenset({"TargetGroupNotFound", "TargetGroupNotFoundException"}),
)
"""Pairs of a target group and one of its targets, of those that a balancer leads to."""
