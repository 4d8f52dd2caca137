"""Two transactions that meet at one row: not "somebody else did it", so it is tried again.

DynamoDB refuses the later of two that are under way at the same time, whatever their conditions
say, and writes nothing of it: a transaction with TransactionCanceledException whose reasons are
TransactionConflict, a single write with TransactionConflictException. The SDK repeats neither.
Source: docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html and
docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html (conflict handling).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.session import Session

from steadyhand.check import Check
from steadyhand.ledger import queries
from steadyhand.ledger.queries import CONFLICTS, is_conflict
from steadyhand.model import Call, ChangeState, Note, ReadFailed
from tests.engine.ssh import AUTO, grants, group, open_ssh
from tests.reconcilers import Clock, reconciler

TRANSACT = "dynamodb:TransactWriteItems"
SINGLE = ("dynamodb:PutItem", "dynamodb:UpdateItem")
CONFLICT, THROTTLED, FAILED = "TransactionConflict", "ThrottlingError", "ConditionalCheckFailed"


def cancelled(*codes: str) -> ReadFailed:
    """As DynamoDB says it: a reason for each item, "None" for those that did not stand in the way."""
    reasons = [{"Code": code} for code in codes]
    answer = {"CancellationReasons": reasons, "ResponseMetadata": {"HTTPStatusCode": 400}}
    said = f"Transaction cancelled, please refer cancellation reasons [{', '.join(codes)}]"
    return ReadFailed("TransactionCanceledException", said, answer)


def conflicting() -> ReadFailed:
    status = {"ResponseMetadata": {"HTTPStatusCode": 400}}
    said = "Transaction is ongoing for the item"
    return ReadFailed("TransactionConflictException", said, status)


class Busy:
    """AWS whose table refuses the first so many writes of each kind, and then does what it is asked."""

    def __init__(self, aws: Any, times: int, refusals: Mapping[str, ReadFailed]) -> None:
        self.asked, self.refusals = aws.ask, refusals
        self.left = dict.fromkeys(refusals, times)
        self.refused = 0

    def __call__(self, call: Call) -> Any:
        if self.left.get(call.action):
            self.left[call.action] -= 1
            self.refused += 1
            raise self.refusals[call.action]
        return self.asked(call)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOMENT", 0.0)


@pytest.mark.moto
@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("reasons", [(CONFLICT,), ("None", THROTTLED), (CONFLICT, "None")])
def test_a_fix_waits_for_its_turn(
    check: Check, reasons: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, group_id = reconciler(AUTO, Clock()), group()
    open_ssh(group_id)
    refusals = {TRANSACT: cancelled(*reasons), **dict.fromkeys(SINGLE, conflicting())}
    busy = Busy(here.aws, CONFLICTS - 1, refusals)
    monkeypatch.setattr(here.aws, "ask", busy)
    outcome = here.on_event([check], group_id)
    assert busy.refused >= CONFLICTS - 1
    assert not outcome.held, "nobody else is at work"
    assert not outcome.troubles
    assert [change.state for change in outcome.changes] == [ChangeState.DOING]
    assert grants(group_id) == []


@pytest.mark.moto
@pytest.mark.usefixtures("aws")
def test_a_table_that_stays_busy_is_no_answer(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is done, and nothing is said to be somebody else's: the message comes again."""
    here, group_id = reconciler(AUTO, Clock()), group()
    open_ssh(group_id)
    busy = Busy(here.aws, 10**6, {TRANSACT: cancelled(CONFLICT)})
    monkeypatch.setattr(here.aws, "ask", busy)
    outcome = here.on_event([check], group_id)
    assert not outcome.held
    assert not outcome.changes
    assert "TransactionConflict" in " ".join(one.reason for one in outcome.troubles)
    assert grants(group_id)


@pytest.mark.moto
@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("busy_for", [0, CONFLICTS - 1])
def test_who_is_first_to_say_something_is_so_after_a_conflict_too(
    busy_for: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A single write that met a transaction was read as an error; the second still hears no."""
    here = reconciler(AUTO, Clock())
    said = Note(kind="mail", name="2026-W48", at=Clock()(), said={})
    monkeypatch.setattr(here.aws, "ask", Busy(here.aws, busy_for, {SINGLE[0]: conflicting()}))
    assert here.ledger.note(said)
    assert not here.ledger.note(said)


@pytest.mark.parametrize(
    ("failed", "is_one"),
    [
        (conflicting(), True),
        (cancelled(CONFLICT), True),
        (cancelled("None", CONFLICT, THROTTLED), True),
        (cancelled(CONFLICT, FAILED), False),
        (cancelled("ValidationError"), False),
        (cancelled("ItemCollectionSizeLimitExceeded"), False),
        (ReadFailed("ConditionalCheckFailedException", "no"), False),
    ],
)
def test_what_is_told_apart(failed: ReadFailed, is_one: bool) -> None:
    assert is_conflict(failed) is is_one


def test_the_codes_are_those_of_the_service() -> None:
    """botocore's model of DynamoDB names them; a misspelled one would never be met."""
    model = Session().get_service_model("dynamodb")
    assert queries.CANCELLED in model.shape_names
    assert set(model.shape_names) >= queries.IN_USE
    said = model.shape_for(queries.CANCELLED).documentation
    assert all(code in said for code in queries.PASSING)
