"""A public address is reserved, and points at nothing.

AWS bills every public IPv4 address by the hour, used or not. Addresses you brought yourself cost
nothing and are left out, and so are those that an AWS service holds.

Fix: release the address.
Undo: ask for the same address again. It may have gone to somebody else meanwhile; then it is lost.
A carrier's address, of a Wavelength zone, nobody can ask for again, so it is left to a person.

Steered by: who may detach an address.
At worst: an address that nothing uses is released, and perhaps nobody gets it back.

Runbook:

1. Look for names that point at it, in your DNS and in your partners' allow-lists: whoever gets the
   address next receives what they send.
2. If it waits for something, exempt it: `steadyhand exempt FINDING --until DATE --because REASON`.
3. Otherwise: `steadyhand approve FINDING`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from steadyhand.account import Account
from steadyhand.check import Check, tags_of
from steadyhand.model import Call, Finding, Look, Part, Permit, Read, Risk, Seen, Severity, Step
from steadyhand.model.metering import Metering
from steadyhand.reference.dated import HOURS_A_MONTH, Cost
from steadyhand.sources.ec2 import Addresses, PublicAddresses
from steadyhand.triggers import ApiCalled, days

if TYPE_CHECKING:
    from types_boto3_ec2.type_defs import AddressTypeDef

BROUGHT = "ipv4pool-"
USED_BY = ("AssociationId", "InstanceId", "NetworkInterfaceId", "ServiceManaged")


class IdleElasticIp(Check):
    severity = Severity.LOW
    risk = Risk.APPROVAL
    reads = (Addresses,)
    wakes = (
        days(1),
        ApiCalled("ec2:AllocateAddress", "responseElements.allocationId"),
        ApiCalled(
            "ec2:AssociateAddress",
            "requestParameters.allocationId",
            ("requestParameters.publicIp",),
        ),
        ApiCalled(
            "ec2:DisassociateAddress",
            "requestParameters.associationId",
            ("requestParameters.publicIp",),
        ),
        ApiCalled(
            "ec2:ReleaseAddress", "requestParameters.allocationId", ("requestParameters.publicIp",)
        ),
    )
    looks = (PublicAddresses,)
    writes = (
        Permit(
            "ec2:ReleaseAddress",
            ("elastic-ip/{AllocationId}",),
            shape={"AllocationId": r"eipalloc-[\w.-]+"},
        ),
        Permit(
            "ec2:AllocateAddress",
            ("elastic-ip/*",),
            implies=(
                Permit(
                    "ec2:CreateTags",
                    ("elastic-ip/*",),
                    condition={"StringEquals": {"ec2:CreateAction": "AllocateAddress"}},
                ),
            ),
            shape={
                "Domain": r"vpc",
                "Address": r"[0-9.]+",
                "NetworkBorderGroup": r"[a-z0-9-]+",
                "TagSpecifications": [
                    {"ResourceType": r"elastic-ip", "Tags": [{"Key": str, "Value": str}]}
                ],
            },
        ),
    )
    resource_type = "AWS::EC2::EIP"
    consequence = "You pay for an address that nothing answers at."
    short = "address of nothing"
    meter = Metering(service="Amazon Virtual Private Cloud", ending="PublicIPv4:IdleAddress")
    hours_lost = (0.25, 1)
    peers = (
        "P:ec2_elastic_ip_unassigned",
        "FP:vpc_eips_if_unattached",
        "CB:CLDBRN-AWS-EC2-3",
        "SS:ec2:EC2EIPNotInUse",
        "C7N:elastic-ip/release",
        "CFG:EIP_ATTACHED",
    )

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        cost = Cost(account.region).add("ec2.idle_address.hour", HOURS_A_MONTH)
        for address in account[Addresses]:
            if is_idle(address):
                number = called(address)
                yield self.finding(
                    account,
                    resource=account.arn("ec2", f"elastic-ip/{address['AllocationId']}"),
                    key=address["AllocationId"],
                    name=number,
                    summary=f"{number} points at nothing{cost.a_month()}",
                    usd_per_month=cost.rounded,
                    tags=tags_of(address.get("Tags")),
                    allocation=address["AllocationId"],
                    same=same(address),
                )

    def plan(self, finding: Finding) -> Iterator[Step]:
        same = finding.evidence["same"]
        if not same:
            return
        on = finding.resource.rpartition("/")[0] + f"/{same['Address']}"
        yield Step(
            owns=Part(on, "address", lambda: see_address(same["Address"])),
            makes=None,
            do=Call("ec2:ReleaseAddress", {"AllocationId": finding.evidence["allocation"]}),
            undo=Call("ec2:AllocateAddress", same),
        )


def see_address(public: str) -> Look:
    """The address by its number, with its tags, used by nobody; its allocation may be another."""
    for one in (yield Read(PublicAddresses, public)):
        tags = tags_of(one.get("Tags"))
        return Seen(
            value={
                "group": one.get("NetworkBorderGroup", ""),
                "tags": {name: tags[name] for name in tags if not name.startswith("aws:")},
                "used": any(one.get(name) for name in USED_BY),
            },
            tags=tags,
        )
    return Seen()


def is_idle(address: AddressTypeDef) -> bool:
    """Is it paid for, ours to release, and used by nobody?"""
    return (
        "AllocationId" in address
        and not any(address.get(name) for name in USED_BY)
        and not address.get("CustomerOwnedIpv4Pool")
        and not address.get("PublicIpv4Pool", "").startswith(BROUGHT)
    )


def called(address: AddressTypeDef) -> str:
    """What the world calls it: one of a Wavelength zone is a carrier's, and has no public number."""
    number = address.get("PublicIp") or address.get("CarrierIp") or address["AllocationId"]
    return str(number)


def same(address: AddressTypeDef) -> dict[str, Any]:
    """What AllocateAddress must be told to get the same one; nothing where no one can ask for it.

    `Address` takes a public IPv4 address alone: a carrier's is not to be had again.
    docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AllocateAddress.html
    """
    if not address.get("PublicIp") or address.get("CarrierIp"):
        return {}
    wanted: dict[str, Any] = {"Domain": "vpc", "Address": address["PublicIp"]}
    if group := address.get("NetworkBorderGroup"):
        wanted["NetworkBorderGroup"] = group
    tags = [dict(tag) for tag in address.get("Tags", ()) if not tag["Key"].startswith("aws:")]
    if tags:
        wanted["TagSpecifications"] = [{"ResourceType": "elastic-ip", "Tags": tags}]
    return wanted
