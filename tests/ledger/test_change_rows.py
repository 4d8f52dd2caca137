"""A change's row: its shape is pinned, it comes back whole, it stays small, and it is authentic."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.ledger.change_rows import SEALED, Forged, change_in, change_row
from steadyhand.model import CHANGE, STEADYHAND, Call, Finding, Ref, Severity
from steadyhand.model.changes import Became, Change, ChangeState, WrittenStep

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
KEY = b"of the engine alone"
FINDING = Finding(
    check="open_admin_ports",
    account="123456789012",
    region="eu-central-1",
    resource="arn:aws:ec2:eu-central-1:123456789012:security-group/sg-1",
    key="sg-1",
    name="sg-1/tcp/22-22/0.0.0.0/0",
    summary="bastion: SSH open to the world",
    severity=Severity.CRITICAL,
    evidence={"group": "sg-1", "ports": {"FromPort": 22, "ToPort": 22}},
    usd_per_month=0.0,
)
STEP = WrittenStep(
    Call("ec2:RevokeSecurityGroupIngress", {"GroupId": "sg-1", "By": CHANGE}),
    Call("ec2:AuthorizeSecurityGroupIngress", {"GroupId": "sg-1", "Of": Ref(0, "Id")}),
    on="arn:aws:ec2:eu-central-1:123456789012:security-group/sg-1",
    what="tcp/22-22/0.0.0.0/0",
    before={"description": "quick test", "tags": {"$ref": "a user's own too"}},
    makes=None,
    identity="",
    keep={"Id": "sgr-1"},
    became=Became.SENT,
)
CHANGE_OF_ONE = Change(
    id="ch-0123456789", finding=FINDING, steps=(STEP,), state=ChangeState.DOING, by=STEADYHAND,
    at=NOW, environment="production", sent_at=NOW, attempts=1,
)  # fmt: skip


def row(change: Change = CHANGE_OF_ONE) -> dict[str, Any]:
    return change_row(change, "123456789012", NOW, KEY)


def test_it_comes_back_whole() -> None:
    assert change_in(row(), KEY) == CHANGE_OF_ONE


def test_it_stays_below_two_kilobytes() -> None:
    assert sum(len(f"{name}{value}") for name, value in row().items()) < 2000


def test_the_stored_shape_is_pinned() -> None:
    """Who changes this raises FORMAT: old changes must still be read as what they are."""
    body = json.loads(row()["body"])
    assert body["format"] == 1
    assert sorted(body) == [
        "attempts", "environment", "finding", "format", "sent_at", "steps",
    ]  # fmt: skip
    assert body["steps"][0] == [
        "",
        "tcp/22-22/0.0.0.0/0",
        {"$call": ["ec2:RevokeSecurityGroupIngress",
                   {"GroupId": "sg-1", "By": {"$ref": [-1, "id"]}}]},
        {"$call": ["ec2:AuthorizeSecurityGroupIngress",
                   {"GroupId": "sg-1", "Of": {"$ref": [0, "Id"]}}]},
        {"description": "quick test", "tags": {"$$ref": "a user's own too"}},
        None, "", 60.0, {"Id": "sgr-1"}, "sent", 0,
    ]  # fmt: skip


def test_an_open_change_is_listed_apart_with_its_next_look() -> None:
    assert row()["kind"] == "123456789012#moving"
    assert row()["due"] == "2026-11-23T09:01:00+00:00"
    rests = row(replace(CHANGE_OF_ONE, state=ChangeState.VERIFIED))
    assert rests["kind"] == "123456789012#change"
    assert "due" not in rests


@pytest.mark.parametrize("name", [*SEALED, "mac"])
@given(st.text(min_size=1, max_size=20))
def test_no_sealed_field_can_be_rewritten(name: str, said: str) -> None:
    written = row()
    if str(written[name]) != said:
        with pytest.raises(Forged):
            change_in(written | {name: said}, KEY)


def test_a_row_without_a_mac_is_not_ours() -> None:
    written = row()
    del written["mac"]
    with pytest.raises(Forged):
        change_in(written, KEY)


def test_another_key_is_another_writer() -> None:
    with pytest.raises(Forged):
        change_in(change_row(CHANGE_OF_ONE, "1", NOW, b"somebody else's"), KEY)


def test_a_shape_of_another_number_is_not_acted_on() -> None:
    written = row()
    with pytest.raises(Forged):
        change_in(written | {"body": written["body"].replace('"format":1', '"format":2')})
