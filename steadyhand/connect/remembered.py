"""What an earlier review wrote down under a name: the other half of the ledger's `once`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from steadyhand import codec
from steadyhand.model import GLOBAL, Answer, Call


class Asked(Protocol):
    """The road the table lies on."""

    @property
    def account(self) -> str:
        """Whose it is."""

    def ask(self, call: Call) -> Answer:
        """One call, one answer."""


class Table(Protocol):
    """The ledger, as far as one row of it is concerned."""

    @property
    def aws(self) -> Asked:
        """The road to the table."""

    @property
    def table(self) -> str:
        """Its name."""


def remembered(ledger: Table, name: str) -> tuple[datetime, Mapping[str, Any]] | None:
    """When it was said, and what; None where nobody said it yet."""
    key = {":pk": {"S": f"{ledger.aws.account}#{GLOBAL}"}, ":sk": {"S": f"review#{name}"}}
    params = {
        "TableName": ledger.table,
        "KeyConditionExpression": "pk = :pk AND sk = :sk",
        "ExpressionAttributeValues": key,
        "ConsistentRead": True,
    }
    for row in ledger.aws.ask(Call("dynamodb:Query", params)).get("Items", ()):
        return datetime.fromisoformat(row["at"]["S"]), codec.value(row["body"]["S"])
    return None
