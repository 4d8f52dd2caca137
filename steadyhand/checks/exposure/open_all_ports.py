"""Every port is open to the world.

A security group lets anyone on the internet reach every port of whatever is in it: what listens
today, and whatever somebody starts tomorrow. IPv4, IPv6 and prefix lists count. It is told once:
the checks of single ports leave such a rule to this one.

Fix: revoke the one rule that opens everything, once a person has approved it, since customers may
come in through it.
Undo: authorize the same rule again, description and tags included. The rule gets a new rule id.

Steered by: who may open a port, name a rule's description, or open many of them at once.
At worst: a rule of a security group is taken away, or any port is opened to any address.

Runbook:

1. See what listens: VPC flow logs, or `ss -tlnp` on the machines in the group.
2. Allow the ports that strangers need, each alone: usually 443 and 80, on a load balancer.
3. `steadyhand approve FINDING` revokes the wide rule; `steadyhand undo CHANGE` authorizes it again.
4. If it must stay: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.checks.grant_revoked import AUTHORIZE, REVOKE, revoke
from steadyhand.checks.security_groups import (
    ADMIN_PORTS,
    DATA_PORTS,
    WAKES,
    open_grants,
    unread_list,
    within_reach,
    world_lists,
)
from steadyhand.model import Finding, Risk, Severity, Step, Unknown
from steadyhand.sources.ec2 import GroupRules, PrefixListEntries, SecurityGroups, ShutVpcs


class OpenAllPorts(Check):
    severity = Severity.CRITICAL
    risk = Risk.APPROVAL
    reads = (SecurityGroups, PrefixListEntries, GroupRules, ShutVpcs)
    refines = (PrefixListEntries, GroupRules, ShutVpcs)
    wakes = WAKES
    writes = (REVOKE, AUTHORIZE)
    resource_type = "AWS::EC2::SecurityGroup"
    consequence = "Whatever anybody starts on these machines can be attacked from everywhere."
    hours_lost = (8, 80)
    peers = (
        "P:ec2_securitygroup_allow_ingress_from_internet_to_all_ports",
        "ASR:EC2.13",
        "ASR:EC2.14",
        "ASR:EC2.18",
        "ASR:EC2.19",
        "CIS:5.2/5.3",
        "CIS12:4.1/4.2",
        "CIS14:5.2/5.3",
        "SS:ec2:SGAllPortOpenToAll",
        "CFG:INCOMING_SSH_DISABLED",
        "CFG:RESTRICTED_INCOMING_TRAFFIC",
        "CFG:VPC_SG_OPEN_ONLY_TO_AUTHORIZED_PORTS",
    )

    def find(self, account: Account, now: datetime) -> Iterator[Finding | Unknown]:
        del now
        lists = world_lists(account[PrefixListEntries])
        for group in within_reach(account):
            if reason := unread_list(account, group):
                yield self.unknown(account, group["GroupId"], reason)
            for grant in open_grants(group, lists):
                if grant.is_all:
                    every = (
                        "everything" if grant.protocol == "-1" else f"every {grant.protocol} port"
                    )
                    named = grant.opened(ADMIN_PORTS | DATA_PORTS)
                    yield self.finding(
                        account, **grant.finding(account, every, f", including {named}")
                    )

    def plan(self, finding: Finding) -> Iterator[Step]:
        yield from revoke(finding)
