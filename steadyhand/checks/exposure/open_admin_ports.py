"""SSH, RDP or another admin port is open to the world.

A security group lets anyone on the internet reach an administration port. Scanners find it in
minutes. IPv4, IPv6, port ranges and prefix lists count, and so does half of the internet.
A rule of every port is told once, by open_all_ports.

Fix: revoke the one rule that opens it. The rest of the group stays. A rule that opens a web
port as well is left to a person, since customers may come in through it.
Undo: authorize the same rule again, description and tags included. The rule gets a new rule id.

Steered by: who may open a port, name a rule's description, or open many of them at once.
At worst: a rule of a security group is taken away, or any port is opened to any address.

Runbook:

1. Ask who needs it: `steadyhand show FINDING` prints the rule.
2. Give people a shell with Session Manager, which needs no open port.
3. If the rule opens other ports that strangers need, allow those alone first.
4. If it must stay: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from datetime import datetime

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.checks.grant_revoked import AUTHORIZE, REVOKE, revoke
from steadyhand.checks.security_groups import (
    ADMIN_PORTS,
    WAKES,
    open_grants,
    opens,
    unread_list,
    within_reach,
    world_lists,
)
from steadyhand.model import Finding, Risk, Severity, Step, Unknown
from steadyhand.model.knobs import Ports
from steadyhand.sources.ec2 import GroupRules, PrefixListEntries, SecurityGroups, ShutVpcs


class OpenAdminPorts(Check):
    severity = Severity.CRITICAL
    risk = Risk.SAFE
    reads = (SecurityGroups, PrefixListEntries, GroupRules, ShutVpcs)
    refines = (PrefixListEntries, GroupRules, ShutVpcs)
    wakes = WAKES
    writes = (REVOKE, AUTHORIZE)
    resource_type = "AWS::EC2::SecurityGroup"
    consequence = "Somebody guesses or steals one password and is inside."
    hours_lost = (8, 80)
    peers = (
        "P:ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_22",
        "P:ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_3389",
        "P:ec2_instance_port_ssh_exposed_to_internet",
        "ASR:EC2.13",
        "ASR:EC2.14",
        "CIS:5.2/5.3",
        "CIS12:4.1/4.2",
        "CIS14:5.2/5.3",
        "CFG:INCOMING_SSH_DISABLED",
        "FP:vpc_security_groups_allowing_ingress_to_port_22",
        "SS:ec2:SGSensitivePortOpenToAll",
        "C7N:security-group/remove-permissions",
    )
    leaves_to = ("open_all_ports",)

    ports: Ports = field(default_factory=lambda: dict(ADMIN_PORTS))
    """Port numbers, and what people call them."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding | Unknown]:
        del now
        lists = world_lists(account[PrefixListEntries])
        for group in within_reach(account):
            if reason := unread_list(account, group):
                yield self.unknown(account, group["GroupId"], reason)
            for grant in open_grants(group, lists):
                opened = "" if grant.is_all else grant.opened(self.ports)
                if opened:
                    yield self.finding(account, **grant.finding(account, opened))

    def risk_with_plan(self, finding: Finding) -> Risk:
        """Safe for the ports that are in the table from the start; another may serve customers."""
        return Risk.SAFE if opens(finding, ADMIN_PORTS) else Risk.APPROVAL

    def plan(self, finding: Finding) -> Iterator[Step]:
        if not finding.evidence["serves_customers"]:
            yield from revoke(finding)
