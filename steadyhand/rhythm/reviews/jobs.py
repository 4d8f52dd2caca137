"""Jobs and webhooks: what was lost, what lies among the dead letters, what did not run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.figures import Figure
from steadyhand.rhythm.core.measured import Measured
from steadyhand.rhythm.reviews.reliability import gaps_told

SECTION = "jobs"
NAMED = 3
"""So many names are told beside a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One number, and where it comes from."""

    name: str
    note: Figure
    value: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Jobs:
    """Rows, in the order of how much they hurt. `is_still`: there is nothing to tell of."""

    rows: tuple[Fact, ...]
    is_still: bool
    gaps: Figure | None


def jobs_of(facts: Facts) -> Jobs | None:
    """None where nothing was measured, as in a week."""
    measured = facts.measured
    if measured is None:
        return None
    rows = [*lost(measured), *dead_letters(measured), *missed(measured)]
    return Jobs(
        rows=tuple(rows),
        is_still=not (rows or measured.gaps(SECTION)),
        gaps=gaps_told(SECTION, measured),
    )


def fact(measured: Measured, key: str, name: str, said: str, note: str) -> Fact:
    """A row; all of it stands in what was measured."""
    ids = (measured.id,)
    return Fact(
        name=name,
        note=Figure(f"jobs.{key}.note", note, ids),
        value=Figure(f"jobs.{key}", said, ids),
    )


def lost(measured: Measured) -> Iterator[Fact]:
    """Events that no function, queue or destination got."""
    if measured.lost is None or not (measured.lost or measured.dead_letters or measured.runs):
        return
    ranked = sorted(measured.lost, key=lambda one: (-one.count, one.name))
    note = named([one.name for one in ranked]) or "of functions that nobody waits for"
    yield fact(measured, "lost", "Events lost", f"{sum(one.count for one in ranked):,}", note)


def dead_letters(measured: Measured) -> Iterator[Fact]:
    """The dead letters: how many came and went at least, and the oldest that lies there."""
    if not measured.dead_letters:
        return
    came = sorted(
        (one for one in measured.dead_letters if one.came), key=lambda one: (-one.came, one.name)
    )
    count = sum(one.came for one in came)
    names = named([one.name for one in came])
    yield fact(measured, "came", "Dead-lettered, at least", f"{count:,}", names)
    if went := sum(one.went for one in measured.dead_letters):
        again = words.plural(measured.redrives, "redrive") if measured.redrives else "no redrive"
        known = f"; CloudTrail knows of {again}" if measured.redrives is not None else ""
        note = f"redriven, deleted or expired{known}"
        yield fact(measured, "went", "Taken out, at least", f"{went:,}", note)
    yield oldest(measured)


def oldest(measured: Measured) -> Fact:
    """The oldest dead letter at the month's end, since it was moved there."""
    title = "Oldest dead letter"
    lying = [one for one in measured.dead_letters or () if one.left]
    if not lying:
        return fact(measured, "oldest", title, "none", "every queue for them is empty")
    last = max(lying, key=lambda one: (one.oldest or 0, one.left, one.name))
    left = sum(one.left for one in lying)
    said = "unknown" if last.oldest is None else words.duration(timedelta(seconds=last.oldest))
    note = f"{words.clean(last.name, words.NAME)}; {left:,} in all lie there"
    return fact(measured, "oldest", title, said, note)


def missed(measured: Measured) -> Iterator[Fact]:
    """Runs that were given up, of those that were tried."""
    if not measured.runs:
        return
    bad = sorted(
        (one for one in measured.runs if one.missed), key=lambda one: (-one.missed, one.name)
    )
    tried = sum(one.tried for one in measured.runs)
    names = named([one.name for one in bad])
    note = f"of {tried:,}" + (f"; {names}" if names else "")
    count = sum(one.missed for one in bad)
    yield fact(measured, "missed", "Scheduled runs missed", f"{count:,}", note)


def named(names: Sequence[str]) -> str:
    """A few names, and how many more."""
    shown = [words.clean(one, words.NAME) for one in names[:NAMED]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")
