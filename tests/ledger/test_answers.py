"""A page of the ledger without a list of rows is a failure: taken for an empty one, every exemption were forgotten.

DynamoDB writes `Items`, empty or not: docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html.
What stands between us and it may answer anything that is well-formed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from steadyhand.ledger.table import Ledger
from steadyhand.model import Call, ReadFailed

NOW = datetime(2026, 11, 28, tzinfo=UTC)
ODD: tuple[Any, ...] = (
    {}, None, [], "", "<html>", 5, {"Items": None}, {"Items": {}}, {"Items": ""}, {"Items": "ab"}, {"Items": 0},
    {"Items": [None]}, {"Items": ["ab"]}, {"Items": [[]]}, {"Items": [{"id": {"S": "x"}}, 5]}, {"items": []}, {"Count": 0},
)  # fmt: skip
ODD_ROW = {name: {"S": "x"} for name in ("pk", "sk", "id", "kind", "at")}
"""One that nobody can read, which ends nothing."""

READS: dict[str, Callable[[Ledger], Any]] = {
    "known": lambda one: one.known("eu-central-1"),
    "record": lambda one: one.record("fi-1"),
    "records": lambda one: list(one.records()),
    "exemptions": lambda one: one.exemptions(),
    "incidents": lambda one: one.incidents(),
    "sweeps": lambda one: one.sweeps(),
    "notes": lambda one: one.notes("move"),
    "changes": lambda one: one.changes(),
    "due": lambda one: one.due(NOW),
}


class Front:
    """Answers one thing, on the first page or after a good one."""

    account = "111122223333"

    def __init__(self, answer: Any, *, later: bool) -> None:
        self.answer, self.later = answer, later

    def ask(self, call: Call) -> Any:
        raise AssertionError(f"{call.action} was not to be asked")

    def pages(self, call: Call) -> Iterator[Any]:
        assert call.action == "dynamodb:Query"
        if self.later:
            yield {"Items": [ODD_ROW]}
        yield self.answer


@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize("read", READS)
def test_a_page_without_rows_is_no_empty_page(read: str, later: bool) -> None:
    for odd in ODD:
        ledger = Ledger(Front(odd, later=later), "steadyhand", lambda: b"k")
        with pytest.raises(ReadFailed) as failed:
            READS[read](ledger)
        assert failed.value.code == "MalformedAnswer", odd


@pytest.mark.parametrize("read", READS)
def test_an_empty_page_is_one(read: str) -> None:
    ledger = Ledger(Front({"Items": []}, later=False), "steadyhand", lambda: b"k")
    assert not READS[read](ledger)
