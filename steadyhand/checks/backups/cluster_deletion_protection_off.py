"""A cluster of databases can be deleted with a single call.

Of Aurora, of RDS, of DocumentDB or of Neptune: a wrong profile, a stack that is torn down or a script in the
wrong account ends it, and its automated backups may go with it. A cluster that copies another one is not
judged.

Fix: switch deletion protection on. AWS does that at once, nothing restarts and nobody notices, but whoever
wants to delete the cluster must switch it off first. What else waits for the maintenance window keeps waiting.
Undo: switch it off again.

Steered by: who may modify the cluster, or name its environment by its tags.
At worst: a cluster can be deleted, or not, by those who may delete it anyway; nothing else of it.

Runbook:

1. Is it one that a pipeline makes and deletes? Then `steadyhand exempt FINDING --until DATE
   --because REASON`, or leave the mode for that environment at observe.
2. `steadyhand fix FINDING` switches it on.
3. Set DeletionProtection in your templates too, and a DeletionPolicy of Snapshot.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from steadyhand.account import Account
from steadyhand.check import tags_of
from steadyhand.checks.deletion_protection import Unprotected
from steadyhand.model import Call, Finding, Part, Permit, field_of
from steadyhand.sources.rds import CLUSTER_STATES, DBClusters
from steadyhand.triggers import ApiCalled, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

NAMED = "requestParameters.dBClusterIdentifier"
FLAG = "DeletionProtection"


class ClusterDeletionProtectionOff(Unprotected):
    reads = (DBClusters,)
    states = CLUSTER_STATES
    wakes = (
        days(1),
        ApiCalled("rds:CreateDBCluster", NAMED),
        ApiCalled(
            "rds:ModifyDBCluster",
            NAMED,
            ("responseElements.dBClusterIdentifier", "requestParameters.newDBClusterIdentifier"),
        ),
        ApiCalled("rds:RestoreDBClusterFromSnapshot", NAMED),
        ApiCalled("rds:RestoreDBClusterToPointInTime", NAMED),
        ApiCalled("rds:DeleteDBCluster", NAMED),
    )
    writes = (
        Permit(
            "rds:ModifyDBCluster",
            ("cluster:{DBClusterIdentifier}",),
            shape={"DBClusterIdentifier": r"[A-Za-z0-9-]+", FLAG: bool},
        ),
    )
    resource_type = "AWS::RDS::DBCluster"
    settles = timedelta(minutes=30)
    consequence = "One wrong call deletes the cluster and its databases."
    peers = (
        "P:rds_cluster_deletion_protection",
        "P:documentdb_cluster_deletion_protection",
        "P:neptune_cluster_deletion_protection",
        "ASR:RDS.7",
        "CFG:RDS_CLUSTER_DELETION_PROTECTION_ENABLED",
    )

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        for cluster in account[DBClusters]:
            name, status = cluster["DBClusterIdentifier"], cluster.get("Status")
            is_copy = bool(cluster.get("ReplicationSourceIdentifier"))
            if cluster.get(FLAG, True) or is_copy or status in CLUSTER_STATES.over:
                continue
            yield self.unprotected(
                account,
                resource=cluster.get("DBClusterArn") or account.arn("rds", f"cluster:{name}"),
                key=name,
                what=f"the cluster {name}",
                tags=tags_of(cluster.get("TagList")),
                state=status,
                cluster=name,
            )

    def protection(self, finding: Finding) -> Part:
        return field_of(
            finding.resource,
            FLAG,
            DBClusters,
            finding.evidence["cluster"],
            value=lambda cluster: cluster.get(FLAG),
            born=lambda cluster: cluster.get("DbClusterResourceId", ""),
            moving=lambda cluster: CLUSTER_STATES.moving(cluster.get("Status")),
            tags=lambda cluster: tags_of(cluster.get("TagList")),
        )

    def turn(self, finding: Finding, *, on: bool) -> Call:
        """It is in force at once, whatever ApplyImmediately says.

        Source: docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Modifying.html
        """
        params = {"DBClusterIdentifier": finding.evidence["cluster"], FLAG: on}
        return Call("rds:ModifyDBCluster", params)

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "this team runs no cluster of databases")
