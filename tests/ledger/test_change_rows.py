"""A change's row: its shape is pinned, it comes back whole, it stays small, and it is authentic."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.ledger.change_rows import SEALED, Forged, change_in, change_row, due, why_held
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


@pytest.mark.parametrize(
    "fields",
    [
        {"environment": "", "wish": "ann", "reason": "r", "waits": "w", "undone_by": "ann"},
        {"not_before": NOW, "ended_at": NOW, "sent_at": None, "attempts": 0, "version": 7},
        {"state": ChangeState.UNDONE, "by": "ann"},
        {"finding": replace(FINDING, name=FINDING.resource, usd_per_month=None, evidence={})},
        {"steps": (replace(STEP, on="arn:of:another", proven=True, became=Became.LOST),)},
    ],
    ids=str,
)
def test_every_field_comes_back(fields: dict[str, Any]) -> None:
    change = replace(CHANGE_OF_ONE, **fields)
    assert change_in(row(change), KEY) == change
    assert change_in(row(change)) == change, "who only reads needs no key"


def test_a_key_that_is_missing_from_a_row_is_not_ours_either() -> None:
    for name in SEALED:
        with pytest.raises((Forged, KeyError)):
            change_in(
                {key: said for key, said in row().items() if key != name} | {"pk": "ch-1"}, KEY
            )


@given(st.text(max_size=60))
def test_no_other_seal_fits(mac: str) -> None:
    assert len(row()["mac"]) == 40
    if mac != row()["mac"]:
        with pytest.raises(Forged):
            change_in(row() | {"mac": mac}, KEY)


def test_what_is_out_is_looked_at_when_it_should_show_else_soon() -> None:
    slow = replace(CHANGE_OF_ONE, steps=(replace(STEP, settles=90.0),))
    assert due(slow, NOW + timedelta(hours=1)) == NOW + timedelta(seconds=90)
    for quiet in (replace(slow, sent_at=None), replace(slow, steps=())):
        assert due(quiet, NOW) == NOW + timedelta(minutes=5)
    waits = replace(slow, sent_at=None, not_before=NOW + timedelta(hours=6))
    assert due(waits, NOW) == NOW + timedelta(hours=6)
    assert due(waits, NOW + timedelta(hours=6)) == NOW + timedelta(hours=6, minutes=5)


LATER, BEFORE = (NOW + timedelta(days=1)).isoformat(), (NOW - timedelta(seconds=1)).isoformat()
MONTH_AGO = NOW - timedelta(days=30)
HELD: list[tuple[dict[str, Any], str, str, str]] = [
    (
        {"exempt_until": LATER, "exempt_by": "ann"},
        "exempt",
        "touched",
        "ann exempted it",
    ),
    ({"exempt_until": NOW.isoformat(), "exempt_by": "ann"}, "exempt", "touched", "ann exempted it"),
    ({"exempt_until": BEFORE, "exempt_by": "ann"}, "touched", "touched", "something became of it"),
    ({"open": "ch-2"}, "busy", "busy", "ch-2 is at work on it"),
    ({"undone_by": "ann"}, "undone", "touched", "ann undid our change of it"),
    ({"fixed_2": MONTH_AGO.isoformat()}, "contested", "touched", "twice in thirty days"),
    ({"fixed_2": (MONTH_AGO - timedelta(seconds=1)).isoformat()}, "touched", "touched", "became"),
    ({}, "touched", "touched", "something became of it since it was looked at"),
]


@pytest.mark.parametrize(("part", "machine", "person", "reason"), HELD, ids=str)
def test_why_a_part_is_not_ours_to_touch(
    part: dict[str, Any], machine: str, person: str, reason: str
) -> None:
    """A person is bound by who is at work on it, and by nothing that they themselves may lift."""
    held = why_held(part, CHANGE_OF_ONE)
    assert held.guardrail == machine
    assert reason in held.reason
    assert why_held(part, replace(CHANGE_OF_ONE, by="ann")).guardrail == person
