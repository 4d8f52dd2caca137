"""Whom a security group lets in: its ingress rules, here called grants, one range at a time, and which of them mean everybody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TYPE_CHECKING, Any

from steadyhand.account import Account
from steadyhand.check import tags_of
from steadyhand.model import Finding, pick
from steadyhand.sources.ec2 import GroupRules, PrefixListEntries, SecurityGroups, ShutVpcs
from steadyhand.triggers import ApiCalled, ConfigChanged, Trigger, hours

if TYPE_CHECKING:
    from types_boto3_ec2.type_defs import (
        IpPermissionOutputTypeDef,
        PrefixListEntryTypeDef,
        SecurityGroupTypeDef,
    )

LAST_PORT = 65535
CARRIES_PORTS = {"tcp": "tcp", "6": "tcp", "udp": "udp", "17": "udp", "-1": "-1"}
SPEAK_UDP = frozenset({3389, 11211})
"""Ports whose service answers UDP too: RDP and Memcached. The others are TCP alone."""

CUSTOMERS = (80, 443, 8080, 8443)
"""Ports where strangers are usually meant to come in."""

ADMIN_PORTS = {22: "SSH", 3389: "RDP", 5985: "WinRM", 5986: "WinRM"}
DATA_PORTS = {
    1433: "SQL Server",
    1521: "Oracle",
    3306: "MySQL",
    5432: "PostgreSQL",
    5439: "Redshift",
    5601: "Kibana",
    6379: "Redis",
    9042: "Cassandra",
    9092: "Kafka",
    9200: "OpenSearch",
    9300: "OpenSearch",
    11211: "Memcached",
    27017: "MongoDB",
    27018: "MongoDB",
}
"""Port numbers, and what people call them."""

KINDS = {"IpRanges": "CidrIp", "Ipv6Ranges": "CidrIpv6", "PrefixListIds": "PrefixListId"}
"""Where a permission lists who may come in, and how each list names them."""

NOT_ROUTED = ip_network("224.0.0.0/3")
ROUTED = ip_network("2000::/3")

TAGS = [{"ResourceType": r"security-group-rule", "Tags": [{"Key": str, "Value": str}]}]


WAKES: tuple[Trigger, ...] = (
    hours(6),
    ApiCalled(
        "ec2:AuthorizeSecurityGroupIngress",
        "requestParameters.groupId",
        ("responseElements.securityGroupRuleSet.items.groupId",),
    ),
    ApiCalled(
        "ec2:RevokeSecurityGroupIngress",
        "requestParameters.groupId",
        (
            "responseElements.revokedSecurityGroupRuleSet.items.groupId",
            "responseElements.securityGroupRuleSet.items.groupId",
        ),
    ),
    ApiCalled(
        "ec2:ModifySecurityGroupRules",
        "requestParameters.ModifySecurityGroupRulesRequest.GroupId",
    ),
    ApiCalled(
        "ec2:DeleteSecurityGroup", "requestParameters.groupId", ("responseElements.groupId",)
    ),
    ConfigChanged("AWS::EC2::SecurityGroup"),
)
"""What opens, changes or closes a grant. A changed prefix list names no group: the sweep sees it."""


@cache
def is_world(cidr: str) -> bool:
    """Everybody, or so much of everybody that nobody owns it.

    Halves and quarters count, so that two grants cannot hide what one may not say: IPv4 wider than
    a /8, the widest private network, and IPv6 as wide as a /12, what a whole continent gets.
    """
    network = ip_network(cidr, strict=False)
    if isinstance(network, IPv6Network):
        return network.prefixlen <= 12 and network.overlaps(ROUTED)
    return network.prefixlen < 8 and not network.subnet_of(as_v4(NOT_ROUTED))


def as_v4(network: Any) -> IPv4Network:
    """For the type checker: `ip_network` cannot say which it made."""
    return IPv4Network(network)


def world_lists(entries: Iterable[tuple[str, PrefixListEntryTypeDef]]) -> dict[str, str]:
    """The prefix lists that contain the world, and the range that does it."""
    ranges = ((name, entry.get("Cidr", "")) for name, entry in entries)
    return {name: cidr for name, cidr in ranges if cidr and is_world(cidr)}


@dataclass(frozen=True, slots=True)
class Grant:
    """One range that a group lets in, on one span of ports of one protocol.

    `kind` is where a permission lists it, `who` the range or prefix list as AWS writes it there.
    `said` is how a person reads it.
    """

    group: SecurityGroupTypeDef
    protocol: str
    ports: Mapping[str, int]
    kind: str
    who: Mapping[str, str]
    said: str

    def __contains__(self, port: int) -> bool:
        """Does it let somebody in on this port?"""
        spoken = self.protocol != "udp" or port in SPEAK_UDP
        return spoken and self.first <= port <= self.last

    @property
    def first(self) -> int:
        """The first port."""
        return max(0, self.ports.get("FromPort", 0))

    @property
    def last(self) -> int:
        """The last port."""
        last = self.ports.get("ToPort", -1)
        return LAST_PORT if last < 0 else last

    @property
    def is_all(self) -> bool:
        """Every port, or every protocol."""
        return self.protocol == "-1" or (self.first <= 1 and self.last == LAST_PORT)

    @property
    def serves_customers(self) -> bool:
        """Revoking it could lock customers out."""
        return self.is_all or any(port in self for port in CUSTOMERS)

    def opened(self, ports: Mapping[int, str]) -> str:
        """Which of these services it opens: "SSH and RDP"; nothing if none."""
        names = list(dict.fromkeys(name for port, name in ports.items() if int(port) in self))
        if len(names) > 4:
            names[3:] = [f"{len(names) - 3} more"]
        return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))

    @property
    def lasting(self) -> str:
        """A name that is the same after the rule was revoked and authorized again."""
        return f"{self.protocol}/{self.first}-{self.last}/{self.who[KINDS[self.kind]]}"

    def finding(self, account: Account, what: str, more: str = "") -> dict[str, Any]:
        """A finding's parts; `more` is what else is said of it. Evidence is what names the grant, and whether customers use it."""
        group = self.group["GroupId"]
        called = self.group.get("GroupName") or group
        arn = account.arn("ec2", f"security-group/{group}")
        beside = "; customers may use it too" if self.serves_customers else ""
        return {
            "resource": arn,
            "key": group,
            "name": f"{arn}/{self.lasting}",
            "summary": f"{called}: {what} open to the world{more} ({self.said}, {group}){beside}",
            "tags": {pair["Key"]: pair["Value"] for pair in self.group.get("Tags", ())},
            "group": group,
            "protocol": self.protocol,
            "ports": dict(self.ports),
            "kind": self.kind,
            "who": dict(self.who),
            "serves_customers": self.serves_customers,
            "rule_tags": self.rule_tags(account),
        }

    def rule_tags(self, account: Account) -> dict[str, str] | None:
        """The tags of the rule itself, which come again with it; None where they are not known."""
        group, who = self.group["GroupId"], self.who[KINDS[self.kind]]
        if account.unknown(GroupRules, group):
            return None
        for rule in account[GroupRules]:
            if rule.get("GroupId") == group and is_same(rule, self.protocol, self.ports, who):
                return own_tags(rule)
        return {}


def open_grants(group: SecurityGroupTypeDef, lists: Mapping[str, str]) -> Iterator[Grant]:
    """The grants of a group that let the world in. `lists` are prefix lists that contain it."""
    for permission in group.get("IpPermissions", ()):
        protocol = CARRIES_PORTS.get(permission.get("IpProtocol", ""))
        for kind, who in admitted(permission) if protocol else ():
            name = who[KINDS[kind]]
            if kind == "PrefixListIds":
                said = f"{name}, which contains {lists[name]}" if name in lists else ""
            else:
                said = name if is_world(name) else ""
            if protocol and said:
                yield Grant(group, protocol, span(permission), kind, who, said)


def within_reach(account: Account) -> Iterator[SecurityGroupTypeDef]:
    """The groups of networks that the internet may come into, as far as anybody knows."""
    own = {vpc["VpcId"] for vpc in account[ShutVpcs] if vpc.get("OwnerId") == account.id}
    for group in account[SecurityGroups]:
        if group.get("VpcId") not in own:
            yield group


def opens(finding: Finding, ports: Iterable[int]) -> bool:
    """Does the finding's grant open one of these ports?"""
    said = finding.evidence
    group: Any = {}
    grant = Grant(group, said["protocol"], said["ports"], said["kind"], said["who"], "")
    return any(port in grant for port in ports)


def unread_list(account: Account, group: SecurityGroupTypeDef) -> str:
    """Why nobody knows whom one of its prefix lists lets in; empty where all were read."""
    named = pick(group, "IpPermissions.PrefixListIds.PrefixListId")
    return next(filter(None, (account.unknown(PrefixListEntries, name) for name in named)), "")


def admitted(permission: IpPermissionOutputTypeDef) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Everyone a permission names, and in which of its lists."""
    known: Mapping[str, Any] = permission
    for kind, name in KINDS.items():
        yield from ((kind, who) for who in known.get(kind, ()) if who.get(name))


def span(permission: IpPermissionOutputTypeDef) -> dict[str, int]:
    """The ports as the permission says them, which may be not at all."""
    known: Mapping[str, Any] = permission
    return {end: int(known[end]) for end in ("FromPort", "ToPort") if end in known}


def is_same(rule: Mapping[str, Any], protocol: str, ports: Mapping[str, int], who: str) -> bool:
    """Is a rule this grant?"""
    ends = [rule.get("FromPort", -1), rule.get("ToPort", -1)]
    by = (rule.get(name) for name in ("CidrIpv4", "CidrIpv6", "PrefixListId"))
    spoken = CARRIES_PORTS.get(rule.get("IpProtocol", ""), "")
    return (
        not rule.get("IsEgress")
        and spoken == protocol
        and ends == [ports.get("FromPort", -1), ports.get("ToPort", -1)]
        and who in by
    )


def own_tags(rule: Mapping[str, Any]) -> dict[str, str]:
    """The tags that a person may set."""
    tags = tags_of(rule.get("Tags"))
    return {name: value for name, value in tags.items() if not name.startswith("aws:")}
