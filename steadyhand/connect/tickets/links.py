"""What the ledger remembers of one ticket: a note of kind "ticket" with the item's id as its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any, Protocol

from steadyhand.ledger.typed import typed
from steadyhand.model import Exemption, Note, Record
from steadyhand.rhythm.tickets.content import KIND

CLAIMED, DELETED, MOVED = "claimed", "deleted", "moved"
OPEN, CLOSING, CLOSED, OPENING = "open", "closing", "closed", "opening"
"""How we left it: about to be made, twice deleted by people, another item's now, open, about to be closed, closed,
about to be opened again."""


class Store(Protocol):
    """The ledger, as far as tickets are concerned."""

    def note(self, new: Note, over: Note | None = None) -> bool:
        """False where somebody else wrote meanwhile."""

    def noted(self, kind: str, name: str) -> Note | None:
        """What was said last under a name."""

    def exempt(self, exemption: Exemption, concerned: list[Record]) -> None:
        """A person's word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One ticket, as we left it.

    `title` and `seen` (a digest of our part of the body) are as the tracker gave them back,
    `digest` is of what we meant to say. `lane` is the label. `turn` counts what we said below it.
    `reopened` and `asked`: a person closed it as done though it is open. `earlier` were deleted.
    `check` and `findings` say what it was about, should its item be called otherwise one day.
    """

    state: str
    number: int = 0
    url: str = ""
    title: str = ""
    digest: str = ""
    seen: str = ""
    lane: str = ""
    turn: int = 0
    reopened: bool = False
    asked: bool = False
    earlier: tuple[int, ...] = ()
    by: str = ""
    check: str = ""
    findings: tuple[str, ...] = ()

    def said(self) -> Mapping[str, Any]:
        """As the ledger keeps it."""
        return {name: value for name, value in asdict(self).items() if value or name == "state"}


class Overtaken(Exception):
    """Somebody else wrote this ticket's note meanwhile: the next run looks again."""


@dataclass(slots=True)
class Page:
    """One ticket's note: what it says, and a way to say something else in its place."""

    name: str
    ledger: Store
    now: datetime
    note: Note | None = None

    @property
    def link(self) -> Link | None:
        """What it says; nothing where it says what no run of ours would, whoever wrote it."""
        try:
            return link_in(self.note.said) if self.note else None
        except TypeError:
            return None

    def write(self, new: Link) -> Link:
        """Say this from now on, if nobody else spoke. Saying the same again writes nothing."""
        if self.link == new:
            return new
        note = Note(kind=KIND, name=self.name, at=self.now, said=new.said())
        if not self.ledger.note(note, over=self.note):
            raise Overtaken(self.name)
        self.note = note
        return new

    def change(self, **what: Any) -> Link:
        """The same, but for what is named."""
        assert self.link is not None
        return self.write(replace(self.link, **what))


def link_in(said: Mapping[str, Any]) -> Link:
    """The inverse of `Link.said`; `TypeError` where it is none: a number is one, and no path to another place."""
    known = {one.name: said[one.name] for one in fields(Link) if one.name in said}
    lists = {name: tuple(said.get(name, ())) for name in ("earlier", "findings")}
    return typed(Link(**(known | lists)))
