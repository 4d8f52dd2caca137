"""What only the weekly review says: what is risky, what is new, what comes next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from steadyhand.model import Severity
from steadyhand.rhythm import words
from steadyhand.rhythm.backlog import grouped, item
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
    new: tuple[Line, ...]
    newer: Figure | None
    next: tuple[Line, ...]


def week_of(facts: Facts, bombs: Bombs, decisions: Decisions) -> Week:
    """From the same facts, what a week needs."""
    asked = {one.finding for one in decisions.rows}
    lines, rest = new(facts, asked)
    return Week(risky=risky(facts, bombs), new=lines, newer=rest, next=coming(facts, bombs))


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


def new(facts: Facts, asked: set[str]) -> tuple[tuple[Line, ...], Figure | None]:
    """What we saw for the first time and do not ask about; and how many more."""
    until = facts.period.until
    seen = [
        one
        for one in facts.open_at(until)
        if facts.period.holds(one.first_seen) and one.finding.id not in asked
    ]
    groups = [group for lane in grouped(seen, facts).values() for group in lane]
    lines: list[Line] = []
    for group in groups[:VISIBLE]:
        one = item(group, facts)
        place = f" ({one.environment})" if one.environment else ""
        count: Line = (" ", replace(one.count, name=f"week.new.{one.check}")) if one.count else ()
        lines.append((f"{one.what.rstrip('.')}{place}", *((":", *count) if count else ()), "."))
    rest = [one.finding.id for group in groups[VISIBLE:] for one in group]
    return tuple(lines), counted("week.new.folded", rest, "more", "more") if rest else None


def coming(facts: Facts, bombs: Bombs) -> tuple[Line, ...]:
    """What we will do, and which exemptions end."""
    until = facts.period.until
    lines: list[Line] = [
        (Named(f"{one.thing}, {one.day}"), ": we mend it, with an undo.")
        for one in bombs.every
        if one.handled is Handled.AUTO and one.at - until <= NEXT
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
