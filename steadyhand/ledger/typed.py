"""Is a value what its dataclass says, all the way down? Whoever may write rows of the ledger can write any."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import is_dataclass
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from steadyhand.ledger.note_shapes import amount, text, truth, whole

T = TypeVar("T")
YEARS = range(2, 9999)
"""A day of which has one before it and one after, in every zone."""


def typed(value: T) -> T:
    """The same; `TypeError` where a field, or something within one, is not what the class says."""
    for name, kind in _hints(type(value)).items():  # type: ignore[arg-type]  # classes are hashable
        if not _is_a(getattr(value, name), kind):
            raise TypeError(f"this {type(value).__name__} has another {name}")
    return value


@cache
def _hints(kind: type[Any]) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _is_a(said: Any, kind: Any) -> bool:
    if kind in PLAIN:
        return PLAIN[kind](said)
    if is_dataclass(kind):
        return type(said) is kind and typed(said) is said
    whole_kind, inner = get_origin(kind), get_args(kind)
    if whole_kind in (Union, UnionType):
        return any(_is_a(said, one) for one in inner)
    if whole_kind is Mapping:
        return isinstance(said, Mapping) and all(
            _is_a(name, inner[0]) and _is_a(one, inner[1]) for name, one in said.items()
        )
    if whole_kind not in (tuple, Sequence):
        raise AssertionError(f"nobody says what a {kind} is")
    if whole_kind is tuple and inner[-1] is not ...:
        return isinstance(said, tuple) and len(said) == len(inner) and all(map(_is_a, said, inner))
    return isinstance(said, list | tuple) and all(_is_a(one, inner[0]) for one in said)


def _moment(said: Any) -> bool:
    return isinstance(said, datetime) and said.tzinfo is not None and said.year in YEARS


def _day(said: Any) -> bool:
    return isinstance(said, date) and not isinstance(said, datetime) and said.year in YEARS


PLAIN: Mapping[Any, Callable[[Any], bool]] = {
    str: text,
    bool: truth,
    int: whole,
    float: amount,
    bytes: lambda said: isinstance(said, bytes),
    NoneType: lambda said: said is None,
    datetime: _moment,
    date: _day,
}
