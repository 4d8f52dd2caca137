"""Who uses what a question is about: what was read, and nothing where nothing was."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.rhythm.backlog.used_by import NAMED, told, used_by
from tests.reports.accounts.ledger_rows import record

NAMES = st.lists(st.from_regex(r"i-[0-9a-f]{8}", fullmatch=True), unique=True)


@given(names=NAMES)
def test_each_is_named_or_said_to_be_more(names: list[str]) -> None:
    said = told(used_by(record("gp2_volume", "vol-1", "x", used_by=names)))
    assert all(name in said for name in names[:NAMED])
    assert said.endswith(" and others") == (len(names) > NAMED)
    assert bool(said) == bool(names)


@pytest.mark.parametrize("said", [None, "i-1", 7, {"i-1": 1}, [None, 3]])
def test_what_is_no_list_of_names_claims_nothing(said: Any) -> None:
    """An older version, or another hand, may have written it."""
    assert used_by(record("gp2_volume", "vol-1", "x", used_by=said)) == ()
    assert used_by(record("gp2_volume", "vol-1", "x")) == ()


def test_a_strangers_name_stays_on_its_line() -> None:
    (name,) = used_by(record("gp2_volume", "vol-1", "x", used_by=["a\nb\x1b[31m\u202ec"]))
    assert name.isprintable()
