"""The work there is: findings of one check in one environment are one item, for life."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property

from steadyhand.catalogue.lanes import (
    PRODUCTION,
    SOON,
    Score,
    foremost,
    is_attackable,
    lane_at,
    score_of,
    weight,
)
from steadyhand.model import Finding, FindingStatus, Lane, Record, Severity, monthly
from steadyhand.rhythm.backlog.clock import due
from steadyhand.rhythm.backlog.effort import hours
from steadyhand.rhythm.backlog.moves import Move, along, item_id, moves_of
from steadyhand.rhythm.backlog.questions import said_days
from steadyhand.rhythm.backlog.reasons import placed, scored, waited
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import Facts, is_open

SEVERITIES = tuple(Severity)
LANES = tuple(Lane)
OPEN, EXEMPT = "open", "exempt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One box of an item's list. `said` and `resource` come from the account."""

    finding: str
    resource: str
    region: str
    said: str
    state: str
    detonates_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Item:
    """One piece of work: where it waits and why, what it takes, until when it should be done.

    `open` is what is left of it, most urgent first, `over` what is done, gone or exempt. `hours`
    is a range, `usd_per_month` what the open ones cost while they wait, `overdue` whole days. `is_pressing`: one
    of it can be attacked today, or its date comes within 14 days.
    `since`: from then on the first of them has been open without a break.
    """

    id: str
    check: str
    category: str
    environment: str
    is_production: bool
    title: str
    what: str
    state: str
    lane: Lane
    rule: Lane
    moved: Move | None
    warning: str
    score: Score
    reasons: tuple[str, ...]
    open: tuple[Record, ...]
    over: tuple[tuple[Record, str], ...]
    hours: tuple[float, float]
    usd_per_month: float | None
    first_seen: datetime
    since: datetime
    due: datetime
    overdue: int
    is_pressing: bool
    detonates_at: datetime | None

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The findings that are left."""
        return tuple(one.finding.id for one in self.open)

    @property
    def checklist(self) -> tuple[Task, ...]:
        """Every finding of it, what is left first."""
        return tuple(task(one, OPEN) for one in self.open) + tuple(
            task(one, state) for one, state in self.over
        )


def items_of(
    facts: Facts, *, ended: bool = False, asked: Mapping[str, date] | None = None
) -> tuple[Item, ...]:
    """What waits at the period's end, by lane and score. `ended`: also what is over, last.

    `asked`: by finding, the day by which an answer is wanted of who reads this. It is the day of its
    item, as one that was asked for before is.
    """
    days = said_days(facts) | dict(asked or {})
    groups = defaultdict[tuple[str, str], list[Record]](list)
    for record in facts.records:
        if record.first_seen < facts.period.until:
            groups[record.finding.check, record.environment].append(record)
    every = {
        item_id(facts.account, *key): [(one, state_of(one, facts)) for one in group]
        for key, group in groups.items()
    }
    left = {name: group for name, group in every.items() if any(at == OPEN for _, at in group)}
    moves = moves_of(facts)
    if not moves.keys() <= left.keys():
        ids = {
            name: {one.finding.id for one, at in group if at == OPEN}
            for name, group in left.items()
        }
        moves = along(moves, ids)
    made = [
        item(name, group, facts, moves.get(name), days)
        for name, group in (every if ended else left).items()
    ]
    return tuple(sorted(made, key=order))


def order(one: Item) -> tuple[object, ...]:
    """What is left before what is over, then by lane, what presses, score, production, money, name."""
    return (
        one.state != OPEN,
        LANES.index(one.lane),
        not one.is_pressing,
        -one.score.value,
        not one.is_production,
        -(one.usd_per_month or 0),
        one.id,
    )


def state_of(record: Record, facts: Facts) -> str:
    """How a finding stood at the period's end: open, fixed, gone, or exempt."""
    until = facts.period.until
    if not is_open(record, until):
        return record.status.value
    return EXEMPT if record.exempt_until and record.exempt_until > until else OPEN


def scales(category: str, until: datetime) -> Callable[[Record], float]:
    """The weight of a record; those without a date weigh the same where they hurt the same."""
    known: dict[tuple[object, ...], float] = {}

    def weigh(record: Record) -> float:
        finding = record.finding
        if finding.detonates_at:
            return weight(finding, category, until, record.risk, record.environment)
        key = (finding.severity, finding.usd_per_month, record.risk, record.environment)
        if key not in known:
            known[key] = weight(finding, category, until, record.risk, record.environment)
        return known[key]

    return weigh


def item(
    name: str,
    group: Sequence[tuple[Record, str]],
    facts: Facts,
    move: Move | None,
    days: Mapping[str, date],
) -> Item:
    """One piece of work out of its findings. `days`: until when somebody was asked about some."""
    until = facts.period.until
    kind = facts.kind(group[0][0].finding)
    weigh = scales(kind.category, until)
    weighed = sorted(
        (-weigh(one), *name_of(one), at) for at, (one, state) in enumerate(group) if state == OPEN
    )
    left = [group[at][0] for *_, at in weighed]
    over = sorted(
        ((one, state) for one, state in group if state != OPEN), key=lambda r: name_of(r[0])
    )
    first = left[0] if left else over[0][0]
    finding = first.finding
    score = score_of(finding, kind.category, until, first.risk, first.environment)
    lanes = [
        lane_at(-value, one.finding, until, kind.category)
        for (value, *_), one in zip(weighed, left, strict=True)
    ]
    rule = foremost(lanes or [lane_at(score.value, finding, until, kind.category)])
    ends = min(
        (due(one, facts, move, lane) for one, lane in zip(left, lanes, strict=True)), default=until
    )
    if said := [days[one.finding.id] for one in left if one.finding.id in days]:
        last = datetime.combine(min(said), time.max, facts.period.local(until).tzinfo)
        ends = max(last, move.at) if move else last
    dates = [one.finding.detonates_at for one in left if one.finding.detonates_at]
    usd = monthly(one.finding for one in left)
    title = words.sentence(words.clean(kind.title or finding.check.replace("_", " ")))
    lane = move.lane if move else rule
    return Item(
        id=name,
        check=finding.check,
        category=kind.category,
        environment=first.environment,
        is_production=first.environment == PRODUCTION,
        title=title,
        what=words.told(finding.summary) if len(left) == 1 else title,
        state=OPEN if left else whole(state for _, state in over),
        lane=lane,
        rule=rule,
        moved=move,
        warning=warning(move, min(dates, default=None), facts) if left else "",
        score=score,
        reasons=(*placed(move, rule, facts), scored(score), waited(left, ends, facts))
        if left
        else (),
        open=tuple(left),
        over=tuple(over),
        hours=hours(left, facts),
        usd_per_month=usd or None,
        first_seen=min(one.first_seen for one in left or [first]),
        since=min(facts.since(one) for one in left or [first]),
        due=ends,
        overdue=max(0, (until - ends).days) if left else 0,
        is_pressing=any(
            is_attackable(one.finding, kind.category) or is_soon(one.finding, until) for one in left
        ),
        detonates_at=min(dates, default=None),
    )


def is_soon(finding: Finding, until: datetime) -> bool:
    """Does its date come within 14 days?"""
    return finding.detonates_at is not None and finding.detonates_at - until <= SOON


def name_of(record: Record) -> tuple[str, str]:
    """What puts equals in an order that lasts."""
    return (record.finding.region, record.finding.name)


def whole(states: Iterable[str]) -> str:
    """What became of all of it: exempt if any is, else fixed if any is, else gone."""
    seen = set(states)
    return next(
        one for one in (EXEMPT, FindingStatus.FIXED.value, FindingStatus.GONE.value) if one in seen
    )


def warning(move: Move | None, when: datetime | None, facts: Facts) -> str:
    """A moved item stays where a person put it; if its date is near, that is said aloud."""
    until = facts.period.until
    if move is None or move.lane is Lane.NOW or when is None or when - until > SOON:
        return ""
    where = f"You put it in {move.lane.value.capitalize()}"
    if when <= until:
        return f"{where}, and its day has passed."
    return f"{where}, and its date comes in {words.plural((when - until).days, 'day')}."


def named(item: Item) -> str:
    """What and where, as a sentence goes on with it."""
    place = f" ({words.clean(item.environment, words.NAME)})" if item.environment else ""
    return item.what.rstrip(".") + place


def task(record: Record, state: str) -> Task:
    """One box."""
    finding = record.finding
    return Task(
        finding=finding.id,
        resource=words.clean(finding.resource, words.STORY),
        region=finding.region,
        said=words.told(finding.summary),
        state=state,
        detonates_at=finding.detonates_at,
    )
