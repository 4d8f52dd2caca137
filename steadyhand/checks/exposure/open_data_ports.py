"""A database, cache or search port is open to the world.

A security group lets anyone on the internet reach a port where data is kept. Many of these
services have no password unless somebody sets one, and those that are found are emptied or held
to ransom within hours. IPv4, IPv6, port ranges and prefix lists count.
A rule of every port is told once, by open_all_ports.

Fix: revoke the one rule that opens it. The rest of the group stays. A rule that opens a web
port as well is left to a person, since customers may come in through it.
Undo: authorize the same rule again, description and tags included. The rule gets a new rule id.

Steered by: who may open a port, name a rule's description, or open many of them at once.
At worst: a rule of a security group is taken away, or any port is opened to any address.

Runbook:

1. Ask which program connects from outside: `steadyhand show FINDING` prints the rule.
2. Let that program's security group in instead of a range, or reach the data over a VPN.
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
    DATA_PORTS,
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


class OpenDataPorts(Check):
    severity = Severity.CRITICAL
    risk = Risk.SAFE
    reads = (SecurityGroups, PrefixListEntries, GroupRules, ShutVpcs)
    refines = (PrefixListEntries, GroupRules, ShutVpcs)
    wakes = WAKES
    writes = (REVOKE, AUTHORIZE)
    resource_type = "AWS::EC2::SecurityGroup"
    consequence = "Somebody copies your data, or deletes it and asks for money."
    hours_lost = (8, 200)
    peers = (
        "P:ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_postgres_5432",
        "P:ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_mysql_3306",
        "P:ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_redis_6379",
        "ASR:EC2.19",
        "CFG:RESTRICTED_INCOMING_TRAFFIC",
    )
    leaves_to = ("open_all_ports",)

    ports: Ports = field(default_factory=lambda: dict(DATA_PORTS))
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
        return Risk.SAFE if opens(finding, DATA_PORTS) else Risk.APPROVAL

    def plan(self, finding: Finding) -> Iterator[Step]:
        if not finding.evidence["serves_customers"]:
            yield from revoke(finding)
