"""How often people were interrupted: a budget a week, spent first come, first served.

What comes after it waits for the weekly review, which says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from steadyhand.model import Note
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.figures import Figure, Line, counted
from steadyhand.rhythm.core.period import Cadence
from steadyhand.rhythm.incidents.urgent import KIND

VISIBLE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Waited:
    """What did not interrupt: when, what, and why not."""

    id: str
    when: str
    what: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Interrupts:
    """How often people were interrupted in a period. `line`: "3 of 3 used; 2 waited"."""

    is_on: bool
    budget: int
    used: Figure
    waited: Figure
    nights: Figure
    before: Figure | None
    rows: tuple[Waited, ...]
    folded: Figure | None
    line: Line


def interrupts_of(facts: Facts) -> Interrupts:
    """From what was decided of each subject. Without chat nobody is interrupted by us."""
    told = facts.notes.get(KIND, ())
    here = [one for one in told if facts.period.holds(one.at)]
    sent = [one for one in here if one.said["sent"]]
    rest = [one for one in here if not one.said["sent"]]
    is_on = facts.settings.chat == "create" or bool(told)
    budget = facts.settings.interrupts_a_week
    is_week = facts.period.cadence is Cadence.WEEKLY
    count = f"{len(sent)} of {budget}" if is_week else f"{len(sent)}"
    used = Figure("interrupts.used", count, tuple(one.id for one in sent))
    waited = counted("interrupts.waited", (one.id for one in rest), "waited", "waited")
    line: Line = (used, " used", *((", ", waited) if rest else ()))
    return Interrupts(
        is_on=is_on,
        budget=budget,
        used=used,
        waited=waited,
        nights=counted(
            "interrupts.nights",
            (one.id for one in sent if one.said["night"]),
            "at night",
            "at night",
        ),
        before=_before(told, facts),
        rows=tuple(_waited(one, facts) for one in rest[:VISIBLE]),
        folded=counted("interrupts.folded", (one.id for one in rest[VISIBLE:]), "more", "more")
        if len(rest) > VISIBLE
        else None,
        line=line if is_on else ("There is no chat, so we interrupted nobody",),
    )


def _before(told: Sequence[Note], facts: Facts) -> Figure | None:
    if not facts.has_history:
        return None
    earlier = [one.id for one in told if facts.previous.holds(one.at) and one.said["sent"]]
    return Figure("interrupts.before", f"{len(earlier)}", tuple(earlier))


def _waited(note: Note, facts: Facts) -> Waited:
    return Waited(
        id=note.id,
        when=words.moment(facts.period.local(note.at), facts.period.year),
        what=words.told(str(note.said.get("what", note.said["subject"]))),
        why=words.sentence(words.clean(str(note.said["why"]))),
    )
