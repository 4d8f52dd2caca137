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
from datetime import datetime
from typing import TYPE_CHECKING

from steadyhand.account import Account
from steadyhand.checks.deletion_protection import Unprotected
from steadyhand.model import Call, Finding, Look, Part, Permit, Read, Seen
from steadyhand.sources.dynamodb import TABLE_STATES, TableDescriptions
from steadyhand.triggers import ApiCalled, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things


class TableDeletionProtectionOff(Unprotected):
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
            yield self.unprotected(
                account,
                resource=known.get("TableArn") or account.arn("dynamodb", f"table/{table}"),
                key=table,
                what=table,
                state=status,
                table=table,
            )

    def protection(self, finding: Finding) -> Part:
        table = finding.evidence["table"]
        return Part(finding.resource, "deletion protection", lambda: see_protection(table))

    def turn(self, finding: Finding, *, on: bool) -> Call:
        params = {"TableName": finding.evidence["table"], "DeletionProtectionEnabled": on}
        return Call("dynamodb:UpdateTable", params)

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
