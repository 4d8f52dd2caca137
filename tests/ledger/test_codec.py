"""What goes into the ledger comes out the same, and equal things compare equal."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.ledger import codec
from steadyhand.model import Answered, Call, Finding, Severity, Step, Until

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters(codec=None))
    | st.binary(max_size=20)
    | st.datetimes(timezones=st.just(UTC))
    | st.builds(Answered, st.integers(0, 5), st.text(min_size=1))
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
steps = st.builds(
    Step,
    calls,
    st.none() | calls,
    st.none() | st.builds(Until, calls, st.text(), st.booleans(), st.floats(0, 10)),
)


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
def test_what_waits_for_an_answer_is_known(plan: list[Step]) -> None:
    waits = any(map(codec.waits, plan))
    assert waits == ('{"$answer":[' in codec.written(codec.steps_out(plan)))


@given(st.lists(steps, max_size=3))
def test_plans_come_back_and_have_one_name(plan: list[Step]) -> None:
    text = codec.text(codec.steps_out(plan))
    again = codec.steps_in(codec.value(text))
    assert again == plan
    assert codec.plan_hash(again) == codec.plan_hash(plan)


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


def test_order_and_volatile_fields_make_no_difference() -> None:
    one = [{"a": [2, 1], "LatestRestorableTime": 1}, {"b": 1}]
    two = [{"b": 1}, {"a": [1, 2], "LatestRestorableTime": 2}]
    volatile = frozenset({"LatestRestorableTime"})
    assert codec.canonical(one, volatile) == codec.canonical(two, volatile)
    assert codec.canonical(one) != codec.canonical(two)


def test_what_json_does_not_know_is_refused() -> None:
    with pytest.raises(TypeError):
        codec.text(object())
