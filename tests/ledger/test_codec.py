"""What goes into the ledger comes out the same, and equal things compare equal."""

from __future__ import annotations

import json
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


@given(params)
def test_findings_come_back(evidence: dict[str, Any]) -> None:
    finding = Finding(
        check="c",
        account="1",
        region="r",
        resource="arn",
        key="k",
        name="n",
        summary="s",
        severity=Severity.HIGH,
        detonates_at=datetime(2027, 1, 1, tzinfo=UTC),
        evidence=evidence,
    )
    assert codec.finding_in(json.loads(codec.written(codec.finding_out(finding)))) == finding


def test_what_json_does_not_know_is_refused() -> None:
    with pytest.raises(TypeError):
        codec.text(object())
