"""A note is the first of its name exactly once, whatever became of AWS's answers.

DynamoDB may write and its answer be lost; botocore then repeats the call, and the repetition meets the
row that the first one wrote ("Error retries and exponential backoff" in DynamoDB's developer guide).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from moto import mock_aws

from steadyhand.aws.client import Botocore
from steadyhand.ledger.table import Ledger
from steadyhand.model import Call, Note, ReadFailed
from tests.reconcilers import ACCOUNT, REGION, TABLE, models, table

pytestmark = pytest.mark.moto
AT = datetime(2026, 11, 28, 9, tzinfo=UTC)
MINE = Note(kind="review", name="monthly-2026-05#1", at=AT, said={"by": "request-1"})
THEIRS = replace(MINE, said={"by": "request-2"})


def client() -> Botocore:
    identity = f"arn:aws:iam::{ACCOUNT}:user/test"
    return Botocore(REGION, session=models(), identity=identity, workers=False)


@dataclass
class Losing:
    """A client that loses answers to writes, as `plan` says for each."""

    inner: Any
    plan: list[str]
    sent: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def ask(self, call: Call) -> Any:
        if call.operation != "PutItem":
            return self.inner.ask(call)
        fate = self.plan.pop(0) if self.plan else "well"
        self.sent += 1
        if fate == "refused":
            raise ReadFailed(
                "AccessDeniedException", "no", {"ResponseMetadata": {"HTTPStatusCode": 400}}
            )
        if fate in ("lost", "repeated"):
            answer = self.inner.ask(call)
        if fate == "repeated":
            return self.inner.ask(call)
        if fate in ("lost", "dropped"):
            raise ReadFailed("ConnectionClosedError", "no answer")
        return self.inner.ask(call) if fate == "well" else answer


@pytest.mark.parametrize("over", [False, True])
@pytest.mark.parametrize("rival", [False, True])
@pytest.mark.parametrize(
    "plan",
    [
        [],
        ["repeated"],
        ["lost"],
        ["dropped"],
        ["dropped", "lost"],
        ["lost", "lost"],
        ["dropped", "repeated"],
    ],
    ids="-".join,
)
def test_it_is_written_once_and_whoever_wrote_it_knows(
    plan: list[str], rival: bool, over: bool
) -> None:
    with mock_aws():
        table()
        theirs = Ledger(client(), TABLE)
        losing = Losing(client(), list(plan))
        mine = Ledger(losing, TABLE)
        before = replace(MINE, said={"by": "request-0"}) if over else None
        if before:
            assert theirs.note(before)
        if rival:
            assert theirs.note(THEIRS, before)
        assert mine.note(MINE, before) is not rival
        stands = theirs.noted(MINE.kind, MINE.name)
        assert stands
        assert stands.said == (THEIRS if rival else MINE).said
        assert not theirs.note(THEIRS, before), "who comes later is never the first"


@pytest.mark.parametrize("plan", [["refused"], ["dropped"] * 3])
def test_what_cannot_be_written_is_an_error(plan: list[str]) -> None:
    with mock_aws():
        table()
        losing = Losing(client(), list(plan))
        with pytest.raises(ReadFailed):
            Ledger(losing, TABLE).note(MINE)
        assert losing.sent == len(plan)
        assert Ledger(client(), TABLE).noted(MINE.kind, MINE.name) is None


@pytest.mark.parametrize("body", ['{"by": "x"}', '{"by":"x",\n"more":[]}', '{"by":"\\u0078"}'])
def test_a_row_that_is_spelled_as_we_never_would_can_be_written_over(body: str) -> None:
    """DynamoDB compares the text; whoever else wrote it chose the spaces."""
    with mock_aws():
        table()
        ledger = Ledger(client(), TABLE)
        assert ledger.note(MINE)
        key = {"pk": ledger._pk("global"), "sk": MINE.id}
        ledger.aws.ask(
            Call(
                "dynamodb:UpdateItem",
                {
                    "TableName": TABLE,
                    "Key": {name: {"S": said} for name, said in key.items()},
                    "UpdateExpression": "SET body = :body",
                    "ExpressionAttributeValues": {":body": {"S": body}},
                },
            )
        )
        theirs = ledger.noted(MINE.kind, MINE.name)
        assert theirs
        assert theirs.said["by"] == "x"
        assert ledger.note(MINE, theirs)
        assert not ledger.note(MINE, theirs), "and only once"


RUBBISH: tuple[dict[str, Any], ...] = ({"S": "[]"}, {"S": "roses"}, {"N": "5"}, {"M": {}}, {})


@pytest.mark.parametrize("kind", ["ticket", "review"])
@pytest.mark.parametrize("body", RUBBISH, ids=str)
def test_rubbish_in_the_place_of_a_ticket_s_note_holds_nobody(
    body: dict[str, Any], kind: str
) -> None:
    """Who may write rows cannot keep the tickets still. What makes a mail be sent once is never written over."""
    mine = replace(MINE, kind=kind)
    with mock_aws():
        table()
        ledger = Ledger(client(), TABLE)
        row = {"pk": {"S": ledger._pk("global")}, "sk": {"S": mine.id}, "id": {"S": mine.id}}
        row |= {"kind": {"S": f"{ACCOUNT}#{kind}"}, "at": {"S": AT.isoformat()}}
        row |= {"body": body} if body else {}
        ledger.aws.ask(Call("dynamodb:PutItem", {"TableName": TABLE, "Item": row}))
        assert ledger.noted(kind, mine.name) is None
        assert ledger.note(mine) is (kind == "ticket")
        assert ledger.unreadable, "and it is told"
        assert not ledger.note(replace(THEIRS, kind=kind)), "and only once"
