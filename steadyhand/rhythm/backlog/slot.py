"""The improvement slot: every second week three things worth a quiet hour, and what the last did.

It comes with the review of a week whose ISO number is even. After a year of 53 weeks there are
three weeks between two slots.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from steadyhand.model import Record, Risk, Step, priced
from steadyhand.rhythm.backlog.decisions import Decisions, decisions_of
from steadyhand.rhythm.backlog.effort import brief
from steadyhand.rhythm.backlog.items import Item, items_of, named
from steadyhand.rhythm.backlog.promises import KeptPromise, as_it_was, judged
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.figures import Figure
from steadyhand.rhythm.core.handling import WAITING, handled, steps_of
from steadyhand.rhythm.core.period import Cadence, Period, before

MOST = 3
SHOWN = 3
EFFECT = {
    Risk.SAFE: "it should not affect users",
    Risk.APPROVAL: "it may affect users",
    Risk.ADVICE: "it depends on how you do it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One improvement: what it takes, what it is worth, how it is done and how it is undone."""

    id: str
    ids: tuple[str, ...]
    what: str
    environment: str
    is_production: bool
    effort: Figure
    score: Figure
    worth: Figure | None
    plan: str
    risk: str
    undo: str
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """The candidates, best first, and what became of those of the slot before."""

    candidates: tuple[Candidate, ...]
    last: tuple[KeptPromise, ...]


def is_slot(period: Period) -> bool:
    """Does the review of this period have one?"""
    return period.cadence is Cadence.WEEKLY and period.since.isocalendar().week % 2 == 0


def slot_of(facts: Facts, items: Sequence[Item], decisions: Decisions) -> Slot | None:
    """In the weekly review of an even week, where there is something to say."""
    if not is_slot(facts.period):
        return None
    found = Slot(
        candidates=tuple(candidate(one, facts) for one in chosen(facts, items, decisions)),
        last=last(facts),
    )
    return found if found.candidates or found.last else None


def chosen(facts: Facts, items: Sequence[Item], decisions: Decisions) -> list[Item]:
    """The three of the highest score that do not fix themselves, and are not asked anyway."""
    asked = {one.finding for one in decisions.rows}
    free = [
        one for one in items if handled(one.open[0], facts) in WAITING and not asked & set(one.ids)
    ]
    return sorted(free, key=lambda one: (-one.score.value, one.id))[:MOST]


def last(facts: Facts) -> tuple[KeptPromise, ...]:
    """What became of the candidates of the slot before."""
    period = before(facts.period)
    while not is_slot(period):
        period = before(period)
    then = as_it_was(facts, period)
    if then.began is None or then.began >= period.until:
        return ()
    known = {one.finding.id: one for one in facts.records}
    made = [
        judged(
            one.id,
            named(one),
            [known[name] for name in one.ids],
            facts,
            since=period.until,
        )
        for one in chosen(then, items_of(then), decisions_of(then))
    ]
    return tuple(one for one in made if one)


def candidate(item: Item, facts: Facts) -> Candidate:
    """One item, as something to do."""
    first = item.open[0]
    steps = steps_of(first, facts)
    kind = facts.kind(first.finding)
    usd = item.usd_per_month
    paid = tuple(one.finding.id for one in item.open if one.finding.usd_per_month)
    return Candidate(
        id=item.id,
        ids=item.ids,
        what=item.what,
        environment=words.clean(item.environment, words.NAME),
        is_production=item.is_production,
        effort=Figure(f"slot.{item.id}.effort", brief(*item.hours), item.ids),
        score=Figure(f"slot.{item.id}.score", str(item.score), (first.finding.id,)),
        worth=Figure(f"slot.{item.id}.usd", f"{priced(usd)} a month", paid) if usd else None,
        plan=plan(first, steps, len(item.ids), facts),
        risk=EFFECT[first.risk],
        undo=undo(steps, words.clean(kind.undo, words.STORY)),
        next=command(item, first, steps),
    )


def plan(first: Record, steps: Sequence[Step], count: int, facts: Facts) -> str:
    """What is done: the calls by name, or the first sentence of how a person does it."""
    each = f", for each of {count:,}" if count > 1 else ""
    if steps:
        calls = list(dict.fromkeys(one.do.action for one in steps))
        more = f" and {len(calls) - SHOWN} more" if len(calls) > SHOWN else ""
        return f"{', '.join(calls[:SHOWN])}{more}{each}"
    said = words.clean(facts.kind(first.finding).fix).partition(". ")[0].rstrip(".")
    return f"by hand: {said}{each}" if said else f"by hand, as its runbook says{each}"


def undo(steps: Sequence[Step], said: str) -> str:
    """How it is undone."""
    if not steps:
        return "by hand"
    if not all(one.undo for one in steps):
        return "there is no way back"
    return said.partition(". ")[0].rstrip(".") or "one command"


def command(item: Item, first: Record, steps: Sequence[Step]) -> str:
    """What to type next."""
    if steps:
        return f"steadyhand plan {first.finding.id}"
    return f"steadyhand checks {words.clean(item.check, words.NAME)}"
