"""A database instance can be deleted with a single call.

A wrong profile, a stack that is torn down, a script in the wrong account: without deletion protection one
call ends a database, and its automated backups may go with it. Instances of a cluster are not judged, for
there the cluster decides; nor read replicas, which are copies.

Fix: switch deletion protection on. Nothing restarts and nobody notices, but whoever wants to delete it must
switch it off first.
Undo: switch it off again.

Steered by: who may modify the instance, or name its environment by its tags.
At worst: an instance can be deleted, or not, by those who may delete it anyway; nothing else of it.

Runbook:

1. Is it one that a pipeline makes and deletes? Then `steadyhand exempt FINDING --until DATE
   --because REASON`, or leave the mode for that environment at observe.
2. `steadyhand fix FINDING` switches it on.
3. Set DeletionProtection in your templates too, and a DeletionPolicy of Snapshot.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from steadyhand.account import Account
from steadyhand.check import tags_of
from steadyhand.checks.databases import SETTLES, at_once, setting, turned
from steadyhand.checks.deletion_protection import Unprotected
from steadyhand.model import Call, Finding, Part
from steadyhand.sources.rds import INSTANCE_STATES, DBInstances
from steadyhand.triggers import ApiCalled, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

NAMED = "requestParameters.dBInstanceIdentifier"
PART_OF = (
    "DBClusterIdentifier",
    "ReadReplicaSourceDBInstanceIdentifier",
    "ReadReplicaSourceDBClusterIdentifier",
)
"""What another resource decides about, or what is a copy."""


class RdsDeletionProtectionOff(Unprotected):
    reads = (DBInstances,)
    states = INSTANCE_STATES
    wakes = (
        days(1),
        ApiCalled("rds:CreateDBInstance", NAMED),
        ApiCalled(
            "rds:ModifyDBInstance",
            NAMED,
            ("responseElements.dBInstanceIdentifier", "requestParameters.newDBInstanceIdentifier"),
        ),
        ApiCalled("rds:DeleteDBInstance", NAMED),
    )
    writes = (at_once("DeletionProtection"),)
    resource_type = "AWS::RDS::DBInstance"
    settles = SETTLES
    consequence = "One wrong call deletes the database."
    peers = (
        "P:rds_instance_deletion_protection",
        "ASR:RDS.8",
        "CFG:RDS_INSTANCE_DELETION_PROTECTION_ENABLED",
    )

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        for instance in account[DBInstances]:
            name = instance["DBInstanceIdentifier"]
            status = instance.get("DBInstanceStatus")
            is_part = any(instance.get(one) for one in PART_OF)
            if (
                instance.get("DeletionProtection", True)
                or is_part
                or status in INSTANCE_STATES.over
            ):
                continue
            yield self.unprotected(
                account,
                resource=instance.get("DBInstanceArn") or account.arn("rds", f"db:{name}"),
                key=name,
                what=name,
                tags=tags_of(instance.get("TagList")),
                state=status,
                instance=name,
            )

    def protection(self, finding: Finding) -> Part:
        return setting(finding, "DeletionProtection")

    def turn(self, finding: Finding, *, on: bool) -> Call:
        return turned(finding, "DeletionProtection", on)

    def demo(self, ground: Ground) -> Things:
        """The carts, which a single call deletes; the other databases of the team are protected."""
        name = ground.name("carts-production")
        ground.client("rds").create_db_instance(
            DBInstanceIdentifier=name,
            DBInstanceClass="db.t4g.micro",
            Engine="postgres",
            EngineVersion="16.4",
            AllocatedStorage=20,
            MasterUsername="carts",
            MasterUserPassword="not-a-real-password",
            PubliclyAccessible=False,
            BackupRetentionPeriod=14,
            DeletionProtection=False,
            Tags=ground.tags(name, "production"),
        )
        yield ground.bomb(self, name)
