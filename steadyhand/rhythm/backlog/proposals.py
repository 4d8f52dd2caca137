"""What to take from the backlog next: three items that no decision asks about already."""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from steadyhand.rhythm.backlog.items import Item
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.figures import Figure, Line
from steadyhand.rhythm.core.handling import WAITING, handled, steps_of

MOST = 3
NUMBER = re.compile(r"\d")
REASONS = 2
"""Of a score's factors, so many are told: those that weigh most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One item: what, why now, how many hours of a person, and the next command."""

    ids: tuple[str, ...]
    what: str
    environment: str
    is_production: bool
    why: Line
    effort: Figure
    command: str


def proposals_of(
    facts: Facts, items: Sequence[Item], asked: AbstractSet[str]
) -> tuple[Proposal, ...]:
    """The highest scores that wait for a person. `asked` are the findings of the decisions."""
    waiting = [
        one for one in items if not asked & set(one.ids) and handled(one.open[0], facts) in WAITING
    ]
    best = sorted(waiting, key=lambda one: (-one.score.value, one.id))[:MOST]
    return tuple(proposal(one, facts) for one in best)


def proposal(item: Item, facts: Facts) -> Proposal:
    """One item as something to do next."""
    first = item.open[0].finding
    steps = steps_of(item.open[0], facts)
    return Proposal(
        ids=item.ids,
        what=item.what,
        environment=words.clean(item.environment, words.NAME),
        is_production=item.is_production,
        why=why(item),
        effort=Figure(f"proposals.{item.id}.effort", words.hours(*item.hours), item.ids),
        command=f"steadyhand {'plan' if steps else 'show'} {first.id}",
    )


def why(item: Item) -> Line:
    """What weighs most in its score; and the score, so that anyone can compare."""
    weighty = sorted(item.score.factors, key=lambda one: (-one.value, one.name))[:REASONS]
    name = f"proposals.{item.id}"
    line: list[str | Figure] = []
    for at, one in enumerate(weighty):
        said = one.why if at else words.sentence(one.why).rstrip(".")
        line += [" and "] if at else []
        line.append(Figure(f"{name}.{one.name}", said, item.ids) if NUMBER.search(said) else said)
    return (*line, ": score ", Figure(f"{name}.score", str(item.score), item.ids), ".")
