"""Security groups made up for tests."""

from __future__ import annotations

from typing import Any

WORLD = "0.0.0.0/0"


def group(*permissions: dict[str, Any], name: str = "bastion", **more: Any) -> dict[str, Any]:
    """A group that admits this."""
    ident = "sg-" + name.encode().hex()[:8]
    return {"GroupId": ident, "GroupName": name, "IpPermissions": list(permissions), **more}


def lets_in(
    first: int | None,
    last: int | None = None,
    cidr: str = WORLD,
    protocol: str = "tcp",
    said: str | None = None,
) -> dict[str, Any]:
    """A permission for one range, or for a prefix list; without ports, for all of them."""
    described = {"Description": said} if said else {}
    ports = {} if first is None else {"FromPort": first, "ToPort": last or first}
    kind, name = ("IpRanges", "CidrIp")
    if cidr.startswith("pl-"):
        kind, name = ("PrefixListIds", "PrefixListId")
    elif ":" in cidr:
        kind, name = ("Ipv6Ranges", "CidrIpv6")
    return {"IpProtocol": protocol, **ports, kind: [{name: cidr} | described]}


def make(client: Any, name: str, *permissions: dict[str, Any]) -> str:
    """The same on moto."""
    ec2 = client("ec2")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    ident = ec2.create_security_group(GroupName=name, Description="made by a test", VpcId=vpc)
    if permissions:
        ec2.authorize_security_group_ingress(
            GroupId=ident["GroupId"], IpPermissions=list(permissions)
        )
    return str(ident["GroupId"])


def prefix_list(client: Any, *cidrs: str) -> str:
    """A customer's prefix list on moto."""
    made = client("ec2").create_managed_prefix_list(
        PrefixListName="everyone",
        MaxEntries=10,
        AddressFamily="IPv4",
        Entries=[{"Cidr": cidr} for cidr in cidrs],
    )
    return str(made["PrefixList"]["PrefixListId"])
