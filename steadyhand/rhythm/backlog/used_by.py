"""Who uses a thing that a question is about: only what a read showed, and when that was."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from steadyhand.model import Note, Record
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.figures import Figure, Line, Named

NAMED = 3
"""How many have a name in the sentence."""

KIND = "usage"
"""The notes of what was read when a question was asked, by the finding's id. `on` is a date; `users` are the
names of who has a network interface in it, or `count` how many of a `unit` there were on that whole day of UTC.
`at_once`: so many at the same time, at most."""


def used_by(record: Record, facts: Facts) -> Line | None:
    """The sentence's rest after "Used by". None where nobody read it, which is no claim that nobody does."""
    for note in facts.notes.get(KIND, ()):
        if note.name == record.finding.id and (read := usage(note, facts.period.year)):
            return read
    seen = record.finding.evidence.get("used_by")
    named = names(seen) if isinstance(seen, list | tuple) else []
    return (some(named),) if named else None


def usage(note: Note, year: int) -> Line | None:
    """What a note says. One that makes no sense says nothing."""
    said: Mapping[str, Any] = note.said
    try:
        on = words.day(date.fromisoformat(said["on"]), year)
        if "users" not in said:
            count, unit = int(said["count"]), str(said["unit"])
            unit = words.clean(unit, words.NAME)
            size = words.plural(count, unit) if count else f"no {unit}"
            figure = Figure(f"decisions.{note.name}.used", size, (note.id,))
            at_most = (
                ("at most ", figure, " at once") if said.get("at_once") and count else (figure,)
            )
            return (*at_most, f" on {on}")
        users = names(said["users"])
    except (KeyError, TypeError, ValueError):
        return None
    if not users:
        return (Named("no network interface"), f" on {on}")
    return (some(users), f" on {on}")


def names(said: Any) -> list[str]:
    """Their names, each once."""
    named = (one for one in said if isinstance(one, str) and one)
    return list(dict.fromkeys(words.clean(one, words.NAME) for one in named))


def some(users: list[str]) -> Named:
    """At most so many by name: "i-1, i-2, i-3 and others"."""
    if len(users) <= NAMED:
        return Named(words.listed(users))
    return Named(f"{', '.join(users[:NAMED])} and others")
