"""The week against the one before: a few numbers, and whether they got better."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from steadyhand.model import Change, ChangeState, Lane
from steadyhand.rhythm.backlog.items import Item
from steadyhand.rhythm.backlog.lanes import findings_of
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.changes import begun_or_ended
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.figures import Figure
from steadyhand.rhythm.cost.comparison import Cost
from steadyhand.rhythm.incidents.alarms import firing, touching
from steadyhand.rhythm.incidents.urgent import KIND, is_night


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One number, now and before. `trend` is a word: better, worse, same, or nothing."""

    name: str
    now: Figure
    before: Figure | None
    trend: str


def table_of(
    facts: Facts, cost: Cost | None, items: Sequence[Item], earlier: Sequence[Item]
) -> tuple[Row, ...]:
    """Without history there is nothing to compare, and no trend. `items` wait now, `earlier` did."""
    then = replace(facts, period=facts.previous) if facts.has_history else None
    rows = [
        _row("Incidents", "incidents", _incidents, facts, then),
        _minutes(facts, then),
        _row("Changes of ours", "changes", _changes, facts, then, judged=False),
        _row("Undone or failed", "wrong", _wrong, facts, then),
        _row("New findings", "new", _new, facts, then),
        _waiting(items, earlier, then),
    ]
    if facts.settings.chat == "create" or facts.notes.get(KIND):
        rows.insert(2, _pages(facts, then))
    if cost:
        trend = _trend(cost.change or 0) if cost.a_day_before else ""
        rows.append(Row(name="Cost a day", now=cost.a_day, before=cost.a_day_before, trend=trend))
    return tuple(rows)


def _row(
    name: str,
    key: str,
    ids: Callable[[Facts], Iterable[str]],
    facts: Facts,
    then: Facts | None,
    *,
    judged: bool = True,
) -> Row:
    here = tuple(ids(facts))
    there = tuple(ids(then)) if then else ()
    return Row(
        name=name,
        now=Figure(f"table.{key}", f"{len(here):,}", here),
        before=Figure(f"table.{key}.before", f"{len(there):,}", there) if then else None,
        trend=_trend(len(here) - len(there)) if then and judged else "",
    )


def _waiting(now: Sequence[Item], before: Sequence[Item], then: Facts | None) -> Row:
    """Items in Now, where a person's move counts."""
    here, there = ([one for one in every if one.lane is Lane.NOW] for every in (now, before))
    return Row(
        name="Items in Now",
        now=Figure("table.open", f"{len(here):,}", findings_of(here)),
        before=Figure("table.open.before", f"{len(there):,}", findings_of(there)) if then else None,
        trend=_trend(len(here) - len(there)) if then else "",
    )


def _pages(facts: Facts, then: Facts | None) -> Row:
    """What we sent to chat at once, and how much of it at night."""

    def figure(name: str, facts: Facts) -> tuple[int, Figure]:
        sent = [
            one
            for one in facts.notes.get(KIND, ())
            if facts.period.holds(one.at) and one.said.get("sent")
        ]
        nights = sum(is_night(one.at, facts.period.zone) for one in sent)
        return len(sent), Figure(name, f"{len(sent):,} ({nights:,})", tuple(o.id for o in sent))

    count, now = figure("table.pages", facts)
    if then is None:
        return Row(name="Pages (at night)", now=now, before=None, trend="")
    earlier, before = figure("table.pages.before", then)
    return Row(name="Pages (at night)", now=now, before=before, trend=_trend(count - earlier))


def _minutes(facts: Facts, then: Facts | None) -> Row:
    def figure(name: str, facts: Facts) -> tuple[float, Figure]:
        found = touching(facts.incidents, facts.period)
        time = firing(found, facts.period)
        return time.total_seconds(), Figure(
            name, words.brief(time) if found else "0", tuple(one.id for one in found)
        )

    seconds, now = figure("table.minutes", facts)
    if then is None:
        return Row(name="Alarms fired", now=now, before=None, trend="")
    earlier, before = figure("table.minutes.before", then)
    return Row(name="Alarms fired", now=now, before=before, trend=_trend(seconds - earlier))


def _trend(more: float) -> str:
    return "same" if abs(more) < 0.005 else "worse" if more > 0 else "better"


def _incidents(facts: Facts) -> Iterable[str]:
    return [one.id for one in touching(facts.incidents, facts.period)]


def _changes(facts: Facts) -> Iterable[str]:
    return [one.id for one in begun_or_ended(facts)]


def _wrong(facts: Facts) -> Iterable[str]:
    def went_wrong(change: Change, at: datetime) -> bool:
        ended = change.ended_at is None or change.ended_at < at
        return ended and change.state in {ChangeState.UNDONE, ChangeState.FAILED}

    return [c.id for c in begun_or_ended(facts) if went_wrong(c, facts.period.until)]


def _new(facts: Facts) -> Iterable[str]:
    return [r.finding.id for r in facts.records if facts.period.holds(r.first_seen)]
