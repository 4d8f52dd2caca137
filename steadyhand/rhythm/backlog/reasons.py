"""Why an item waits where it does, in sentences: who put it there, its sum, its age and its day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from steadyhand.catalogue.lanes import Score
from steadyhand.model import Lane, Record
from steadyhand.rhythm.backlog.moves import Move
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import Facts


def placed(move: Move | None, rule: Lane, facts: Facts) -> tuple[str, ...]:
    """A person's word, and what the rule says against it."""
    if move is None:
        return ()
    on = words.day(facts.period.local(move.at).date(), facts.period.year)
    because = f": {move.because.rstrip('.')}" if move.because else ""
    said = f"{move.by or 'Somebody'} put it here on {on}{because}."
    if move.lane is rule:
        return (said,)
    return (said, f"By the rule it would be in {rule.value.capitalize()}.")


def scored(score: Score) -> str:
    """The sum, so that anyone can do it again; without what changes nothing."""
    first, *rest = score.factors
    weighty = [first, *(one for one in rest if one.value != 1)]
    said = [f"{one.why} (×{one.value:.3g})" for one in weighty]
    return f"Score {score}: {', '.join(said)}."


def waited(left: Sequence[Record], ends: datetime, facts: Facts) -> str:
    """How long it has been, and until when it should be done."""
    until, year = facts.period.until, facts.period.year
    days = max(0, (until - min(facts.since(one) for one in left)).days)
    age = f"It has waited {words.plural(days, 'day')}" if days else "It is new"
    late = (until - ends).days
    if late > 0:
        return f"{age}; overdue by {words.plural(late, 'day')}."
    return f"{age}; it should be done by {words.day(facts.period.local(ends).date(), year)}."
