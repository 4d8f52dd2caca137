"""How the ledger's table is asked and written: queries page, and an unreadable row is no end of a list."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from steadyhand.ledger import rows
from steadyhand.model import Answer, Call, MalformedAnswer, ReadFailed

T = TypeVar("T")
Said = TypeVar("Said", bound=Mapping[str, Any])
Item = Mapping[str, Mapping[str, str]]
"""A row as DynamoDB says it."""

CANCELLED = "TransactionCanceledException"
IN_USE = frozenset({"TransactionConflictException", "TransactionInProgressException"})
PASSING = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
"""Why a transaction was cancelled though nobody did what it is about; DynamoDB repeats none of them.
Source: docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html"""

KEYS = {
    "": ("pk", "sk"),
    "by_id": ("pk", "sk", "id", "kind"),
    "by_kind": ("pk", "sk", "kind", "at"),
}
"""What each row of the table has, and each row of an index."""

CONFLICTS = 7
"""How often a write that another transaction stood in the way of is sent: over a second and a half."""

MOMENT = 0.025
"""Seconds before the second of them, doubled for each that follows."""


class Client(Protocol):
    """What the ledger needs of AWS."""

    account: str

    def ask(self, call: Call) -> Answer:
        """One call, one answer."""

    def pages(self, call: Call) -> Iterator[Answer]:
        """One call and what follows it."""


class Table:
    """One DynamoDB table, in the region of `aws`. `unreadable` are rows that make no sense."""

    def __init__(self, aws: Client, table: str) -> None:
        self.aws, self.table = aws, table
        self.unreadable: list[str] = []

    def take_unreadable(self) -> tuple[str, ...]:
        """Each once, for whoever tells them on; the next to ask hears only what came since."""
        said = tuple(dict.fromkeys(self.unreadable))
        self.unreadable.clear()
        return said

    def _pk(self, region: str) -> str:
        return f"{self.aws.account}#{region}"

    def _kind(self, kind: str) -> str:
        return f"{self.aws.account}#{kind}"

    def _readable(self, found: Iterable[Said], read: Callable[[Said], T]) -> Iterator[T]:
        """What the rows say; those that cannot be read are skipped, and named in `unreadable`."""
        for row in found:
            try:
                said = read(row)
            except Exception as error:  # noqa: BLE001 - whoever may write rows can write anything
                name = named(row).encode("unicode_escape").decode()[:300]
                self.unreadable.append(f"the ledger's row {name} cannot be read: {error!r:.200}")
            else:
                yield said

    def _write(self, action: str, params: Mapping[str, Any]) -> bool:
        """One row, where its condition holds. False: it does not."""
        try:
            self._send(Call(action, {"TableName": self.table, **params}))
        except ReadFailed as refused:
            if refused.code == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def _send(self, call: Call) -> Answer:
        """A write; once more, later and later, while another transaction holds one of its rows."""
        for attempt in range(CONFLICTS):
            try:
                return self.aws.ask(call)
            except ReadFailed as failed:
                if attempt + 1 == CONFLICTS or not is_conflict(failed):
                    raise
                time.sleep(random.uniform(0.5, 1) * MOMENT * 2**attempt)  # noqa: S311
        raise AssertionError("the last attempt returns or raises")

    def _put(self, row: rows.Row) -> None:
        self._write("dynamodb:PutItem", {"Item": rows.wrap(row)})

    def _query(self, condition: str, index: str = "", **values: str) -> Iterator[rows.Row]:
        for items in self._pages(condition, values, index):
            yield from self._readable(items, rows.unwrap)

    def _pages(
        self,
        condition: str,
        values: Mapping[str, str],
        index: str = "",
        *,
        forwards: bool = True,
    ) -> Iterator[Sequence[Item]]:
        params: dict[str, Any] = {
            "TableName": self.table,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": rows.attributes(values),
        }
        if index:
            params["IndexName"] = index
        if not forwards:
            params["ScanIndexForward"] = False
        names = {f"#{name}": name for name in ("kind", "at") if f"#{name} " in condition}
        if names:
            params["ExpressionAttributeNames"] = names
        else:
            params["ConsistentRead"] = not index
        for answer in self.aws.pages(Call("dynamodb:Query", params)):
            found = rows_of(answer)
            if items := list(self._readable(found, lambda item: keyed(item, KEYS[index]))):
                yield items

    def _by_id(self, name: str, kind: str) -> rows.Row | None:
        found = [
            row for row in self._query("id = :id", "by_id", id=name) if rows.kind_of(row) == kind
        ]
        return found[0] if found else None

    def _of_kind(
        self, kind: str, since: datetime | None = None, until: datetime | None = None
    ) -> Iterator[rows.Row]:
        for items in self._pages_of_kind(kind, since, until):
            yield from self._readable(items, rows.unwrap)

    def _pages_of_kind(
        self,
        kind: str,
        since: datetime | None = None,
        until: datetime | None = None,
        *,
        forwards: bool = True,
    ) -> Iterator[Sequence[Item]]:
        low, high = since.isoformat() if since else "0", until.isoformat() if until else "9"
        said = "#kind = :kind AND #at BETWEEN :low AND :high "
        values = {"kind": self._kind(kind), "low": low, "high": high}
        return self._pages(said, values, "by_kind", forwards=forwards)


def item_of(answer: Any, name: str) -> rows.Row | None:
    """The row that a GetItem answers, None where there is none; `MalformedAnswer` where it makes no sense."""
    item: Any = answer.get("Item") if isinstance(answer, Mapping) else answer
    if item is None and answer is not None:
        return None
    try:
        return rows.unwrap(item) or None
    except (AttributeError, TypeError) as wrong:
        said = f"the ledger's row {name} cannot be read: {wrong}"
        raise MalformedAnswer(said) from wrong


def keyed(item: Item, keys: Sequence[str]) -> Item:
    """The item itself, which has these keys as texts, as DynamoDB demands of each row; else an error."""
    for name in keys:  # of a review's every row, so no generator
        if not isinstance(item[name]["S"], str):
            raise TypeError("a key is no text")
    return item


def named(row: Any) -> str:
    """The keys of a row or item, however little sense it makes."""
    if not isinstance(row, Mapping):
        return repr(row)
    keys = (row.get("pk"), row.get("sk"))
    return " ".join(str(one.get("S") if isinstance(one, dict) else one) for one in keys)


def rows_of(answer: Answer) -> Sequence[Item]:
    """The rows of a page. DynamoDB writes an empty list where there is none: without a list nobody knows.

    To take it for empty would be to forget all exemptions, and all that is known.
    """
    found = answer.get("Items") if isinstance(answer, Mapping) else None
    if isinstance(found, list) and all(type(one) is dict for one in found):
        return found
    raise MalformedAnswer("the answer of dynamodb:Query has no list of rows")


def status(failed: ReadFailed) -> int:
    """The HTTP status of an error; 0 where there was no answer."""
    return int(failed.answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def is_conflict(failed: ReadFailed) -> bool:
    """Was nothing written, and only because somebody else wrote in the same moment?"""
    if failed.code in IN_USE:
        return True
    if failed.code != CANCELLED:
        return False
    reasons = {str(one.get("Code", "None")) for one in reasons_of(failed)}
    return reasons - {"None"} <= PASSING


def stood_in_the_way(failed: ReadFailed) -> dict[int, rows.Row]:
    """The rows whose conditions stood in a transaction's way, by place; none in a mere conflict."""
    return {
        n: stored(one.get("Item"))
        for n, one in enumerate(reasons_of(failed))
        if one.get("Code") == "ConditionalCheckFailed"
    }


def reasons_of(failed: ReadFailed) -> list[Mapping[str, Any]]:
    """Why each item of a transaction was cancelled; an empty one for what makes no sense."""
    said = failed.answer.get("CancellationReasons")
    return [one if isinstance(one, dict) else {} for one in said] if isinstance(said, list) else []


def stored(item: Any) -> rows.Row:
    """The row that stood in the way; an empty one, of which nothing is known, where it makes no sense."""
    try:
        return rows.unwrap(item or {})
    except (TypeError, AttributeError):
        return {}


def typed(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as DynamoDB takes it, whole numbers as numbers."""
    return {
        name: {"N": str(value)} if isinstance(value, int) else {"S": str(value)}
        for name, value in row.items()
    }
