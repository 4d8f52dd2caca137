"""VPC Block Public Access: a group of a network that nobody gets into opens nothing.

docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html
"""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.checks.exposure.open_admin_ports import OpenAdminPorts
from steadyhand.checks.exposure.open_all_ports import OpenAllPorts
from steadyhand.checks.exposure.open_data_ports import OpenDataPorts
from steadyhand.model import Finding, ReadFailed, Unknown
from tests.checks.exposure.groups import group, lets_in
from tests.engine.paper import Paper, survey

OPTIONS, EXCLUSIONS = (
    "DescribeVpcBlockPublicAccessOptions",
    "DescribeVpcBlockPublicAccessExclusions",
)
OURS = {"VpcId": "vpc-1", "OwnerId": Paper.account}
SHARED = {"VpcId": "vpc-2", "OwnerId": "999999999999"}
CHECKS = (OpenAdminPorts(), OpenDataPorts(), OpenAllPorts())
OPEN = group(lets_in(22), lets_in(5432), lets_in(0, 65535), name="open")
ARN = f"arn:aws:ec2:eu-central-1:{Paper.account}:"


def block(mode: str = "block-ingress", state: str = "update-complete", **more: Any) -> Any:
    said = {"InternetGatewayBlockMode": mode, "State": state, **more}
    return {"VpcBlockPublicAccessOptions": said}


def exclusion(name: str, mode: str = "allow-bidirectional", state: str = "create-complete") -> Any:
    return {
        "ResourceArn": f"{ARN}{name.partition('-')[0]}/{name}",
        "InternetGatewayExclusionMode": mode,
        "State": state,
    }


def aws(said: Any, *exclusions: Any, vpc: str = "vpc-1", **more: Any) -> Paper:
    script = {
        "DescribeSecurityGroups": {"SecurityGroups": [OPEN | {"VpcId": vpc}]},
        OPTIONS: said,
        EXCLUSIONS: {"VpcBlockPublicAccessExclusions": list(exclusions)},
        "DescribeVpcs": {"Vpcs": [OURS, SHARED]},
        "DescribeSubnets": {"Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1"}]},
    }
    return Paper(**(script | more))


EVERY = {check.id for check in CHECKS}


@pytest.mark.parametrize(
    "paper",
    [
        aws(block()),
        aws(block("block-bidirectional")),
        aws(block(), exclusion("vpc-3")),
        aws(
            block(), exclusion("vpc-1", "allow-egress"), exclusion("vpc-1", state="delete-complete")
        ),
        aws(block(), exclusion("vpc-1", state="disable-complete")),
    ],
)
def test_silent_where_nobody_gets_in(paper: Paper) -> None:
    """An exclusion that the organization does not allow any more is `disable-complete`."""
    assert survey(paper, *CHECKS) == []


@pytest.mark.parametrize(
    "paper",
    [
        aws(block("off")),
        aws(block("off", "default-state")),
        aws(block(state="update-in-progress")),
        aws(block(), exclusion("vpc-1")),
        aws(block(), exclusion("subnet-1")),
        aws(block(), vpc="vpc-2"),
        aws(block(), vpc="vpc-9"),
        aws(ReadFailed("InvalidAction", "EC2 of this region knows no such thing")),
    ],
)
def test_found_where_somebody_may(paper: Paper) -> None:
    """A network shared with the account follows the block of its owner, which nobody here can read."""
    outcomes = survey(paper, *CHECKS)
    assert {one.check for one in outcomes} == EVERY
    assert all(isinstance(one, Finding) for one in outcomes)


@pytest.mark.parametrize("operation", [OPTIONS, EXCLUSIONS, "DescribeVpcs"])
def test_a_block_that_cannot_be_read_hides_nothing_and_is_told(operation: str) -> None:
    outcomes = survey(
        aws(block(), **{operation: ReadFailed("AccessDenied", "you may not")}), *CHECKS
    )
    assert {one.check for one in outcomes if isinstance(one, Finding)} == EVERY
    assert {one.check for one in outcomes if isinstance(one, Unknown)} == EVERY


def test_it_is_asked_only_where_a_group_lets_many_in() -> None:
    closed = group(lets_in(22, cidr="10.0.0.0/16"), name="closed")
    paper = aws(block(), DescribeSecurityGroups={"SecurityGroups": [closed]})
    assert survey(paper, *CHECKS) == []
    assert paper.actions() == ["DescribeSecurityGroups"]
