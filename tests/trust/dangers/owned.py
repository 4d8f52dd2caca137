"""What code owns is proposed to its code, whatever it is and however its tags are spelled; an open door is closed.

Tags are answered as AWS answers them, by whichever call the engine asks: their own, or the look's.
docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html,
registry.terraform.io/providers/hashicorp/aws/latest/docs/guides/resource-tagging (default_tags).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from steadyhand.model import Answer
from tests.trust.dangers.wide import safe
from tests.trust.lab import World, account
from tests.trust.proofs import Group, Labelled
from tests.trust.scenes import scene

OWNERS: Mapping[str, Mapping[str, str]] = {
    "CloudFormation": {
        "aws:cloudformation:stack-name": "shop",
        "aws:cloudformation:logical-id": "It",
    },
    "CDK": {"aws:cloudformation:stack-name": "ShopStack", "aws:cdk:path": "ShopStack/It"},
    "Terraform's default tags": {"ManagedBy": "Terraform"},
    "OpenTofu, spelled otherwise": {"managed-by": "opentofu"},
    "Terraform, as a name": {"terraform": "true"},
    "Pulumi": {"provisioner": "Pulumi"},
}


IN_THE_LIST: Mapping[str, tuple[str, str]] = {
    "cloudformation:DescribeStacks": ("Stacks", "Tags"),
    "ec2:DescribeVolumes": ("Volumes", "Tags"),
    "rds:DescribeDBClusters": ("DBClusters", "TagList"),
    "rds:DescribeDBInstances": ("DBInstances", "TagList"),
}
"""Which lists tell their items' tags, and under which name."""


def tagged(items: str, field: str, pairs: list[dict[str, str]], answer: Any) -> None:
    """Each item of a list has these tags."""
    for one in answer[items]:
        one[field] = pairs


def answered(world: World, tags: Mapping[str, str]) -> None:
    """Whoever asks for tags is told these."""
    pairs = [{"Key": name, "Value": said} for name, said in tags.items()]

    def listed(params: Mapping[str, Any]) -> Answer:
        arns = params.get("ResourceARNList") or ()
        return {"ResourceTagMappingList": [{"ResourceARN": one, "Tags": pairs} for one in arns]}

    def of_balancers(params: Mapping[str, Any]) -> Answer:
        arns = params["ResourceArns"]
        return {"TagDescriptions": [{"ResourceArn": one, "Tags": pairs} for one in arns]}

    told: dict[str, Callable[[Mapping[str, Any]], Answer]] = {
        "resourcegroupstaggingapi:GetResources": listed,
        "elbv2:DescribeTags": of_balancers,
        "iam:ListUserTags": lambda _: {"Tags": pairs, "IsTruncated": False},
        "s3:GetBucketTagging": lambda _: {"TagSet": pairs},
        "route53:ListTagsForResource": lambda _: {"ResourceTagSet": {"Tags": pairs}},
    }
    world.answers |= told

    for operation, (items, field) in IN_THE_LIST.items():
        world.touch[operation] = partial(tagged, items, field, pairs)
    world.touch["guardduty:GetDetector"] = lambda answer: answer.update(Tags=dict(tags))


def left(name: str, owner: str) -> list[str]:
    """What is changed that its code should change; a door to the world that stays open."""
    with account() as world:
        here = scene(name, world)
        answered(world, OWNERS[owner])
        outcome = here.event()
        held = {one.guardrail for one in outcome.held.values()}
        if here.check.category == "exposure":
            return [] if world.mutations or "owned_by_code" not in held else ["left open"]
        if here.check.puts_back_code and "aws:cloudformation:stack-name" in OWNERS[owner]:
            return [] if world.mutations else ["what its stack says is not put back"]
        wrong = [f"{one.action} in place" for one in world.mutations]
        return wrong if held == {"owned_by_code"} else [*wrong, f"held by {held or 'nothing'}"]


def every() -> Iterator[Group]:
    """Every owner, a group for each check that acts by itself."""

    def group(name: str) -> Labelled:
        return [(f"{name}: {owner}", partial(left, name, owner)) for owner in OWNERS]

    return (partial(group, name) for name in safe())
