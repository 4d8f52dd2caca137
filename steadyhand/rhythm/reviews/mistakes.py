"""What we got wrong: what was undone, what failed, what was no problem, missed, or not seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from steadyhand.model import Change, ChangeState
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.changes import begun_or_ended
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.figures import Figure, counted, number
from steadyhand.rhythm.core.words import person
from steadyhand.rhythm.incidents.alarms import OUR_OWN, firing, touching
from steadyhand.rhythm.results.surprise import Surprises, surprises_of
from steadyhand.rhythm.reviews.coverage import SILENCE

VISIBLE = 5
SILENT = f"{OUR_OWN}silent"
"""The alarm that fires when no sweep has ended for twice the time in which one should."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One change that should not have been: what happened, and what we know of why."""

    id: str
    head: str
    story: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistakes:
    """All of a period. `changes` is out of how many.

    `exempted` are our false alarms as far as anybody says so: what people exempted, or closed as
    "won't fix", which is an exemption too. `silent`: how long nobody looked; None where the ledger
    has no sweep, so that nobody knows.
    """

    rows: tuple[Mistake, ...]
    folded: Figure | None
    undone: Figure
    failed: Figure
    changes: Figure
    exempted: Figure
    missed: Surprises
    silent: Figure | None


def mistakes_of(facts: Facts) -> Mistakes:
    """What went wrong in the period, the latest first."""
    made = begun_or_ended(facts)
    undone = [one for one in made if one.state is ChangeState.UNDONE]
    failed = [one for one in made if one.state is ChangeState.FAILED]
    rows = sorted(
        [*undone, *failed], key=lambda one: (one.ended_at or one.at, one.id), reverse=True
    )
    rest = rows[VISIBLE:]
    exempted = [one.scope for one in facts.exemptions if facts.period.holds(one.at)]
    return Mistakes(
        rows=tuple(mistake(one, facts) for one in rows[:VISIBLE]),
        folded=counted("mistakes.folded", (one.id for one in rest), "more") if rest else None,
        undone=number("mistakes.undone", (one.id for one in undone)),
        failed=number("mistakes.failed", (one.id for one in failed)),
        changes=counted("mistakes.of", (one.id for one in made), "change"),
        exempted=number("mistakes.exempted", exempted),
        missed=surprises_of(facts),
        silent=silent(facts),
    )


def silent(facts: Facts) -> Figure | None:
    """Hours in which nobody looked: while CloudWatch's alarm over our silence fired, and at the end.

    Only the last sweeps are kept, so a shorter silence between them is not known.
    """
    ours = touching(facts.incidents, facts.period, ours=True)
    fired = [one for one in ours if one.signature == SILENT]
    time = firing(fired, facts.period)
    ids = [one.id for one in fired]
    last = max(facts.sweeps, key=lambda one: one.at, default=None)
    if last is None:
        return Figure("mistakes.silent", words.brief(time), tuple(ids)) if fired else None
    since, until = facts.period.span
    gap = until - max(last.at, since)
    if gap > SILENCE and not any(one.ended_at is None for one in fired):
        time, ids = time + gap, [*ids, last.id]
    return Figure(
        "mistakes.silent", words.brief(time) if time > timedelta() else "none", tuple(ids)
    )


def mistake(change: Change, facts: Facts) -> Mistake:
    """A change that went wrong, as a story."""
    on = words.day(facts.period.local(change.ended_at or change.at).date(), facts.period.year)
    summary, noted = words.told(change.finding.summary), words.told(change.reason)
    reason = f"We noted: {words.uncapped(noted)}" if noted else ""
    if change.state is ChangeState.FAILED:
        story = f"We tried to fix this: {summary} {reason}"
        return Mistake(id=change.id, head=f"On {on} a change of ours failed.", story=story.strip())
    who = person(change.undone_by)
    head = f"On {on} {who} undid a change of ours." if who else f"On {on} we undid a change."
    story = f"We had fixed this: {summary} {reason} We ask before we do it again."
    return Mistake(id=change.id, head=head, story=" ".join(story.split()))
