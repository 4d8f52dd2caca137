"""A database snapshot is shared with every AWS account.

Whoever has an AWS account can restore it and read the whole database. An encrypted snapshot cannot be
shared with everybody, so only those that are not encrypted are asked.

Fix: take the permission for everybody away. Accounts it is shared with by number keep theirs.
Undo: share it with everybody again.

Steered by: who may share a snapshot with everybody.
At worst: an instance's snapshot is shared with everybody, or no more; with nobody else.

Runbook:

1. Ask who shared it, and with whom it should be: `steadyhand show FINDING`.
2. What was in it has been public: change its passwords, and ask whose data it was.
3. Share it with one account instead:
   `aws rds modify-db-snapshot-attribute --db-snapshot-identifier SNAPSHOT --attribute-name restore
   --values-to-add ACCOUNT`.
4. If it is meant for everybody: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.checks.database_snapshots import Kind
from steadyhand.model import Finding, Permit, Risk, Severity, Step
from steadyhand.sources.rds import ManualSnapshots, SnapshotSharing
from steadyhand.triggers import ApiCalled, days

KIND = Kind(
    snapshots=ManualSnapshots,
    sharing=SnapshotSharing,
    named="DBSnapshotIdentifier",
    arn="snapshot",
    accounts="DBSnapshotAttributes.AttributeValues",
)


class PublicRdsSnapshot(Check):
    severity = Severity.CRITICAL
    risk = Risk.SAFE
    reads = (KIND.snapshots, KIND.sharing)
    wakes = (
        days(1),
        ApiCalled("rds:ModifyDBSnapshotAttribute", "requestParameters.dBSnapshotIdentifier"),
        ApiCalled("rds:DeleteDBSnapshot", "requestParameters.dBSnapshotIdentifier"),
        ApiCalled("rds:CreateDBSnapshot", "requestParameters.dBSnapshotIdentifier"),
        ApiCalled("rds:CopyDBSnapshot", "requestParameters.targetDBSnapshotIdentifier"),
    )
    writes = (
        Permit(
            "rds:ModifyDBSnapshotAttribute", ("snapshot:{DBSnapshotIdentifier}",), shape=KIND.shape
        ),
    )
    resource_type = "AWS::RDS::DBSnapshot"
    consequence = "Anybody with an AWS account can read the database."
    short = "shared with everybody"
    hours_lost = (8, 200)
    peers = (
        "P:rds_snapshots_public_access",
        "FSBP:RDS.1",
        "ASR:RDS.1",
        "CFG:RDS_SNAPSHOTS_PUBLIC_PROHIBITED",
        "C7N:rds-snapshot/cross-account",
    )

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        yield from KIND.shared(self, account)

    def plan(self, finding: Finding) -> Iterator[Step]:
        yield KIND.no_longer(finding, "rds:ModifyDBSnapshotAttribute")
