"""What only the weekly review says: what is risky, what is late, what is new, what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from steadyhand.catalogue.lanes import PRODUCTION
from steadyhand.model import Severity
from steadyhand.rhythm.backlog.decisions import Decisions
from steadyhand.rhythm.backlog.items import Item, items_of, named
from steadyhand.rhythm.backlog.lanes import findings_of, late, row
from steadyhand.rhythm.backlog.promises import KeptPromise, as_it_was, kept, promised
from steadyhand.rhythm.backlog.slot import Slot, slot_of
from steadyhand.rhythm.calendar.bombs import Bombs
from steadyhand.rhythm.calendar.entries import subjects
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.figures import Figure, Line, Named, counted
from steadyhand.rhythm.core.handling import Handled
from steadyhand.rhythm.core.money import DOLLARS
from steadyhand.rhythm.core.period import Cadence
from steadyhand.rhythm.incidents.interrupts import Interrupts, interrupts_of
from steadyhand.rhythm.results.drifted import Drifted, in_production
from steadyhand.rhythm.reviews.verdict import SOON

VISIBLE = 4
LATE = 3
MONTH = 30
NEXT = timedelta(days=30)

RISKS = {
    "backup_job_failed": ("backup that fails", "backups that fail"),
    "stack_drift": (
        "production stack that is not as it was deployed",
        "production stacks that are not as they were deployed",
    ),
    "queue_without_dlq": (
        "production queue whose failed messages are lost",
        "production queues whose failed messages are lost",
    ),
    "cost_anomaly": (
        "service that costs more than it did",
        "services that cost more than they did",
    ),
}
"""What is told of a check that finds what may hurt this week; only of production where it says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Lines for one screen."""

    risky: tuple[Line, ...]
    drifted: Drifted | None
    late: tuple[Line, ...]
    later: Figure | None
    kept: tuple[KeptPromise, ...]
    new: tuple[Line, ...]
    newer: Figure | None
    next: tuple[Line, ...]
    interrupts: Interrupts
    slot: Slot | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The facts and the backlog as they were a week ago."""

    facts: Facts
    items: tuple[Item, ...]


def earlier_of(facts: Facts) -> Earlier | None:
    """None in a first week, and in a month."""
    if facts.period.cadence is not Cadence.WEEKLY or not facts.has_history:
        return None
    then = as_it_was(facts, facts.previous)
    return Earlier(facts=then, items=items_of(then))


def week_of(
    facts: Facts,
    bombs: Bombs,
    decisions: Decisions,
    items: Sequence[Item],
    earlier: Earlier | None,
) -> Week:
    """From the same facts, what a week needs."""
    asked = {one.finding for one in decisions.rows}
    lines, rest = new(facts, items, asked)
    overdue = sorted((one for one in items if one.overdue), key=lambda one: (-one.overdue, one.id))
    return Week(
        risky=risky(facts, bombs, items),
        drifted=in_production(facts) if facts.period.cadence is Cadence.WEEKLY else None,
        late=tuple(delay(one) for one in overdue[:LATE]),
        later=folded("week.late.folded", overdue[LATE:]),
        kept=kept(facts, earlier.facts, earlier.items)[:VISIBLE] if earlier else (),
        new=lines,
        newer=rest,
        next=coming(facts, bombs, items),
        interrupts=interrupts_of(facts),
        slot=slot_of(facts, items, decisions),
    )


def risky(facts: Facts, bombs: Bombs, items: Sequence[Item]) -> tuple[Line, ...]:
    """Dates within two weeks, what a person put off whose date comes, and what is critical now."""
    until = facts.period.until
    lines: list[Line] = []
    for one in bombs.every:
        if one.at - until <= SOON and one.handled is not Handled.PLANNED:
            left = (one.at - until).days
            when = "its day has passed" if one.at <= until else f"{words.plural(left, 'day')} left"
            more: Line = (", and ", one.others) if one.others else ()
            days = Figure(f"week.{one.ids[0]}.left", when, one.ids[:1])
            lines.append((Named(f"{one.thing}, {one.day}"), ", ", days, *more, "."))
    lines += [(Named(one.what.rstrip(".")), ": ", one.warning) for one in items if one.warning]
    critical = [
        one.finding.id
        for item in items
        for one in item.open
        if one.finding.severity is Severity.CRITICAL and not one.finding.detonates_at
    ]
    if critical:
        lines.append((counted("week.critical", critical, "critical finding"), " open."))
    lines += standing(items)
    lines += burning(facts)
    return tuple(lines[:VISIBLE])


def standing(items: Sequence[Item]) -> list[Line]:
    """What goes wrong day after day until somebody looks: by check, in production where it matters."""
    lines: list[Line] = []
    for check, said in RISKS.items():
        found = [
            one.finding.id
            for item in items
            if item.check == check
            for one in item.open
            if "production" not in said[0] or one.environment == PRODUCTION
        ]
        if found:
            lines.append((counted(f"week.risk.{check}", found, *said), "."))
    return lines


def burning(facts: Facts) -> list[Line]:
    """A month at this week's pace, where that is more than the owner's budget."""
    bill, budget = facts.bill, facts.settings.monthly_budget_usd
    usd = bill.daily(*facts.period.bill_days) if bill else []
    if bill is None or not usd or not budget or bill.currency != DOLLARS:
        return []
    month = MONTH * sum(usd) / len(usd)
    if month <= budget:
        return []
    pace = Figure("week.pace", words.money(month), (bill.id,))
    return [(f"{MONTH} days at this pace cost ", pace, f"; your budget is {words.money(budget)}.")]


def delay(item: Item) -> Line:
    """One item that should have been done."""
    by = late(item)
    return (Named(named(item)), ": ", *((by,) if by else ()), ".")


def new(
    facts: Facts, items: Sequence[Item], asked: set[str]
) -> tuple[tuple[Line, ...], Figure | None]:
    """What we saw for the first time and do not ask about; and how many more."""
    fresh = [one for item in items if (one := newly(item, facts, asked))]
    lines: list[Line] = []
    for one in fresh[:VISIBLE]:
        said = row(one, facts)
        place = f" ({said.environment})" if said.environment else ""
        count: Line = (" ", replace(said.count, name=f"week.new.{one.id}")) if said.count else ()
        lines.append((f"{said.what.rstrip('.')}{place}", *((":", *count) if count else ()), "."))
    return tuple(lines), folded("week.new.folded", fresh[VISIBLE:])


def folded(name: str, items: Sequence[Item]) -> Figure | None:
    """How many items more there are."""
    return Figure(name, f"{len(items):,} more", findings_of(items)) if items else None


def newly(item: Item, facts: Facts, asked: set[str]) -> Item | None:
    """An item with only those of its findings that this week saw first."""
    seen = tuple(
        one
        for one in item.open
        if facts.period.holds(one.first_seen) and one.finding.id not in asked
    )
    if not seen:
        return None
    what = words.told(seen[0].finding.summary) if len(seen) == 1 else item.title
    return replace(item, open=seen, what=what)


def coming(facts: Facts, bombs: Bombs, items: Sequence[Item]) -> tuple[Line, ...]:
    """What we will do, what should be done within a week, and which exemptions end."""
    until, period = facts.period.until, facts.period
    dated = [one for one in bombs.every if one.handled is Handled.AUTO and one.at - until <= NEXT]
    lines: list[Line] = [
        (Named(f"{one.thing}, {one.day}"), ": we fix it, with an undo.") for one in dated
    ]
    told = {name for one in dated for name in one.ids}
    lines += [
        (
            Named(f"By {words.short_day(period.local(one.by).date(), period.year)}"),
            f": {one.what}{'; we fix it' if one.is_ours else ''}.",
        )
        for one in promised(facts, items)
        if not told & set(one.ids)
    ]
    ending = [one for one in facts.exemptions if timedelta() <= one.until - until <= SOON]
    about = subjects((one.scope for one in ending[:VISIBLE]), facts)
    lines += [
        (
            Named(words.short_day(period.local(one.until).date(), period.year)),
            f": an exemption ends: {about[one.scope]}.",
        )
        for one in ending[:VISIBLE]
    ]
    return tuple(lines[:VISIBLE])
