"""Where incidents come from: the five things that kept coming back, and what they cost. Ranges, always."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from steadyhand.model import Incident
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.figures import Figure
from steadyhand.rhythm.first.clues import NONE, Clue, Clues, known
from steadyhand.rhythm.first.facts import FirstFacts
from steadyhand.rhythm.incidents.alarms import is_ours, is_own
from steadyhand.rhythm.incidents.causes import concerning

MOST = 5
HISTORY, MEASURES = "cloudwatch:DescribeAlarmHistory", "cloudwatch:GetMetricData"
ALARM = "alarm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One thing that keeps coming back. `signature` is what is the same each time, `clue` what it may come from."""

    what: str
    signature: str
    count: Figure
    dates: str
    lost: Figure
    clue: Clue
    fix: str
    effort: str
    ids: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The five that cost most."""

    rows: tuple[Source, ...]
    folded: Figure | None
    none: str
    unread: str
    table: str


def sources_of(first: FirstFacts) -> Sources:
    """By hours lost at most, then by how often."""
    clues = Clues(first)
    every = sorted(
        [*firing_alarms(first, clues), *failures(first, clues)],
        key=lambda one: (-one.weight, one.what, one.signature),
    )
    blind = first.seen.missed(HISTORY, MEASURES)
    rest = [name for one in every[MOST:] for name in one.ids]
    return Sources(
        rows=tuple(every[:MOST]),
        folded=Figure("sources.folded", f"{len(every) - MOST:,} more", tuple(rest))
        if rest
        else None,
        none="" if blind else "No alarm fired and nothing that we count failed in 30 days.",
        unread="Alarms or metrics could not be read everywhere." if blind else "",
        table=str(first.toil.get("version", "")),
    )


def firing_alarms(first: FirstFacts, clues: Clues) -> Iterator[Source]:
    """Alarms, from CloudWatch's own history; from our ledger where that could not be read."""
    for one in first.seen.firing:
        if is_own(one.name):
            continue
        times = [first.facts.period.local(at) for at in one.times]
        days = [at.date() for at in times]
        signature = f"alarm {words.clean(one.name, words.NAME)} in {one.region}"
        if hour := words.same_hour(times):
            signature += f", {hour}"
        clue = clues.of_alarm(one, times)
        yield source(
            first, ALARM, one.name, signature, days=days, ids=(one.id,), unit="incident", clue=clue
        )
    if first.seen.missed(HISTORY):
        yield from remembered(first)


def remembered(first: FirstFacts) -> Iterator[Source]:
    """The alarms that our ledger knows of."""
    groups: dict[tuple[str, str], list[Incident]] = defaultdict(list)
    for fired in first.facts.incidents:
        if not is_ours(fired):
            groups[fired.signature, fired.region].append(fired)
    concerned = concerning([found[-1] for found in groups.values()], first.facts.records)
    for (name, region), found in groups.items():
        days = [first.facts.period.local(one.began_at).date() for one in found]
        signature = f"incident {words.clean(name, words.NAME)} in {region}"
        on = concerned.get(found[-1].id, ())
        yield source(
            first,
            ALARM,
            name,
            signature,
            days=days,
            ids=tuple(one.id for one in found),
            unit="incident",
            clue=known(on) if on else Clue(NONE),
        )


def failures(first: FirstFacts, clues: Clues) -> Iterator[Source]:
    """What CloudWatch counted."""
    for one in first.seen.failing:
        days = [on for on, _ in one.days]
        total = sum(value for _, value in one.days)
        most = max(value for _, value in one.days)
        said = f"{one.what} of {words.clean(one.name, words.NAME)} in {one.region}"
        size = f"{most:,.0f} at most" if one.what == "dead letters" else f"{total:,.0f} in all"
        yield source(
            first,
            one.what,
            one.name,
            f"{said}, {size}",
            days=days,
            ids=(one.id,),
            unit="day",
            clue=clues.of_metric(one),
        )


def source(
    first: FirstFacts,
    kind: str,
    name: str,
    signature: str,
    *,
    days: list[date],
    ids: tuple[str, ...],
    unit: str,
    clue: Clue,
) -> Source:
    """One row. What it costs is the table's hours for each time."""
    times = len(days)
    said: Mapping[str, Any] = first.toil["kinds"][kind]
    low, high = (round(times * each, 1) for each in said["hours"])
    shown = words.hours(*_whole(low, high))
    on = words.range_of(min(days), max(days))
    return Source(
        what=words.clean(name.rpartition("/")[2] or name, words.NAME),
        signature=signature,
        count=Figure(f"sources.{ids[0]}", words.plural(times, unit), ids),
        dates=on,
        lost=Figure(f"sources.{ids[0]}.lost", shown, ids),
        clue=clue,
        fix=str(said["fix"]),
        effort=words.hours(*said["fix_hours"]),
        ids=ids,
        weight=high + times / 1000,
    )


def _whole(low: float, high: float) -> tuple[float, float]:
    """No false precision: whole hours above two."""
    return (round(low) if low >= 2 else low, round(high) if high >= 2 else high)
