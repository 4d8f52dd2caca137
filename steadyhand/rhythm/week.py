"""What only the weekly review says: what is risky, what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from steadyhand.model import Severity
from steadyhand.rhythm import words
from steadyhand.rhythm.bombs import Bombs
from steadyhand.rhythm.decisions import Decisions
from steadyhand.rhythm.facts import Facts
from steadyhand.rhythm.figures import Figure, Line, Named, counted
from steadyhand.rhythm.handling import Handled
from steadyhand.rhythm.verdict import SOON

VISIBLE = 4
NEXT = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Lines for one screen."""

    risky: tuple[Line, ...]
    next: tuple[Line, ...]


def week_of(facts: Facts, bombs: Bombs, decisions: Decisions) -> Week:
    """From the same facts, what a week needs."""
    return Week(risky=risky(facts, bombs), next=coming(facts, bombs, decisions))


def risky(facts: Facts, bombs: Bombs) -> tuple[Line, ...]:
    """Dates within two weeks, and what is critical now."""
    until = facts.period.until
    lines: list[Line] = []
    for one in bombs.every:
        if one.at - until <= SOON and one.handled is not Handled.PLANNED:
            left = (one.at - until).days
            when = "its day has passed" if one.at <= until else f"{words.plural(left, 'day')} left"
            more: Line = (", and ", one.others) if one.others else ()
            days = Figure(f"week.{one.ids[0]}.left", when, one.ids[:1])
            lines.append((Named(f"{one.thing}, {one.day}"), ", ", days, *more, "."))
    critical = [
        one.finding.id
        for one in facts.open_at(until)
        if one.finding.severity is Severity.CRITICAL and not one.finding.detonates_at
    ]
    if critical:
        lines.append((counted("week.critical", critical, "critical finding"), " open."))
    return tuple(lines[:VISIBLE])


def coming(facts: Facts, bombs: Bombs, decisions: Decisions) -> tuple[Line, ...]:
    """What we will do, and which exemptions end."""
    until = facts.period.until
    lines: list[Line] = [
        (Named(f"{one.thing}, {one.day}"), ": we mend it, with an undo.")
        for one in bombs.every
        if one.handled is Handled.AUTO and one.at - until <= NEXT
    ]
    lines += [
        (f"{words.short_day(one.by, facts.period.year)}: answer wanted for ", Named(one.finding))
        for one in decisions.rows[:1]
    ]
    lines += [
        (
            Named(words.short_day(facts.period.local(one.until).date(), facts.period.year)),
            f": the exemption of {words.clean(one.scope, words.NAME)} ends.",
        )
        for one in facts.exemptions
        if timedelta() <= one.until - until <= SOON
    ]
    return tuple(lines[:VISIBLE])
