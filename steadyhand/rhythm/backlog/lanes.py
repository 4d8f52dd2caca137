"""The backlog as people read it: three lanes, the most urgent items of each, and what moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from steadyhand.model import FindingStatus, Lane, Record, monthly, priced
from steadyhand.rhythm.backlog.items import EXEMPT, LANES, Item, items_of, state_of
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.figures import Figure, counted, number

VISIBLE = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One piece of work. `count` where it is about more than one thing, `why` in one sentence."""

    id: str
    ids: tuple[str, ...]
    check: str
    what: str
    count: Figure | None
    environment: str
    is_production: bool
    day: str
    usd: Figure | None
    age: Figure
    effort: str
    why: str
    overdue: Figure | None
    moved: Figure | None
    warning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One lane: its most urgent items, and how many more there are."""

    lane: Lane
    title: str
    items: tuple[Row, ...]
    count: Figure
    folded: Figure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """The lanes, and what moved in the period."""

    lanes: tuple[Waiting, ...]
    findings: Figure
    added: Figure
    done: Figure
    gone: Figure
    exempt: Figure
    moved: Figure
    overdue: Figure
    waste: Figure | None


def backlog_of(facts: Facts, items: Sequence[Item] | None = None) -> Backlog:
    """What waits at the end of the period. `items` where they are known already."""
    period = facts.period
    every = items_of(facts) if items is None else items
    waiting = [one for item in every for one in item.open]
    costly = [one for one in waiting if one.finding.usd_per_month]
    late = [one for one in every if one.overdue]
    moves = [note.id for note in facts.notes.get("move", ()) if period.holds(note.at)]
    return Backlog(
        lanes=tuple(lane(name, [i for i in every if i.lane is name], facts) for name in LANES),
        findings=counted("backlog", (one.finding.id for one in waiting), "finding"),
        added=number(
            "backlog.added", (r.finding.id for r in facts.records if period.holds(r.first_seen))
        ),
        done=number("backlog.done", _ended(facts, FindingStatus.FIXED)),
        gone=number("backlog.gone", _ended(facts, FindingStatus.GONE)),
        exempt=number(
            "backlog.exempt",
            (one.finding.id for one in facts.records if state_of(one, facts) == EXEMPT),
        ),
        moved=number("backlog.moved", moves),
        overdue=Figure("backlog.overdue", f"{len(late):,}", findings_of(late)),
        waste=_usd("backlog.waste", costly) if costly else None,
    )


def lane(name: Lane, items: Sequence[Item], facts: Facts) -> Waiting:
    """One lane as it is read."""
    rest = items[VISIBLE:]
    return Waiting(
        lane=name,
        title=name.value.capitalize(),
        items=tuple(row(one, facts) for one in items[:VISIBLE]),
        count=Figure(f"backlog.{name}", words.plural(len(items), "item"), findings_of(items)),
        folded=(
            Figure(f"backlog.{name}.folded", f"{len(rest)} more", findings_of(rest))
            if rest
            else None
        ),
    )


def row(item: Item, facts: Facts) -> Row:
    """One piece of work as it is read."""
    name = f"backlog.{item.id}"
    oldest = min(item.open, key=lambda one: (facts.since(one), one.finding.id))
    days = max(0, (facts.period.until - facts.since(oldest)).days)
    on = item.detonates_at and facts.period.local(item.detonates_at).date()
    move = item.moved
    return Row(
        id=item.id,
        ids=item.ids,
        check=words.clean(item.check, words.NAME),
        what=item.what,
        count=Figure(name, f"{len(item.ids):,} of them", item.ids) if len(item.ids) > 1 else None,
        environment=words.clean(item.environment, words.NAME),
        is_production=item.is_production,
        day=words.short_day(on, facts.period.year) if on else "",
        usd=_usd(f"{name}.usd", [r for r in item.open if r.finding.usd_per_month]),
        age=Figure(
            f"{name}.age",
            f"{words.plural(days, 'day')} old" if days else "new",
            (oldest.finding.id,),
        ),
        effort=words.hours(*item.hours),
        why=item.reasons[0],
        overdue=late(item),
        moved=Figure(f"{name}.moved", f"moved here by {move.by}", (move.id,)) if move else None,
        warning=item.warning,
    )


def late(item: Item) -> Figure | None:
    """How long it should have been done by now."""
    if not item.overdue:
        return None
    said = f"overdue by {words.plural(item.overdue, 'day')}"
    return Figure(f"backlog.{item.id}.overdue", said, item.ids)


def findings_of(items: Sequence[Item]) -> tuple[str, ...]:
    """The rows of some items."""
    return tuple(name for item in items for name in item.ids)


def _usd(name: str, costly: Sequence[Record]) -> Figure | None:
    if not costly:
        return None
    return Figure(
        name,
        f"{priced(monthly(r.finding for r in costly))} a month",
        tuple(one.finding.id for one in costly),
    )


def _ended(facts: Facts, status: FindingStatus) -> list[str]:
    return [
        one.finding.id
        for one in facts.records
        if one.status is status and facts.period.holds(one.changed_at)
    ]
