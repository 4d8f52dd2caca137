"""A database has a public address.

Its name resolves to an address that the whole internet can try. One wide security group rule, one
leaked or guessed password, and somebody reads everything.

Fix: make it private at once, without a restart, when a person has approved it: programs that connect
from outside the VPC lose it. While other changes wait for the maintenance window nothing is sent,
since they would come with it. An instance that is stopped or broken is reported, with what comes first.
Undo: make it public again. It gets another public address under the same name.

Steered by: who may make an instance public.
At worst: an instance gets a public address, or loses it; nothing else of it.

Runbook:

1. See who connects from outside: the database's log of connections, or VPC flow logs.
2. Give them a VPN, a bastion over Session Manager, or the VPC.
3. `steadyhand approve FINDING` makes it private; `steadyhand undo CHANGE` makes it public again.
4. If it must stay: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from steadyhand.account import Account
from steadyhand.check import Check, is_barred, tags_of
from steadyhand.checks.databases import at_once, flag
from steadyhand.model import Finding, Risk, Severity, Step
from steadyhand.sources.rds import INSTANCE_STATES, DBInstances
from steadyhand.triggers import ApiCalled, days

NAMED = "requestParameters.dBInstanceIdentifier"


class PublicRdsInstance(Check):
    severity = Severity.HIGH
    risk = Risk.APPROVAL
    reads = (DBInstances,)
    states = INSTANCE_STATES
    wakes = (
        days(1),
        ApiCalled("rds:CreateDBInstance", NAMED),
        ApiCalled("rds:CreateDBInstanceReadReplica", NAMED),
        ApiCalled("rds:RestoreDBInstanceFromDBSnapshot", NAMED),
        ApiCalled("rds:RestoreDBInstanceFromS3", NAMED),
        ApiCalled(
            "rds:RestoreDBInstanceToPointInTime",
            "requestParameters.targetDBInstanceIdentifier",
        ),
        ApiCalled(
            "rds:ModifyDBInstance",
            NAMED,
            (
                "responseElements.dBInstanceIdentifier",
                "requestParameters.newDBInstanceIdentifier",
            ),
        ),
        ApiCalled("rds:DeleteDBInstance", NAMED),
    )
    writes = (at_once("PubliclyAccessible"),)
    resource_type = "AWS::RDS::DBInstance"
    consequence = "One wide rule and one known password, and somebody reads the database."
    short = "has a public address"
    hours_lost = (8, 200)
    peers = (
        "P:rds_instance_no_public_access",
        "ASR:RDS.2",
        "CIS:2.3.3",
        "CFG:RDS_INSTANCE_PUBLIC_ACCESS_CHECK",
        "FP:rds_db_instances_with_public_access_enabled",
        "SS:rds:PubliclyAccessible",
    )

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        for instance in account[DBInstances]:
            pending: Mapping[str, Any] = instance.get("PendingModifiedValues", {})
            if pending.get("PubliclyAccessible", instance.get("PubliclyAccessible")):
                name = instance["DBInstanceIdentifier"]
                engine = instance.get("Engine", "")
                yield self.finding(
                    account,
                    resource=instance.get("DBInstanceArn") or account.arn("rds", f"db:{name}"),
                    key=name,
                    summary=f"database {name} ({engine}) has a public address",
                    tags=tags_of(instance.get("TagList")),
                    state=instance.get("DBInstanceStatus"),
                    instance=name,
                )

    def plan(self, finding: Finding) -> Iterator[Step]:
        if is_barred(finding):
            return
        yield flag(finding, "PubliclyAccessible", makes=False)
