"""A person's word about where an item waits: written once, never forgotten, the last one counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from steadyhand.model import Lane, Note
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.words import person

KIND = "move"
LANES = frozenset(Lane)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Where to, who said so, why and when. `id` is the ledger's row."""

    id: str
    lane: Lane
    by: str
    because: str
    at: datetime


def note_of(item: str, lane: Lane, by: str, because: str, at: datetime) -> Note:
    """A move as the ledger keeps it: a name of its own, so that no move overwrites another."""
    said = {"lane": lane.value, "by": by, "because": because}
    return Note(kind=KIND, name=f"{item}#{at.isoformat()}", at=at, said=said)


def moves_of(facts: Facts) -> dict[str, Move]:
    """The last move of each item before the period's end."""
    found: dict[str, Move] = {}
    until = facts.period.until
    for note in sorted(facts.notes.get(KIND, ()), key=lambda one: (one.at, one.id)):
        if note.at < until and note.said.get("lane") in LANES:
            found[note.name.partition("#")[0]] = move_in(note)
    return found


def move_in(note: Note) -> Move:
    """The inverse of `note_of`."""
    return Move(
        id=note.id,
        lane=Lane(note.said["lane"]),
        by=person(str(note.said.get("by", ""))),
        because=words.clean(str(note.said.get("because", ""))),
        at=note.at,
    )
