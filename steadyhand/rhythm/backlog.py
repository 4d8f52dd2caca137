"""The work that waits, in three lanes; findings of one check in one environment are one item."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from steadyhand.model import Lane, Record, Severity, Status
from steadyhand.rhythm import words
from steadyhand.rhythm.facts import PRODUCTION, Facts
from steadyhand.rhythm.figures import Figure, counted, number

VISIBLE = 7
SEVERITIES = tuple(Severity)
LANES = tuple(Lane)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One piece of work. `count` where it is about more than one thing."""

    ids: tuple[str, ...]
    check: str
    what: str
    count: Figure | None
    environment: str
    is_production: bool
    day: str
    usd: Figure | None
    age: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One lane: its most urgent items, and how many more there are."""

    lane: Lane
    title: str
    items: tuple[Item, ...]
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
    waste: Figure | None


def backlog_of(facts: Facts) -> Backlog:
    """What waits at the end of the period."""
    until, period = facts.period.until, facts.period
    waiting = list(facts.open_at(until))
    items = grouped(waiting, facts)
    costly = [one for one in waiting if one.finding.usd_per_month]
    return Backlog(
        lanes=tuple(lane(name, items[name], facts) for name in LANES),
        findings=counted("backlog", (one.finding.id for one in waiting), "finding"),
        added=number(
            "backlog.added", (r.finding.id for r in facts.records if period.holds(r.first_seen))
        ),
        done=number("backlog.done", _ended(facts, Status.FIXED)),
        gone=number("backlog.gone", _ended(facts, Status.GONE)),
        exempt=number(
            "backlog.exempt",
            (
                one.finding.id
                for one in facts.records
                if one.status is Status.OPEN and one.exempt_until and one.exempt_until > until
            ),
        ),
        waste=_usd("backlog.waste", costly) if costly else None,
    )


def grouped(records: Sequence[Record], facts: Facts) -> dict[Lane, list[list[Record]]]:
    """Findings of one check in one environment, in the lane of the most urgent of them."""
    groups = defaultdict[tuple[str, str], list[Record]](list)
    for record in records:
        groups[record.finding.check, record.environment].append(record)
    lanes: dict[Lane, list[list[Record]]] = {name: [] for name in LANES}
    for group in groups.values():
        group.sort(key=urgency)
        lanes[min((facts.lane(one.finding) for one in group), key=LANES.index)].append(group)
    for groups_of_lane in lanes.values():
        groups_of_lane.sort(key=lambda group: urgency(group[0]))
    return lanes


def urgency(record: Record) -> tuple[object, ...]:
    """Dated first, then the gravest, production first, then the dearest."""
    finding = record.finding
    when = finding.detonates_at.timestamp() if finding.detonates_at else float("inf")
    return (
        when,
        SEVERITIES.index(finding.severity),
        record.environment != PRODUCTION,
        -(finding.usd_per_month or 0),
        finding.id,
    )


def lane(name: Lane, groups: Sequence[Sequence[Record]], facts: Facts) -> Waiting:
    """One lane as it is read."""
    rest = [one.finding.id for group in groups[VISIBLE:] for one in group]
    ids = [one.finding.id for group in groups for one in group]
    return Waiting(
        lane=name,
        title=name.value.capitalize(),
        items=tuple(item(group, facts) for group in groups[:VISIBLE]),
        count=Figure(f"backlog.{name}", words.plural(len(groups), "item"), tuple(ids)),
        folded=(
            Figure(f"backlog.{name}.folded", f"{len(groups) - VISIBLE} more", tuple(rest))
            if rest
            else None
        ),
    )


def item(group: Sequence[Record], facts: Facts) -> Item:
    """One piece of work as it is read."""
    first = group[0]
    finding, kind = first.finding, facts.kind(first.finding)
    ids = tuple(one.finding.id for one in group)
    name = f"backlog.{finding.check}.{first.environment}"
    whole = kind.title or finding.check.replace("_", " ")
    oldest = min(group, key=lambda one: (one.first_seen, one.finding.id))
    days = max(0, (facts.period.until - oldest.first_seen).days)
    on = finding.detonates_at and facts.period.local(finding.detonates_at).date()
    return Item(
        ids=ids,
        check=words.clean(finding.check, words.NAME),
        what=words.told(finding.summary) if len(ids) == 1 else words.sentence(words.clean(whole)),
        count=Figure(name, f"{len(ids):,} of them", ids) if len(ids) > 1 else None,
        environment=words.clean(first.environment, words.NAME),
        is_production=first.environment == PRODUCTION,
        day=words.short_day(on, facts.period.year) if on else "",
        usd=_usd(f"{name}.usd", [r for r in group if r.finding.usd_per_month]),
        age=Figure(
            f"{name}.age",
            f"{words.plural(days, 'day')} old" if days else "new",
            (oldest.finding.id,),
        ),
    )


def _usd(name: str, costly: Sequence[Record]) -> Figure | None:
    if not costly:
        return None
    total = sum(one.finding.usd_per_month or 0 for one in costly)
    return Figure(name, f"{words.money(total)} a month", tuple(one.finding.id for one in costly))


def _ended(facts: Facts, status: Status) -> list[str]:
    return [
        one.finding.id
        for one in facts.records
        if one.status is status and facts.period.holds(one.changed_at)
    ]
