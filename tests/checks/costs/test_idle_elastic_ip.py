"""Addresses that point at nothing."""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.account import Account
from steadyhand.checks.costs.idle_elastic_ip import IdleElasticIp
from steadyhand.sources.ec2 import Addresses
from tests.canonical import ACCOUNT
from tests.verbs import NOW, fix_and_undo, found, planned

CHECK = IdleElasticIp()


def address(public: str, **more: Any) -> dict[str, Any]:
    return {
        "PublicIp": public,
        "AllocationId": f"eipalloc-{public.replace('.', '-')}",
        "Domain": "vpc",
    } | more


TAGS = [{"Key": "Name", "Value": "vpn"}, {"Key": "aws:cloudformation:stack-name", "Value": "x"}]
BAD = {
    Addresses: [
        address("198.51.100.1", PublicIpv4Pool="amazon"),
        address("198.51.100.2", NetworkBorderGroup="eu-central-1", Tags=TAGS),
    ]
}
GOOD = {
    Addresses: [
        address("198.51.100.3", AssociationId="eipassoc-1"),
        address("198.51.100.4", ServiceManaged="nlb"),
        address("198.51.100.5", PublicIpv4Pool="ipv4pool-ec2-012345"),
        address("198.51.100.6", CustomerOwnedIpv4Pool="ipv4pool-coip-1"),
        {"PublicIp": "198.51.100.7", "Domain": "standard"},
    ]
}


def test_says_what_it_costs() -> None:
    first, _ = found(CHECK, BAD)
    assert first.summary == "198.51.100.1 points at nothing; $3.65 a month"
    assert (first.usd_per_month, first.name) == (3.65, "198.51.100.1")


def test_asks_for_the_same_again() -> None:
    _, second = found(CHECK, BAD)
    (step,) = planned(CHECK, second)
    assert step.undo
    assert step.undo.params == {
        "Domain": "vpc",
        "Address": "198.51.100.2",
        "NetworkBorderGroup": "eu-central-1",
        "TagSpecifications": [
            {"ResourceType": "elastic-ip", "Tags": [{"Key": "Name", "Value": "vpn"}]}
        ],
    }


CARRIER = {"AllocationId": "eipalloc-9", "CarrierIp": "155.146.0.1", "Domain": "vpc"}
NOBODY_CAN_ASK = {
    "a carrier's": (CARRIER, "155.146.0.1"),
    "a carrier's with both": (CARRIER | {"PublicIp": "198.51.100.9"}, "198.51.100.9"),
    "without a number": ({"AllocationId": "eipalloc-9", "Domain": "vpc"}, "eipalloc-9"),
}


@pytest.mark.parametrize(("known", "name"), NOBODY_CAN_ASK.values(), ids=NOBODY_CAN_ASK)
def test_what_nobody_can_ask_for_again_is_a_persons(known: dict[str, Any], name: str) -> None:
    """Address takes a public address alone: API_AllocateAddress. A Wavelength zone's has none."""
    (finding,) = found(CHECK, {Addresses: [known]})
    assert finding.name == name
    assert planned(CHECK, finding) == []


@pytest.mark.parametrize(
    ("region", "ending"),
    {
        "eu-west-1": "; $3.65 a month",
        "ap-south-2": "; about $3.65 a month (price of us-east-1)",
        "us-gov-west-1": "; about $3.65 a month (price of us-east-1)",
        "cn-north-1": "points at nothing",
        "eusc-de-east-1": "points at nothing",
    }.items(),
)
def test_whose_price_it_is(region: str, ending: str) -> None:
    account = Account(ACCOUNT, region, {Addresses: BAD[Addresses][:1]})
    (finding,) = CHECK.find(account, NOW)
    assert finding.summary.endswith(ending)
    assert (finding.usd_per_month is None) == ("$" not in finding.summary)


@pytest.mark.moto
def test_on_moto() -> None:
    def make(client: Any) -> str:
        return str(client("ec2").allocate_address(Domain="vpc")["AllocationId"])

    def good(client: Any) -> None:
        (made,) = client("ec2").run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)[
            "Instances"
        ]
        client("ec2").associate_address(AllocationId=make(client), InstanceId=made["InstanceId"])

    fix_and_undo(CHECK, lambda client: [make(client), make(client)], good, exact=False)
