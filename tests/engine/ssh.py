"""Security groups in moto that open SSH, and what became of them."""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3

from steadyhand.check import Check
from steadyhand.engine.reconcile import Reconciler
from steadyhand.model import (
    Change,
    Mode,
    Record,
)
from steadyhand.settings.values import Settings
from tests.reconcilers import REGION

AUTO = Settings(modes={"open_admin_ports": {"*": Mode.AUTO}}, regions=[REGION], home=REGION)
WORLD = {"CidrIp": "0.0.0.0/0", "Description": "quick test"}


@cache
def ec2() -> Any:
    return boto3.client("ec2", REGION)


def group(name: str = "bastion", tags: dict[str, str] | None = None) -> str:
    vpc = ec2().describe_vpcs()["Vpcs"][0]["VpcId"]
    made: str = ec2().create_security_group(GroupName=name, Description="x", VpcId=vpc)["GroupId"]
    if tags:
        pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
        ec2().create_tags(Resources=[made], Tags=pairs)
    return made


def permit(port: int, *ranges: dict[str, str]) -> dict[str, Any]:
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": list(ranges)}


def open_ssh(group_id: str, *ranges: dict[str, str]) -> None:
    ec2().authorize_security_group_ingress(
        GroupId=group_id, IpPermissions=[permit(22, *(ranges or (WORLD,)))]
    )


def grants(group_id: str) -> list[Any]:
    found = ec2().describe_security_groups(GroupIds=[group_id])["SecurityGroups"][0]
    return sorted(
        (inner["CidrIp"], inner.get("Description"))
        for permission in found["IpPermissions"]
        for inner in permission["IpRanges"]
    )


def echo(here: Reconciler, check: Check, change: Change) -> Change:
    """Our own change comes back as an event, in the session that is called after it."""
    (seen,) = here.on_event([check], change.finding.key, session=change.id).changes
    return seen


def fixed(here: Reconciler, check: Check, group_id: str) -> Change:
    (change,) = here.on_event([check], group_id).changes
    return echo(here, check, change)


def record(here: Reconciler, change: Change) -> Record:
    found = here.ledger.record(change.finding.id)
    assert found is not None
    return found
