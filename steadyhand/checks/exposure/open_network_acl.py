"""A network ACL that lists who may come in lets everybody in after all.

Somebody wrote down which networks may reach these subnets, and one rule lets the whole internet reach SSH, or
everything. Security groups still stand before each machine, and the second fence that was meant is not there.

Fix: a person takes the rule away, for other traffic may need it.

Steered by: who may write the rules of an ACL. One that lists nobody is not judged, so taking the others away
hides it.

Runbook:

1. Read its rules in their order, the first that fits decides:
   `aws ec2 describe-network-acls --network-acl-ids ACL`.
2. Who added the rule? `steadyhand show FINDING`. If nobody knows of it, treat it as an intrusion.
3. What needs it? Answers come back to ports 1024 to 65535: these must stay open to whomever you ask.
4. Name the networks that may come in, by rules with lower numbers, and then
   `aws ec2 delete-network-acl-entry --ingress --network-acl-id ACL --rule-number NUMBER`.
5. If it must stay: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from steadyhand.account import Account
from steadyhand.check import Check, tags_of
from steadyhand.checks.security_groups import is_world
from steadyhand.model import Finding, Risk, Severity
from steadyhand.sources.vpc import NetworkAcls
from steadyhand.triggers import ApiCalled, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

NAMED = "requestParameters.networkAclId"
SSH = 22
EVERY_PROTOCOL, TCP = "-1", "6"
"""As IANA numbers them: a network ACL knows no names."""

Entry = Mapping[str, Any]


class OpenNetworkAcl(Check):
    severity = Severity.MEDIUM
    risk = Risk.ADVICE
    reads = (NetworkAcls,)
    wakes = (
        days(1),
        ApiCalled("ec2:CreateNetworkAclEntry", NAMED),
        ApiCalled("ec2:ReplaceNetworkAclEntry", NAMED),
        ApiCalled("ec2:DeleteNetworkAclEntry", NAMED),
    )
    resource_type = "AWS::EC2::NetworkAcl"
    consequence = "One mistake in a security group is then open to everybody."
    short = "open to everybody"
    hours_lost = (1, 16)
    peers = (
        "P:ec2_networkacl_allow_ingress_any_port",
        "P:ec2_networkacl_allow_ingress_tcp_port_22",
        "FSBP:EC2.21",
        "CIS:5.1",
        "CFG:NACL_NO_UNRESTRICTED_SSH_RDP",
    )

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        for acl in account[NetworkAcls]:
            name = acl["NetworkAclId"]
            inward = [one for one in acl.get("Entries") or () if one.get("Egress") is False]
            opened = lets_in(inward) if acl.get("Associations") else None
            if opened is None or not lists_who_may(inward):
                continue
            number = opened.get("RuleNumber", 0)
            all_of_it = opened.get("Protocol") == EVERY_PROTOCOL
            yield self.finding(
                account,
                resource=account.arn("ec2", f"network-acl/{name}"),
                key=name,
                summary=f"rule {number} of {name} lets everybody reach "
                + ("everything, whatever its other rules say" if all_of_it else "SSH"),
                tags=tags_of(acl.get("Tags")),
            )

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "this team has no network of its own")


def lets_in(inward: Sequence[Entry]) -> Entry | None:
    """The rule by which anybody may reach SSH: of those that are about everybody, the first that fits decides.

    docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html: rules are evaluated starting with the lowest number.
    """
    for kind in ("CidrBlock", "Ipv6CidrBlock"):
        for one in sorted(inward, key=lambda entry: entry.get("RuleNumber", 0)):
            if is_world_in(one, kind) and reaches_ssh(one):
                if one.get("RuleAction") == "allow":
                    return one
                break
    return None


def is_world_in(entry: Entry, kind: str) -> bool:
    """Is it about everybody, in this version of IP?"""
    said = entry.get(kind)
    return bool(said) and is_world(str(said))


def reaches_ssh(entry: Entry) -> bool:
    """Does it fit a packet to SSH?"""
    if entry.get("Protocol") == EVERY_PROTOCOL:
        return True
    ports = entry.get("PortRange") or {}
    return entry.get("Protocol") == TCP and ports.get("From", 1) <= SSH <= ports.get("To", 0)


def lists_who_may(inward: Sequence[Entry]) -> bool:
    """Does it allow somebody in particular? One that allows all, or denies some and allows the rest, does not."""
    return any(
        one.get("RuleAction") == "allow"
        and not any(is_world_in(one, kind) for kind in ("CidrBlock", "Ipv6CidrBlock"))
        for one in inward
    )
