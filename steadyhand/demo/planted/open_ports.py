"""Security groups: ports that are open to the world, and ports that only look like it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from steadyhand.model.planting import (
    DEVELOPMENT,
    PRODUCTION,
    STAGING,
    TEAM,
    Bomb,
    Ground,
    Healthy,
    Known,
    Things,
)

OFFICE = "203.0.113.0/24"
WORLD = "0.0.0.0/0"
WORLD_V6 = "::/0"

Permission = dict[str, Any]


def plant(ground: Ground) -> Things:
    """All groups, in a VPC of the team's own."""
    ec2 = ground.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
    yield from _open_to_people(ground, vpc)
    yield from _open_to_programs(ground, vpc)
    yield from _closed(ground, vpc)


def _open_to_people(ground: Ground, vpc: str) -> Things:
    office, quick = _from(OFFICE, "office"), _from(WORLD, "quick test, remove on Friday")
    ssh = _group(ground, vpc, "bastion", STAGING, [_tcp(22, office, quick)])
    yield Bomb("open_admin_ports", ssh, STAGING)
    yield Known("staging bastion", ssh)

    rdp = {**_tcp(3389), "Ipv6Ranges": [{"CidrIpv6": WORLD_V6, "Description": "home office"}]}
    yield Bomb(
        "open_admin_ports", _group(ground, vpc, "win-build", DEVELOPMENT, [rdp]), DEVELOPMENT
    )

    course = [_tcp(22, _from(WORLD, "course on Thursday"))]
    hands_off = {"steadyhand__hands-off": "until the course is over"}
    left = _group(ground, vpc, "workshop", DEVELOPMENT, course, more=hands_off)
    yield Bomb("open_admin_ports", left, DEVELOPMENT)
    yield Known("hands off", left)


def _open_to_programs(ground: Ground, vpc: str) -> Things:
    postgres = [_tcp(5432, _from(WORLD, "so that everyone can look"))]
    yield Bomb(
        "open_data_ports", _group(ground, vpc, "postgres", DEVELOPMENT, postgres), DEVELOPMENT
    )

    listed = [{**_tcp(6379), "PrefixListIds": [{"PrefixListId": _partners(ground)}]}]
    yield Bomb("open_data_ports", _group(ground, vpc, "cache", STAGING, listed), STAGING)

    half = [_tcp(9200, _from("128.0.0.0/1", "monitoring"))]
    yield Bomb("open_data_ports", _group(ground, vpc, "search", PRODUCTION, half), PRODUCTION)

    feed = [_tcp(3306, _from(WORLD, "garden centre feed, contract ends soon"))]
    exempt = _group(ground, vpc, "partner-feed", PRODUCTION, feed)
    yield Bomb("open_data_ports", exempt, PRODUCTION)
    yield Known("exempt", exempt)

    everything = [{"IpProtocol": "-1", **_from_all(WORLD, "legacy, ask Tomas")}]
    wide = _group(ground, vpc, "erp", PRODUCTION, everything)
    yield Bomb("open_all_ports", wide, PRODUCTION)


def _closed(ground: Ground, vpc: str) -> Things:
    web = _group(ground, vpc, "web", PRODUCTION, [_tcp(443, _from(WORLD)), _tcp(80, _from(WORLD))])
    app = _group(ground, vpc, "app", PRODUCTION, [_tcp(8000, group=web)])
    data = _group(ground, vpc, "data", PRODUCTION, [_tcp(5432, group=app)])
    bastion = _group(ground, vpc, "bastion", PRODUCTION, [_tcp(22, _from(OFFICE, "office"))])
    yield Known("production bastion", bastion)
    vpn = [{"IpProtocol": "udp", "FromPort": 1194, "ToPort": 1194, **_from_all(WORLD, "VPN")}]
    ping = [{"IpProtocol": "icmp", "FromPort": -1, "ToPort": -1, **_from_all(WORLD, "ping")}]
    private = [_tcp(22, _from("10.0.0.0/8", "all our networks"))]
    others = [
        _group(ground, vpc, "vpn", PRODUCTION, vpn),
        _group(ground, vpc, "ping", STAGING, ping),
        _group(ground, vpc, "build", DEVELOPMENT, private),
    ]
    for group in (web, app, data, bastion, *others):
        yield Healthy("security group", group)


def _group(
    ground: Ground,
    vpc: str,
    what: str,
    environment: str,
    permissions: Sequence[Permission],
    *,
    more: Mapping[str, str] | None = None,
) -> str:
    ec2, name = ground.client("ec2"), f"{what}-{environment}"
    made: str = ec2.create_security_group(
        GroupName=name,
        Description=f"{TEAM} {what}",
        VpcId=vpc,
        TagSpecifications=ground.tagged("security-group", name, environment, **(more or {})),
    )["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=list(permissions))
    return made


def _partners(ground: Ground) -> str:
    """A list that was to hold the partners' addresses, and holds everybody's."""
    entries = [
        {"Cidr": "198.51.100.0/24", "Description": "courier"},
        {"Cidr": WORLD, "Description": "todo: ask for their addresses"},
    ]
    made: str = ground.client("ec2").create_managed_prefix_list(
        PrefixListName=f"{TEAM}-partners", AddressFamily="IPv4", MaxEntries=10, Entries=entries
    )["PrefixList"]["PrefixListId"]
    return made


def _from(cidr: str, why: str = "") -> dict[str, str]:
    return {"CidrIp": cidr, **({"Description": why} if why else {})}


def _from_all(cidr: str, why: str) -> dict[str, Any]:
    return {"IpRanges": [_from(cidr, why)]}


def _tcp(port: int, *ranges: dict[str, str], group: str = "") -> Permission:
    said: Permission = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port}
    if ranges:
        said["IpRanges"] = list(ranges)
    if group:
        said["UserIdGroupPairs"] = [{"GroupId": group}]
    return said
