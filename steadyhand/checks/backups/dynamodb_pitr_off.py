"""A table has no point-in-time recovery.

Without point-in-time recovery, what a bug or a hand deletes from the table is gone. It costs about
0.20 USD a GB and month, which for most tables is cents.

Fix: turn point-in-time recovery on. Nothing else about the table changes. Nothing is sent while the
table is made, changed or deleted, or its key is out of reach.
Undo: turn it off again. The recovery points gathered since are deleted.

Steered by: who may switch recovery off, or name the environment of a table by its tags.
At worst: the point-in-time recovery of a table is switched off, and its past with it.

Runbook:

1. If the table can be computed anew from elsewhere, exempt it:
   `steadyhand exempt FINDING --until DATE --because REASON`.
2. Otherwise turn it on: `steadyhand fix FINDING`.
3. Bring it into your templates, or the next deployment reverts it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import Call, Finding, Look, Part, Permit, Read, Risk, Seen, Severity, Step
from steadyhand.sources.dynamodb import TABLE_STATES, ContinuousBackups, TableDescriptions
from steadyhand.triggers import ApiCalled, days


class DynamodbPitrOff(Check):
    severity = Severity.HIGH
    risk = Risk.SAFE
    reads = (ContinuousBackups,)
    states = TABLE_STATES
    wakes = (
        days(1),
        ApiCalled("dynamodb:CreateTable", "requestParameters.tableName"),
        ApiCalled("dynamodb:UpdateContinuousBackups", "requestParameters.tableName"),
        ApiCalled("dynamodb:DeleteTable", "requestParameters.tableName"),
        ApiCalled("dynamodb:RestoreTableFromBackup", "requestParameters.targetTableName"),
        ApiCalled("dynamodb:RestoreTableToPointInTime", "requestParameters.targetTableName"),
        ApiCalled("dynamodb:ImportTable", "requestParameters.tableCreationParameters.tableName"),
    )
    looks = (TableDescriptions,)
    writes = (
        Permit(
            "dynamodb:UpdateContinuousBackups",
            ("table/{TableName}",),
            shape={
                "TableName": r"[A-Za-z0-9_.-]+",
                "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": bool},
            },
        ),
    )
    resource_type = "AWS::DynamoDB::Table"
    consequence = "What a bug deletes from this table is lost for good."
    short = "no point-in-time recovery"
    done = "every minute of 35 days kept"
    hours_lost = (4, 40)
    peers = (
        "P:dynamodb_tables_pitr_enabled",
        "FSBP:DynamoDB.2",
        "CFG:DYNAMODB_PITR_ENABLED",
        "FP:dynamodb_tables_with_point_in_time_recovery_disabled",
        "SS:dynamodb:disabledPointInTimeRecovery",
        "C7N:dynamodb-table/set-continuous-backup",
    )

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        for key, backups in account[ContinuousBackups]:
            table = key.rpartition("table/")[2]  # an event may name it by its ARN
            recovery = backups.get("PointInTimeRecoveryDescription", {})
            if recovery.get("PointInTimeRecoveryStatus") != "ENABLED":
                yield self.finding(
                    account,
                    resource=account.arn("dynamodb", f"table/{table}"),
                    key=table,
                    summary=f"{table} has no point-in-time recovery",
                    table=table,
                )

    def plan(self, finding: Finding) -> Iterator[Step]:
        table = finding.evidence["table"]
        yield Step(
            owns=Part(finding.resource, "point-in-time recovery", lambda: see_recovery(table)),
            makes=True,
            do=turn(finding, on=True),
            undo=turn(finding, on=False),
            settles=timedelta(minutes=5),
        )


def see_recovery(table: str) -> Look:
    """Is it on? A table that was made anew under the same name is another one."""
    for _, known in (yield Read(TableDescriptions, table)):
        for _, backups in (yield Read(ContinuousBackups, table)):
            recovery = backups.get("PointInTimeRecoveryDescription", {})
            return Seen(
                value=recovery.get("PointInTimeRecoveryStatus") == "ENABLED",
                identity=str(known.get("TableId", "")),
                moving=TABLE_STATES.moving(known.get("TableStatus")),
            )
    return Seen(identity=None)


def turn(finding: Finding, *, on: bool) -> Call:
    """Point-in-time recovery of the table, on or off."""
    params = {
        "TableName": finding.evidence["table"],
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": on},
    }
    return Call("dynamodb:UpdateContinuousBackups", params)
