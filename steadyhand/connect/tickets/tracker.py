"""What a tracker is to us: a few things to ask and to do, and three ways to say no."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from steadyhand.rhythm.core import words
from steadyhand.rhythm.tickets.content import Label

DONE, NOT_PLANNED = "done", "not planned"
"""Why an issue was closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """An issue as it is now. `reason` and `closed_by` say why and by whom it was closed.

    From a list, `closed_by` may be missing.
    """

    number: int
    title: str
    body: str
    labels: tuple[str, ...]
    is_open: bool
    author: str
    url: str
    reason: str = ""
    closed_by: str = ""
    closed_at: datetime | None = None

    def __post_init__(self) -> None:
        """`TypeError` or `ValueError` where a tracker says something else than it documents."""
        texts = (self.title, self.body, self.author, self.url, self.closed_by, *self.labels)
        if type(self.number) is not int or not all(isinstance(one, str) for one in texts):
            raise TypeError("a field of the issue is of another type")
        if self.closed_at and not (self.closed_at.tzinfo and 1 < self.closed_at.year < 9999):
            raise ValueError("the issue was closed at no time of ours")


@dataclass(frozen=True, slots=True)
class Labelled:
    """Who put a label on an issue, and when."""

    by: str
    at: datetime


MISREAD = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What is raised over an answer in which something else stands than the tracker documents."""


def number_in(header: str | None) -> int | None:
    """The number that a header says; None where that is none, or none that a time can have."""
    said = header or ""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 12 else None


class Tracker(Protocol):
    """One project of one tracker. Every method may raise a `Trouble`."""

    called: str
    wont_fix: str
    """How a person says that it is to stay, as it goes on within a sentence."""

    def me(self) -> str:
        """Whose token it is."""

    def labelled(self, names: Sequence[str]) -> Iterator[Issue]:
        """Every issue with one of these labels, open or closed, each once."""

    def issue(self, number: int) -> Issue | None:
        """One issue; None where it was deleted."""

    def ensure(self, labels: Sequence[Label]) -> None:
        """Make the labels that the project does not have."""

    def create(self, title: str, body: str, label: str) -> Issue:
        """A new issue."""

    def edit(self, number: int, *, title: str, body: str) -> Issue:
        """The same issue with another title and body."""

    def relabel(self, number: int, add: str, remove: Sequence[str]) -> None:
        """One label more, others less; those that are not named stay."""

    def close(self, number: int, reason: str) -> None:
        """Close it, as `DONE` or `NOT_PLANNED`."""

    def reopen(self, number: int) -> None:
        """Open it again."""

    def comment(self, number: int, text: str) -> None:
        """Say something below it."""

    def comments(self, number: int) -> Iterator[tuple[str, str]]:
        """Who said what below it, oldest first."""

    def labelled_by(self, number: int, label: str) -> Labelled | None:
        """Who put a label there last."""


class TrackerFailed(Exception):
    """A tracker did not do as asked. `said` is for a person, in a few words, without secrets."""

    def __init__(self, said: str) -> None:
        self.said = words.clean(said)
        super().__init__(self.said)


class Refused(TrackerFailed):
    """The token, the project or the whole request is not taken: nothing goes on until it is repaired.

    `of_one`: it may be the one issue that was asked about that is closed to us, as a locked one is.
    """

    def __init__(self, said: str, *, of_one: bool = False) -> None:
        super().__init__(said)
        self.of_one = of_one


class Paused(TrackerFailed):
    """Too much was asked; nothing more before `until`."""

    def __init__(self, said: str, until: datetime) -> None:
        super().__init__(said)
        self.until = until


class Unsure(TrackerFailed):
    """There was no answer, or none that says what happened. It is looked at, and not repeated."""


class Rejected(TrackerFailed):
    """One thing is not taken as it is; others may be."""
