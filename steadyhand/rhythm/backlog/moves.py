"""A person's word about where an item waits: written once, never forgotten, the last one counts.

An item's name is made of its check and its environment. Where the findings of an item have another
environment now, they are in another item, and the word goes with them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from steadyhand.model import Lane, Note
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.words import person

KIND = "move"
LANES = frozenset(Lane)
MOST = 50
"""So many findings of an item are remembered to find it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Where to, who said so, why and when. `id` is the ledger's row, `findings` what it was said of."""

    id: str
    lane: Lane
    by: str
    because: str
    at: datetime
    findings: tuple[str, ...] = ()


def item_id(account: str, check: str, environment: str) -> str:
    """An item's name: "it-1a2b3c4d5e"."""
    said = "\n".join((account, check, environment))
    return "it-" + hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:10]


def note_of(
    item: str, lane: Lane, by: str, because: str, at: datetime, *, findings: Iterable[str] = ()
) -> Note:
    """A move as the ledger keeps it: a name of its own, so that no move overwrites another."""
    said = {"lane": lane.value, "by": by, "because": because}
    known = {"findings": sorted(findings)[:MOST]}
    return Note(kind=KIND, name=f"{item}#{at.isoformat()}", at=at, said=said | known)


def along(moves: Mapping[str, Move], items: Mapping[str, AbstractSet[str]]) -> dict[str, Move]:
    """The moves, and for each item of which nothing is left that of the one its findings are in now.

    `items` are the findings that are left, by item. Of two words the later counts.
    """
    found = dict(moves)
    for name, move in moves.items():
        said = set(move.findings)
        most, heir = max(((len(items[one] & said), one) for one in items), default=(0, ""))
        if name not in items and most and (heir not in found or found[heir].at < move.at):
            found[heir] = move
    return found


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
    about = note.said.get("findings")
    return Move(
        id=note.id,
        lane=Lane(note.said["lane"]),
        by=person(str(note.said.get("by", ""))),
        because=words.clean(str(note.said.get("because", ""))),
        at=note.at,
        findings=tuple(map(str, about)) if isinstance(about, list | tuple) else (),
    )
