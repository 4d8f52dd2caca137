"""Numbers that can be traced: a figure knows its words and the ledger rows it was made from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from steadyhand.rhythm.core.words import plural


@dataclass(frozen=True, slots=True)
class Figure:
    """One number as it is read. `ids` are the ledger's rows that prove it; a zero has none."""

    name: str
    words: str
    ids: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.words


class Named(str):
    """A name or a few words that a reader's eye should find: bold where there is bold."""

    __slots__ = ()


Line = tuple[str | Figure, ...]
"""A sentence in parts, so that its figures stay traceable until it is printed."""


def counted(name: str, ids: Iterable[str], one: str, many: str = "") -> Figure:
    """How many rows, in words: "2 decisions"."""
    rows = tuple(ids)
    return Figure(name, plural(len(rows), one, many), rows)


def number(name: str, ids: Iterable[str]) -> Figure:
    """How many rows, as a bare number."""
    rows = tuple(ids)
    return Figure(name, f"{len(rows):,}", rows)


def spoken(line: Line) -> str:
    """A line as one string."""
    return "".join(str(part) for part in line)


def figures(value: Any) -> Iterator[Figure]:
    """Every figure in a value, however deep."""
    if isinstance(value, Figure):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from figures(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from figures(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from figures(inner)


def explained(value: Any) -> dict[str, tuple[str, ...]]:
    """Each figure, as its name and its words, and the rows it resolves to."""
    found = {f"{figure.name}: {figure.words}": figure.ids for figure in figures(value)}
    return dict(sorted(found.items()))
