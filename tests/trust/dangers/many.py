"""Storms: many events about few resources, told twice, in any order, by several people, in one hour.

At the end of the hour no more was changed than the caps allow, nothing twice, and whatever is still open
stands in the ledger with its reason. Then hours pass, and events bring the rest in.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from steadyhand.catalogue import discovery
from steadyhand.ledger.caps import ALTOGETHER, FEW
from steadyhand.model import FindingStatus
from tests.trust.lab import World, account
from tests.trust.proofs import Group

EVENTS, GROUPS = 60, 12
AUTHORS = (
    "",
    "arn:aws:iam::123456789012:user/ann",
    "arn:aws:sts::123456789012:assumed-role/Dev/zoe",
)
CHECK = "open_admin_ports"


def opened(world: World, number: int) -> str:
    """A group that lets the world in by SSH."""
    ec2 = world.client("ec2")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    made = ec2.create_security_group(GroupName=f"g-{number}", Description="g", VpcId=vpc)["GroupId"]
    door = {
        "IpProtocol": "tcp",
        "FromPort": 22,
        "ToPort": 22,
        "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
    }
    ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=[door])
    return str(made)


def weathered(seed: int) -> list[str]:
    """What one storm breaks."""
    luck = random.Random(seed)
    with account() as world:
        world.clock.at = world.clock.at.replace(minute=5)
        groups = [opened(world, n) for n in range(GROUPS)]
        (check,) = discovery.load([CHECK])
        came = [(group, luck.choice(AUTHORS)) for group in groups for _ in range(EVENTS // GROUPS)]
        luck.shuffle(came)
        lost = luck.sample(range(len(came)), len(came) // 5)
        for n, (group, by) in enumerate(came):
            if n not in lost:
                world.worker(check).on_event([check], group, by=by)
        wrong = list(judged(world, groups, hours=1))
        for _ in range(GROUPS):
            world.clock.turn(hours=1)
            world.worker(check).settle()
            world.worker(check).sweep([check])
            for group in groups:
                world.worker(check).on_event([check], group)
        wrong += judged(world, groups, hours=GROUPS + 1)
        if left := [group for group in groups if is_open(world, group)]:
            wrong.append(f"{len(left)} of {GROUPS} never closed")
        return wrong


def judged(world: World, groups: Sequence[str], *, hours: int) -> Iterable[str]:
    """What is not as promised, so many hours after the beginning."""
    closed = Counter(str(call.params["GroupId"]) for call in world.mutations)
    if any(count > 1 for count in closed.values()):
        yield f"closed twice: {closed.most_common(1)}"
    if len(closed) > hours * ALTOGETHER * FEW:
        yield f"{len(closed)} changed in {hours} hours"
    if hours == 1 and len(closed) < FEW:
        yield "a storm holds everything"
    known = {
        one.finding.key
        for one in world.worker().ledger.records()
        if one.status is FindingStatus.OPEN
    }
    if lost := [group for group in groups if is_open(world, group) and group not in known]:
        yield f"{len(lost)} open and nowhere written down"
    if world.unrecorded:
        yield f"not recorded before: {world.unrecorded}"


def is_open(world: World, group: str) -> bool:
    said: Any = world.client("ec2").describe_security_groups(GroupIds=[group])
    return bool(said["SecurityGroups"][0]["IpPermissions"])


def every(count: int) -> Iterator[Group]:
    """So many storms."""
    yield lambda: [(f"storm {seed}", partial(weathered, seed)) for seed in range(count)]
