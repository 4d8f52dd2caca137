"""Whatever type an answer of the ledger's services has, nobody acts on it: it is skipped and told, or a failed read.

Who speaks between us and DynamoDB, a proxy or a newer API, can answer anything; what the API has:
docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html (and API_GetItem, API_Query).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steadyhand.ledger.change_rows import Forged, change_row
from steadyhand.ledger.queries import IN_USE, typed
from steadyhand.ledger.rows import finding_row
from steadyhand.ledger.seal import Seal
from steadyhand.ledger.table import Ledger
from steadyhand.model import (
    Call,
    Change,
    ChangeState,
    FindingStatus,
    ReadFailed,
    Record,
    Risk,
    WrittenStep,
)
from tests.canonical import ACCOUNT
from tests.verbs import ANY, NOW

KEY = b"known to the engine alone"
FOUND = replace(ANY, resource="arn:aws:x:::y", key="y", check="x", summary="s")
STEP = WrittenStep(Call("x:Do"), Call("x:Undo"), on="r", what="p", before="before", makes="made")
CHANGE = Change(
    id="ch-1", finding=FOUND, steps=(STEP,), state=ChangeState.DOING, by="steadyhand", at=NOW
)
CHANGE_ITEM = typed(change_row(CHANGE, ACCOUNT, NOW, KEY)) | typed({"id": "ch-1"})
RECORD = Record(
    finding=FOUND, status=FindingStatus.OPEN, first_seen=NOW, changed_at=NOW, environment="production",
    risk=Risk.ADVICE,
)  # fmt: skip
FINDING_ITEM = typed(finding_row(f"{ACCOUNT}#{FOUND.region}", RECORD))
BESIDE = FINDING_ITEM | typed({"id": "fi-beside"})

GARBAGE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["S", "N", "BOOL", "L", "Code", "Item", "x"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@st.composite
def items(draw: st.DrawFn) -> Any:
    """A row of which one attribute is missing or something else; or no row at all."""
    if draw(st.integers(0, 4)) == 0:
        return draw(GARBAGE)
    made = dict(draw(st.sampled_from([CHANGE_ITEM, FINDING_ITEM])))
    name = draw(st.sampled_from(sorted(made)))
    if draw(st.booleans()):
        del made[name]
    else:
        made[name] = draw(GARBAGE)
    return made


@dataclass
class Answering:
    """A client that answers one thing to everybody, and keeps what it was asked to write."""

    answer: Any
    account: str = ACCOUNT
    written: list[Call] = field(default_factory=list)

    def ask(self, call: Call) -> Any:
        if call.action not in {"dynamodb:GetItem", "ssm:GetParameter"}:
            self.written.append(call)
        return self.answer

    def pages(self, call: Call) -> Iterator[Any]:
        del call
        yield self.answer


READS: dict[str, Callable[[Ledger], object]] = {
    "one change": lambda ledger: ledger.change("ch-1"),
    "changes": lambda ledger: ledger.changes(),
    "what is due": lambda ledger: ledger.due(NOW),
    "one subject": lambda ledger: ledger.known(FOUND.region, FOUND.key),
    "one finding": lambda ledger: ledger.record(FOUND.id),
    "findings": lambda ledger: list(ledger.records()),
    "exemptions": lambda ledger: ledger.exemptions(),
    "exemptions to obey": lambda ledger: ledger.exemptions_to_obey(),
    "incidents": lambda ledger: ledger.incidents(),
    "sweeps": lambda ledger: ledger.sweeps(),
    "notes": lambda ledger: ledger.notes("review"),
    "one note": lambda ledger: ledger.noted("review", "x"),
}


@pytest.mark.parametrize("name", READS)
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_a_row_is_it_is_skipped_and_told_or_a_failed_read(
    name: str, data: st.DataObject
) -> None:
    """A good row beside it is read all the same."""
    item, listed = data.draw(items()), data.draw(st.booleans())
    other = data.draw(st.sampled_from([{"Items": item, "Item": item}, item]))
    aws: Any = Answering({"Items": [item, CHANGE_ITEM, BESIDE], "Item": item} if listed else other)
    ledger = Ledger(aws, "steadyhand", lambda: KEY)
    with suppress(ReadFailed, Forged):
        found: Any = READS[name](ledger)
        if listed and name == "findings":
            assert "fi-beside" in {one.finding.id for one in found}
            assert ledger.unreadable or is_row(item)
    assert aws.written == []


def is_row(item: Any) -> bool:
    """Does it have the keys of a row?"""
    return isinstance(item, dict) and all(
        isinstance(item.get(name), dict) and isinstance(item[name].get("S"), str)
        for name in ("pk", "sk", "id", "kind", "at")
    )


@settings(max_examples=100, deadline=None)
@given(
    reasons=GARBAGE | st.lists(GARBAGE, max_size=4),
    code=st.sampled_from(["TransactionCanceledException", *IN_USE]),
)
def test_a_refusal_that_makes_no_sense_is_never_ours_to_do(reasons: Any, code: str) -> None:
    class Refusing(Answering):
        def ask(self, call: Call) -> Any:
            if call.action == "dynamodb:GetItem":
                return self.answer
            said = {"ResponseMetadata": {"HTTPStatusCode": 400}, "CancellationReasons": reasons}
            raise ReadFailed(code, "no", said)

    aws: Any = Refusing({})
    ledger = Ledger(aws, "steadyhand", lambda: KEY)
    ledger._send = aws.ask  # type: ignore[method-assign]  # the waiting between attempts is not tried here
    with suppress(ReadFailed):
        assert ledger.begin(CHANGE, RECORD, looked_at=NOW) is not None


@given(GARBAGE.filter(lambda said: not (isinstance(said, dict) and "Parameter" in said)), GARBAGE)
@settings(max_examples=100, deadline=None)
def test_a_seal_without_a_text_seals_nothing(answer: Any, value: Any) -> None:
    """An empty key would mean that no row's seal is compared."""
    for said in (answer, {"Parameter": answer}, {"Parameter": {"Value": value}}):
        aws: Any = Answering(said)
        with suppress(ReadFailed):
            key = Seal(aws)()
            assert key
            assert said == {"Parameter": {"Value": key.decode()}}
        assert aws.written == []
