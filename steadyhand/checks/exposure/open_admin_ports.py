"""SSH, RDP or another admin port is open to the world.

A security group lets anyone on the internet reach an administration port. Scanners find it in
minutes.

Fix: take back the one grant that opens it. The rest of the group stays.
Undo: give the same grant again, description included.

Runbook:

1. Ask who needs it: `steadyhand show FINDING` prints the rule.
2. Give people a shell with Session Manager, which needs no open port.
3. If it must stay: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from datetime import datetime

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import Finding, Risk, Severity, Step
from steadyhand.sources.ec2 import SecurityGroups
from steadyhand.sources.grants import GRANT, TAKE_BACK, open_grants, take_back
from steadyhand.triggers import ApiCalled, ConfigChanged, hours


class OpenAdminPorts(Check):
    severity = Severity.CRITICAL
    risk = Risk.SAFE
    reads = (SecurityGroups,)
    wakes = (
        hours(6),
        ApiCalled("ec2:AuthorizeSecurityGroupIngress", "requestParameters.groupId"),
        ApiCalled("ec2:RevokeSecurityGroupIngress", "requestParameters.groupId"),
        ApiCalled(
            "ec2:ModifySecurityGroupRules",
            "requestParameters.ModifySecurityGroupRulesRequest.GroupId",
        ),
        ConfigChanged("AWS::EC2::SecurityGroup"),
    )
    writes = (TAKE_BACK, GRANT)
    resource_type = "AWS::EC2::SecurityGroup"
    consequence = "Someone you do not know logs in."
    hours_lost = (8, 80)

    ports: dict[int, str] = field(
        default_factory=lambda: {22: "SSH", 3389: "RDP", 5985: "WinRM", 5986: "WinRM"}
    )
    """Port numbers, and what people call them."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        for group in account[SecurityGroups]:
            for grant in open_grants(group):
                if grant.is_all:
                    continue
                services = sorted({name for port, name in self.ports.items() if port in grant})
                if services:
                    yield grant.finding(self, account, f"opens {' and '.join(services)}")

    def plan(self, finding: Finding) -> Iterator[Step]:
        yield take_back(finding)
