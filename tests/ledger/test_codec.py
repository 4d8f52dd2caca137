"""What goes into the ledger comes out the same, and equal things compare equal."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.ledger import codec
from steadyhand.model import Call, Finding, Ref, Severity, WrittenStep

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters(codec=None))
    | st.binary(max_size=20)
    | st.datetimes(timezones=st.just(UTC))
    | st.builds(Ref, st.integers(-1, 5), st.text(min_size=1))
    | st.builds(
        Call, st.just("ec2:DoIt"), st.just({"$call": [1]}), st.none() | st.just("ec2:Other")
    )
)
OURS = ("$at", "$bytes", "$ref", "$call", "$answer", "$$at", "$", "ResponseMetadata")
anything = st.text(st.characters(codec=None), min_size=1)
names = anything | st.sampled_from(OURS)
"""Whatever users call their tags: our own names, and halves of characters too."""

values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4)
)
params = st.dictionaries(names, values, max_size=4)
calls = st.builds(Call, st.just("ec2:DoIt"), params, st.none() | st.just("ec2:Other"))
steps = st.builds(WrittenStep, calls, st.none() | calls)


@given(values)
def test_values_come_back(value: Any) -> None:
    assert codec.value(codec.text(value)) == value


@given(st.dictionaries(names, values) | st.lists(values, max_size=2).map(tuple))
def test_the_text_is_the_shortest_and_can_be_sent(value: Any) -> None:
    """However it is made; and UTF-8 can carry it, which it could not with half a character."""
    text = codec.text(value)
    assert json.loads(text) == codec.plain(value)
    assert text.encode()
    assert codec.text(codec.value(text)) == text


def test_four_hundred_kilobytes_come_back() -> None:
    big = {f"tag {n} \U0001f9e8": {"$at": "é" * 200} for n in range(1000)}
    assert codec.value(codec.text(big)) == big
    assert len(codec.text(big).encode()) > 400_000


@given(st.lists(steps, max_size=3))
def test_plans_have_one_name(plan: list[WrittenStep]) -> None:
    again = [WrittenStep(step.do, step.undo) for step in plan]
    assert codec.plan_hash(again) == codec.plan_hash(plan)
    assert bool(codec.plan_hash(plan)) == bool(plan)


FINDING = Finding(
    check="c",
    account="1",
    region="r",
    resource="arn",
    key="k",
    name="n",
    summary="s",
    severity=Severity.HIGH,
    detonates_at=datetime(2027, 1, 1, tzinfo=UTC),
)


@given(params)
def test_findings_come_back(evidence: dict[str, Any]) -> None:
    finding = replace(FINDING, evidence=evidence)
    assert codec.finding_in(json.loads(codec.written(codec.finding_out(finding)))) == finding


@given(st.none() | calls)
def test_calls_come_back(call: Call | None) -> None:
    said = json.loads(json.dumps(codec.call_out(call)))
    assert codec.call_in(said) == call
    assert ("permission" in (said or {})) == bool(call and call.permission)


@given(st.none() | calls)
def test_a_call_as_a_value_is_as_short_as_it_can_be(call: Call | None) -> None:
    said = codec.plain(call)
    assert codec.rich(said) == call
    assert call is None or len(said["$call"]) == 2 + bool(call.permission)


@pytest.mark.parametrize("several", [{7}, range(7, 8), (one for one in [7]), {7: 0}.keys()])
def test_several_of_any_kind_are_a_list(several: Any) -> None:
    assert codec.plain(several) == [7]


def test_a_name_of_a_value_is_short_and_differs_where_values_do() -> None:
    named = {codec.digest(value): value for value in range(1000)}
    assert len(named) == 1000
    assert {len(name) for name in named} == {16}


AT = datetime(2027, 1, 1, tzinfo=UTC)
UNSOUND: list[dict[str, Any]] = [
    *({name: 5} for name in ("check", "account", "region", "resource", "resource_type")),
    *({name: None} for name in ("key", "name", "summary")),
    {"detonates_at": AT.replace(tzinfo=None)},
    {"detonates_at": AT.replace(year=1)},
    {"detonates_at": AT.replace(year=9999)},
    {"detonates_at": "2027-01-01"},
    *({"usd_per_month": cost} for cost in (float("nan"), float("inf"), "5", True)),
    {"evidence": ["x"]},
    {"tags": ["x"]},
    {"tags": "x"},
]
SOUND: list[dict[str, Any]] = [
    {"detonates_at": None, "usd_per_month": None, "tags": None},
    {"detonates_at": AT.replace(year=2), "usd_per_month": 0, "tags": {}},
    {"detonates_at": AT.replace(year=9998), "usd_per_month": 0.5, "tags": {"a": "b"}},
]


@pytest.mark.parametrize("fields", UNSOUND, ids=str)
def test_a_field_that_is_not_what_all_take_it_for_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError), match=r"finding"):
        codec.sound(replace(FINDING, **fields))


@pytest.mark.parametrize("fields", SOUND, ids=str)
def test_every_sound_field_is_taken(fields: dict[str, Any]) -> None:
    finding = replace(FINDING, **fields)
    assert codec.finding_in(codec.finding_out(finding)) == finding


def test_what_json_does_not_know_is_refused() -> None:
    with pytest.raises(TypeError):
        codec.text(object())
