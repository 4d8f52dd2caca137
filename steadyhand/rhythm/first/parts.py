"""What the sections of the first report are made of: rows with a name, a note and a number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.figures import Figure, Line

VISIBLE = 5
NAMES = 4
"""So many names stand in a sentence before it says how many more there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a table. `command` is what to type."""

    name: str
    note: Line = ()
    value: Figure | None = None
    command: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Some rows, how many more there are, and a word where there is none, or not all."""

    rows: tuple[Row, ...] = ()
    folded: Figure | None = None
    none: str = ""
    unread: str = ""


def cut(
    name: str, rows: Sequence[tuple[Row, Sequence[str]]], *, most: int = VISIBLE, none: str = ""
) -> Rows:
    """The first of them; each comes with the ids that a fold would stand for."""
    rest = [one for _, ids in rows[most:] for one in ids]
    return Rows(
        rows=tuple(row for row, _ in rows[:most]),
        folded=Figure(f"{name}.folded", f"{len(rows) - most:,} more", tuple(dict.fromkeys(rest)))
        if len(rows) > most
        else None,
        none=none,
    )


def named(things: Iterable[str], most: int = NAMES) -> str:
    """A few names, cleaned, and how many more: "a, b and 3 more"."""
    every = [words.clean(one, words.NAME) for one in things]
    if len(every) <= most:
        return words.listed(every) if every else ""
    return f"{', '.join(every[:most])} and {len(every) - most:,} more"


def share(name: str, part: Sequence[str], whole: Sequence[str]) -> Figure:
    """How much of what is there, in per cent; its rows are the part."""
    return Figure(name, f"{100 * len(part) / len(whole):.0f} %", tuple(part))


def of(name: str, part: Sequence[str], whole: Sequence[str]) -> Figure:
    """How many of how many; its rows are the whole."""
    return Figure(name, f"{len(part):,} of {len(whole):,}", tuple(whole))
