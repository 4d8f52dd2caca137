"""The week against the one before: a few numbers, and whether they got better."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from steadyhand.model import Change, Lane, State
from steadyhand.rhythm import words
from steadyhand.rhythm.changes import begun_or_ended
from steadyhand.rhythm.cost import Cost
from steadyhand.rhythm.facts import Facts
from steadyhand.rhythm.figures import Figure
from steadyhand.rhythm.incidents import ringing, touching


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One number, now and before. `trend` is a word: better, worse, same, or nothing."""

    name: str
    now: Figure
    before: Figure | None
    trend: str


def table_of(facts: Facts, cost: Cost | None) -> tuple[Row, ...]:
    """Without history there is nothing to compare, and no trend."""
    then = replace(facts, period=facts.previous) if facts.has_history else None
    rows = [
        _row("Incidents", "incidents", _incidents, facts, then),
        _minutes(facts, then),
        _row("Changes of ours", "changes", _changes, facts, then, judged=False),
        _row("Undone or failed", "wrong", _wrong, facts, then),
        _row("New findings", "new", _new, facts, then),
        _row("Open in Now", "open", _open_now, facts, then),
    ]
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


def _minutes(facts: Facts, then: Facts | None) -> Row:
    def figure(name: str, facts: Facts) -> tuple[float, Figure]:
        found = touching(facts.incidents, facts.period)
        time = ringing(found, facts.period)
        return time.total_seconds(), Figure(
            name, words.brief(time) if found else "0", tuple(one.id for one in found)
        )

    seconds, now = figure("table.minutes", facts)
    if then is None:
        return Row(name="Alarms rang", now=now, before=None, trend="")
    earlier, before = figure("table.minutes.before", then)
    return Row(name="Alarms rang", now=now, before=before, trend=_trend(seconds - earlier))


def _trend(more: float) -> str:
    return "same" if abs(more) < 0.005 else "worse" if more > 0 else "better"


def _incidents(facts: Facts) -> Iterable[str]:
    return [one.id for one in touching(facts.incidents, facts.period)]


def _changes(facts: Facts) -> Iterable[str]:
    return [one.id for one in begun_or_ended(facts)]


def _wrong(facts: Facts) -> Iterable[str]:
    def went_wrong(change: Change, at: datetime) -> bool:
        ended = change.ended_at is None or change.ended_at < at
        return ended and change.state in {State.UNDONE, State.FAILED}

    return [c.id for c in begun_or_ended(facts) if went_wrong(c, facts.period.until)]


def _new(facts: Facts) -> Iterable[str]:
    return [r.finding.id for r in facts.records if facts.period.holds(r.first_seen)]


def _open_now(facts: Facts) -> Iterable[str]:
    waiting = facts.open_at(facts.period.until)
    return [one.finding.id for one in waiting if facts.lane(one.finding) is Lane.NOW]
