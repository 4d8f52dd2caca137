"""Values at the edge of what the ledger takes: each either side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest

from steadyhand.ledger import note_shapes as shapes
from steadyhand.ledger.typed import typed

TAKEN: Mapping[str, Sequence[Any]] = {
    "amount": (0, -1, 0.5, 1e15 - 1, 1 - 1e15),
    "whole": (0, -1, 10**15 - 1),
    "day": ("0002-01-01", "9998-12-31", "2026-05-01"),
    "moment": ("0002-01-01T00:00:00+00:00", "9998-12-31T23:59:59+00:00", "2026-05-01T00:00:00Z"),
}
REFUSED: Mapping[str, Sequence[Any]] = {
    "amount": (True, "1", None, 1e15, -1e15, float("nan"), float("inf"), 10**400),
    "whole": (True, 0.5, 1.0, "1", None, 10**15),
    "day": ("0001-12-31", "9999-01-01", "20260501", "2026-05-01T00:00:00Z", 5, None),
    "moment": ("0001-12-31T00:00:00+00:00", "9999-01-01T00:00:00+00:00", "2026-05-01T00:00:00", 5, None),
}  # fmt: skip


@pytest.mark.parametrize("name", TAKEN)
def test_a_shape_ends_where_it_says(name: str) -> None:
    fits = getattr(shapes, name)
    assert [one for one in TAKEN[name] if not fits(one)] == []
    assert [one for one in REFUSED[name] if fits(one)] == []


@pytest.mark.parametrize("odd", ["2026-13-01", "2026-02-30", "not a day", "          "])
def test_what_is_no_day_is_a_value_error(odd: str) -> None:
    for name in ("day", "moment"):
        with pytest.raises(ValueError, match=r"."):
            assert getattr(shapes, name)(odd[:10].ljust(10)) is None


def test_a_mail_that_was_sent_names_its_message_and_one_that_was_not_need_not() -> None:
    name = "mail#weekly#1#ended"
    assert shapes.fit("told", name, {"outcome": "failed"})
    assert shapes.fit("told", name, {"outcome": "sent", "message": "1"})
    for odd in ({"outcome": "sent"}, {"outcome": "sent", "message": 5}, {}, {"outcome": 5}):
        with pytest.raises(ValueError, match="another"):
            shapes.fit("told", name, odd)


@dataclass(frozen=True)
class Inner:
    count: int


@dataclass(frozen=True)
class Whole:
    inner: Inner
    moment: datetime
    day: date
    by_name: Mapping[str, int]
    listed: Sequence[int]
    pair: tuple[str, int]
    perhaps: int | None


GOOD: Mapping[str, Any] = {
    "inner": Inner(1),
    "moment": datetime(2, 1, 1, tzinfo=UTC),
    "day": date(9998, 12, 31),
    "by_name": {"a": 1},
    "listed": [1, 2],
    "pair": ("a", 1),
    "perhaps": None,
}
ODD: Mapping[str, Sequence[Any]] = {
    "inner": (None, {"count": 1}, Inner("1"), Inner(True)),  # type: ignore[arg-type]  # as a stranger writes
    "moment": (datetime(2026, 1, 1), datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC), date(2026, 1, 1)),  # noqa: DTZ001 - without a zone on purpose
    "day": (datetime(2026, 1, 1, tzinfo=UTC), date(1, 12, 31), date(9999, 1, 1), "2026-01-01"),
    "by_name": ([("a", 1)], {"a": "1"}, {1: 1}, {"a": 1, "b": None}, "a"),
    "listed": ({1: 1}, [1, "2"], ["1"], "12", None),
    "pair": (("a",), ("a", 1, 1), ["a", 1], (1, 1), ("a", "1")),
    "perhaps": ("1", 0.5, []),
}  # fmt: skip


def test_what_a_class_says_is_taken() -> None:
    for more in ({}, {"perhaps": 5}, {"listed": ()}, {"by_name": {}}):
        whole = Whole(**{**GOOD, **more})
        assert typed(whole) is whole


@pytest.mark.parametrize(
    ("name", "odd"), [(name, odd) for name, said in ODD.items() for odd in said], ids=lambda _: ""
)
def test_what_it_does_not_say_is_named(name: str, odd: Any) -> None:
    with pytest.raises(TypeError, match="another"):
        typed(Whole(**{**GOOD, name: odd}))
