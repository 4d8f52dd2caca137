"""Who uses what a question is about: what was read, and nothing where nothing was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.model import Note, Record
from steadyhand.rhythm.backlog.used_by import KIND, NAMED, used_by
from steadyhand.rhythm.core.figures import figures, spoken
from tests.reports.accounts.ledger_rows import at, record
from tests.rhythm.reviews.measured import of

NAMES = st.lists(st.from_regex(r"i-[0-9a-f]{8}", fullmatch=True), unique=True)
FACTS = of()


def disk(**said: Any) -> Record:
    return record("gp2_volume", "vol-1", "x", **said)


def noted(said: Mapping[str, Any], one: Record) -> Any:
    note = Note(kind=KIND, name=one.finding.id, at=at(5, 30), said=said)
    return used_by(one, replace(FACTS, notes={KIND: (note,)}))


@given(names=NAMES)
def test_each_is_named_or_said_to_be_more(names: list[str]) -> None:
    said = spoken(used_by(disk(used_by=names), FACTS) or ())
    assert all(name in said for name in names[:NAMED])
    assert said.endswith(" and others") == (len(names) > NAMED)
    assert bool(said) == bool(names)


@pytest.mark.parametrize("said", [None, "i-1", 7, {"i-1": 1}, [None, 3]])
def test_what_is_no_list_of_names_claims_nothing(said: Any) -> None:
    """An older version, or another hand, may have written it."""
    assert used_by(disk(used_by=said), FACTS) is None
    assert used_by(disk(), FACTS) is None


def test_a_strangers_name_stays_on_its_line() -> None:
    strange = ["a\nb\x1b[31m\u202ec"]
    assert spoken(used_by(disk(used_by=strange), FACTS) or ()).isprintable()
    assert spoken(noted({"on": "2026-05-29", "users": strange}, disk())).isprintable()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"users": ["web", "web", "api"]}, "web and api on 29 May"),
        ({"users": []}, "no network interface on 29 May"),
        ({"count": 0, "unit": "request"}, "no request on 29 May"),
        ({"count": 1, "unit": "request"}, "1 request on 29 May"),
        ({"count": 12345, "unit": "request"}, "12,345 requests on 29 May"),
        ({"count": 7, "unit": "connection", "at_once": True}, "at most 7 connections at once on 29 May"),
        ({"count": 0, "unit": "connection", "at_once": True}, "no connection on 29 May"),
    ],
)  # fmt: skip
def test_what_was_read_is_told_with_its_day(said: Mapping[str, Any], words: str) -> None:
    one = disk(used_by=["i-old"])
    line = noted(said | {"on": "2026-05-29"}, one)
    assert spoken(line) == words
    assert all(figure.ids == (f"{KIND}#{one.finding.id}",) for figure in figures(line))
    assert bool(list(figures(line))) == ("count" in said)


@pytest.mark.parametrize(
    "said",
    [{}, {"on": "yesterday", "users": []}, {"on": "2026-05-29"}, {"on": "2026-05-29", "users": 7},
     {"on": "2026-05-29", "count": "many", "unit": "x"}, {"on": 5, "users": []}],
)  # fmt: skip
def test_a_note_that_makes_no_sense_claims_nothing(said: Mapping[str, Any]) -> None:
    assert noted(said, disk()) is None
    assert spoken(noted(said, disk(used_by=["i-old"]))) == "i-old", "what a check read still stands"


def test_what_was_read_of_another_thing_is_not_told() -> None:
    other = record("gp2_volume", "vol-2", "x")
    note = Note(
        kind=KIND, name=other.finding.id, at=at(5, 30), said={"on": "2026-05-29", "users": ["x"]}
    )
    assert used_by(disk(), replace(FACTS, notes={KIND: (note,)})) is None
