"""A security group's rules as values: one per peer, with an id from what it says; split, merged, spelled as EC2 does."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import ec2

if TYPE_CHECKING:
    from collections.abc import Iterator

Permission = dict[str, Any]
# Where each kind of peer is in a permission, its key there, and its key in a rule.
PEERS = {
    "IpRanges": ("CidrIp", "CidrIpv4"),
    "Ipv6Ranges": ("CidrIpv6", "CidrIpv6"),
    "PrefixListIds": ("PrefixListId", "PrefixListId"),
    "UserIdGroupPairs": ("GroupId", "GroupId"),
}
PROTOCOLS = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6", "all": "-1"}
DIRECTIONS = {"Ingress": "IpPermissions", "Egress": "IpPermissionsEgress"}


def rule_id(rule: Permission) -> str:
    """The id of a rule, made when first asked for."""
    return rule.setdefault("SecurityGroupRuleId", "sgr-" + uuid.uuid4().hex[:17])


def single(permission: Permission) -> Iterator[Permission]:
    """The rules of a permission: one for each peer."""
    ports = {k: permission[k] for k in ("FromPort", "ToPort") if permission.get(k) is not None}
    protocol = PROTOCOLS.get(
        str(permission.get("IpProtocol", "-1")), str(permission.get("IpProtocol", "-1"))
    )
    if protocol == "-1":
        ports = {}
    for kind in PEERS:
        for peer in permission.get(kind, []):
            held = {k: v for k, v in peer.items() if v not in (None, "")}
            if kind == "UserIdGroupPairs":
                held.setdefault("UserId", get_account_id())
            yield {
                "IpProtocol": protocol,
                **ports,
                **{k: [held] if k == kind else [] for k in PEERS},
            }


def identity(rule: Permission) -> tuple:
    """What makes two rules the same: protocol, ports and peer."""
    kind = next(k for k in PEERS if rule.get(k))
    peer = rule[kind][0]
    return (
        rule["IpProtocol"],
        rule.get("FromPort"),
        rule.get("ToPort"),
        kind,
        peer.get(PEERS[kind][0]),
    )


def kept(rule: Permission) -> Iterator[Permission]:
    """A stored rule as it is, or split if it was stored by someone who did not know."""
    if sum(len(rule.get(k, [])) for k in PEERS) == 1:
        yield rule
    else:
        yield from single(rule)


def merged(rules: list[Permission]) -> list[Permission]:
    """Rules as DescribeSecurityGroups tells them: one permission for each protocol and ports."""
    found: dict[tuple, Permission] = {}
    for rule in rules:
        ports = (rule["IpProtocol"], rule.get("FromPort"), rule.get("ToPort"))
        one = found.setdefault(
            ports, {k: v for k, v in rule.items() if k in ("IpProtocol", "FromPort", "ToPort")}
        )
        for kind in PEERS:
            one.setdefault(kind, []).extend(rule.get(kind, []))
    return list(found.values())


def clean(permission: Permission) -> Permission:
    """A copy."""
    return {k: [dict(v) for v in p] if isinstance(p, list) else p for k, p in permission.items()}


def described(group: dict[str, Any], rule: Permission, egress: bool) -> dict[str, Any]:
    """A rule as DescribeSecurityGroupRules tells it."""
    shown = revoked(group, rule, egress)
    other = shown.pop("ReferencedGroupId", None)
    account = get_account_id()
    shown["GroupOwnerId"] = account
    shown["SecurityGroupRuleArn"] = (
        f"arn:aws:ec2:{get_region()}:{account}:security-group-rule/{rule_id(rule)}"
    )
    shown["Tags"] = [dict(t) for t in ec2._tags.get(rule_id(rule)) or []]
    if other:
        pair = rule["UserIdGroupPairs"][0]
        shown["ReferencedGroupInfo"] = {"GroupId": other, "UserId": pair.get("UserId", account)}
    return shown


def revoked(group: dict[str, Any], rule: Permission, egress: bool) -> dict[str, Any]:
    """A rule as RevokeSecurityGroup… tells it."""
    kind = next(k for k in PEERS if rule.get(k))
    peer, (key, spelled) = rule[kind][0], PEERS[kind]
    shown = {
        "SecurityGroupRuleId": rule_id(rule),
        "GroupId": group["GroupId"],
        "IsEgress": egress,
        "IpProtocol": rule["IpProtocol"],
        "FromPort": rule.get("FromPort", -1),
        "ToPort": rule.get("ToPort", -1),
    }
    shown["ReferencedGroupId" if spelled == "GroupId" else spelled] = peer.get(key) or peer.get(
        "GroupName", ""
    )
    if peer.get("Description"):
        shown["Description"] = peer["Description"]
    return shown
