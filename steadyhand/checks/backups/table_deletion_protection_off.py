"""A table that holds something can be deleted with a single call.

A wrong profile, a stack that is torn down, a script in the wrong account: without deletion protection one
call ends a table, and what point-in-time recovery kept of it is gone 35 days later. Tables in which AWS
counts no item are not judged; it counts every six hours.

Fix: switch deletion protection on. Reads and writes go on as before, but whoever wants to delete it must
switch it off first.
Undo: switch it off again.

Steered by: who may update the table, or name its environment by its tags.
At worst: a table can be deleted, or not, by those who may delete it anyway; nothing else of it.

Runbook:

1. Is it one that a pipeline makes and deletes? Then `steadyhand exempt FINDING --until DATE
   --because REASON`, or leave the mode for that environment at observe.
2. `steadyhand fix FINDING` switches it on.
3. Set DeletionProtectionEnabled in your templates too, and a DeletionPolicy of Retain.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import Call, Finding, Look, Part, Permit, Read, Risk, Seen, Severity, Step
from steadyhand.sources.dynamodb import TABLE_STATES, TableDescriptions
from steadyhand.triggers import ApiCalled, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things


class TableDeletionProtectionOff(Check):
    severity = Severity.MEDIUM
    risk = Risk.SAFE
    reads = (TableDescriptions,)
    states = TABLE_STATES
    wakes = (
        days(1),
        ApiCalled("dynamodb:UpdateTable", "requestParameters.tableName"),
        ApiCalled("dynamodb:DeleteTable", "requestParameters.tableName"),
        ApiCalled("dynamodb:RestoreTableFromBackup", "requestParameters.targetTableName"),
        ApiCalled("dynamodb:RestoreTableToPointInTime", "requestParameters.targetTableName"),
        ApiCalled("dynamodb:ImportTable", "requestParameters.tableCreationParameters.tableName"),
    )
    writes = (
        Permit(
            "dynamodb:UpdateTable",
            ("table/{TableName}",),
            shape={"TableName": r"[A-Za-z0-9_.-]+", "DeletionProtectionEnabled": bool},
        ),
    )
    resource_type = "AWS::DynamoDB::Table"
    consequence = "One wrong call deletes the table."
    short = "one call deletes it"
    done = "deletion protection on"
    hours_lost = (4, 40)
    peers = (
        "P:dynamodb_table_deletion_protection_enabled",
        "ASR:DynamoDB.6",
        "FP:dynamodb_tables_with_deletion_protection_disabled",
    )

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        for key, known in account[TableDescriptions]:
            table = key.rpartition("table/")[2]  # an event may name it by its ARN
            status = known.get("TableStatus")
            if (
                known.get("DeletionProtectionEnabled", False)
                or not known.get("ItemCount")
                or status in TABLE_STATES.over
            ):
                continue
            yield self.finding(
                account,
                resource=known.get("TableArn") or account.arn("dynamodb", f"table/{table}"),
                key=table,
                summary=f"{table} can be deleted with a single call",
                state=status,
                table=table,
            )

    def plan(self, finding: Finding) -> Iterator[Step]:
        table = finding.evidence["table"]
        yield Step(
            owns=Part(finding.resource, "deletion protection", lambda: see_protection(table)),
            makes=True,
            do=turn(table, on=True),
            undo=turn(table, on=False),
            settles=timedelta(minutes=5),
        )

    def demo(self, ground: Ground) -> Things:
        """The prices, which a single call deletes; the other tables of the team hold nothing."""
        name = ground.name("prices-production")
        dynamodb = ground.client("dynamodb")
        dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "sku", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "sku", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            Tags=ground.tags(name, "production"),
        )
        dynamodb.update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )
        dynamodb.put_item(TableName=name, Item={"sku": {"S": "fern"}})
        yield ground.bomb(self, name)


def see_protection(table: str) -> Look:
    """Is it on? A table that was made anew under the same name is another one."""
    for _, known in (yield Read(TableDescriptions, table)):
        return Seen(
            value=bool(known.get("DeletionProtectionEnabled", False)),
            identity=str(known.get("TableId", "")),
            moving=TABLE_STATES.moving(known.get("TableStatus")),
        )
    return Seen(identity=None)


def turn(table: str, *, on: bool) -> Call:
    """Deletion protection of the table, on or off; nothing else of it is named."""
    return Call("dynamodb:UpdateTable", {"TableName": table, "DeletionProtectionEnabled": on})
