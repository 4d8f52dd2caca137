"""Who uses a thing that a question is about: only those that a read showed."""

from __future__ import annotations

from steadyhand.model import Record
from steadyhand.rhythm.core import words

NAMED = 3
"""How many have a name in the sentence."""


def used_by(record: Record) -> tuple[str, ...]:
    """Their names; none where no check read who uses it, which is no claim that nobody does."""
    said = record.finding.evidence.get("used_by")
    named = [one for one in said if isinstance(one, str)] if isinstance(said, list | tuple) else []
    return tuple(words.clean(one, words.NAME) for one in named)


def told(users: tuple[str, ...]) -> str:
    """At most so many by name: "i-1, i-2, i-3 and others"."""
    if len(users) <= NAMED:
        return words.listed(list(users)) if users else ""
    return f"{', '.join(users[:NAMED])} and others"
