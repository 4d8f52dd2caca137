"""What is read of DynamoDB."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from steadyhand.model import States
from steadyhand.source import Each, Source

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import ContinuousBackupsDescriptionTypeDef

TABLE_STATES = States(
    shape="dynamodb:TableStatus",
    ready=frozenset({"ACTIVE"}),
    passing=frozenset({"CREATING", "UPDATING"}),
    over=frozenset({"DELETING", "ARCHIVING"}),
    first={
        "INACCESSIBLE_ENCRYPTION_CREDENTIALS": "give it back its KMS key first",
        "ARCHIVED": "restore it from its backup first",
        "REPLICATION_NOT_AUTHORIZED": "let its replicas be written to first",
    },
)

Tables: Source[str] = Source(
    operation="dynamodb:ListTables",
    items="TableNames",
    key=str,
    kind="table",
    params={"Limit": 100},
)

ContinuousBackups: Each[ContinuousBackupsDescriptionTypeDef] = Each(
    operation="dynamodb:DescribeContinuousBackups",
    items="ContinuousBackupsDescription",
    of=Tables,
    ask=lambda table: {"TableName": table},
    gone=frozenset({"TableNotFoundException"}),
    volatile=frozenset({"EarliestRestorableDateTime", "LatestRestorableDateTime"}),
)

TableDescriptions: Each[Mapping[str, Any]] = Each(
    operation="dynamodb:DescribeTable",
    items="Table",
    of=Tables,
    ask=lambda table: {"TableName": table},
    gone=frozenset({"ResourceNotFoundException"}),
)
"""A table's own id, which one made anew under the same name does not share."""
