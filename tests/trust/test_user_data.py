"""Whatever people write into tags, names, descriptions and events survives the ledger and back."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steadyhand.ledger import codec
from steadyhand.ledger.change_rows import change_in, change_row
from steadyhand.model import Call, Change, ChangeState, WrittenStep
from tests.canonical import ACCOUNT
from tests.verbs import ANY, NOW

NAMES = st.one_of(st.text(), st.sampled_from(["$at", "$bytes", "$ref", "$call", "$$at", "$", ""]))
DATA = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
KEY = b"k"


def through(change: Change) -> Change:
    """Into a row and out of it, as DynamoDB keeps it: numbers and text."""
    row = json.loads(json.dumps(change_row(change, ACCOUNT, NOW, KEY)))
    return change_in(row, KEY)


def change_with(data: object, name: str = "") -> Change:
    finding = replace(
        ANY,
        resource="arn:aws:x:::y",
        key="y",
        check="x",
        evidence={"said": data},
        tags={name: "x"},
        summary=f"s{name}",
        name=f"a{name}",
    )
    step = WrittenStep(
        Call("x:Do", {"Said": data}), Call("x:Undo", {"Said": [data]}), before=data, makes=data
    )
    return Change(
        id="ch-1", finding=finding, steps=(step,), state=ChangeState.DOING, by="ann", at=NOW
    )


@given(DATA, NAMES)
@settings(max_examples=150)
def test_json_of_any_shape(data: object, name: str) -> None:
    survives(change_with(data, name))


def survives(change: Change) -> None:
    """All of a user's data in it, and what is called."""
    back = through(change)
    assert back.finding.evidence == change.finding.evidence
    assert (back.finding.name, back.finding.summary) == (
        change.finding.name,
        change.finding.summary,
    )
    for one, was in zip(back.steps, change.steps, strict=True):
        assert (one.do, one.undo) == (was.do, was.undo)
        assert (one.before, one.makes) == (was.before, was.makes)


@given(DATA)
@settings(max_examples=100)
def test_the_codec_is_its_own_inverse(data: object) -> None:
    assert codec.value(codec.text(data)) == data


@pytest.mark.parametrize("letter", ["x", "ä", "\u0000", "🦖", "\ud800"])
def test_four_hundred_kilobytes_of_one_tag(letter: str) -> None:
    survives(change_with({"$at": letter * 400_000}, "$at"))
