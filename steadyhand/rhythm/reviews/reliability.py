"""Reliability: how customers were answered, what deploys did, and whether backups come back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import floor
from statistics import median

from steadyhand.model import Incident
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.figures import Figure, Line
from steadyhand.rhythm.core.measured import Deploy, Edge, Measured, Traffic
from steadyhand.rhythm.core.period import Period
from steadyhand.rhythm.incidents.alarms import is_ours

SECTION = "reliability"
VISIBLE = 4
FEWEST_WEEKS = 3
"""Fewer weeks with requests than this make no line."""

SOON = timedelta(hours=1)
"""An incident that begins within an hour of a deploy is counted against it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeRow:
    """One edge. `actual` is None where nobody knocked. `weeks`: per cent answered, None for no one.

    `missed`: it was worse than its target; `dipped`: a week was.
    """

    name: str
    kind: str
    actual: Figure | None
    before: Figure | None
    budget: Line
    missed: bool
    dipped: bool
    weeks: tuple[float | None, ...]
    spark: str
    alt: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """A backup that was restored: what and when, the time it took, and how old the backup was."""

    what: str
    time: Figure
    lost: Figure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """What customers noticed, as far as it could be measured.

    No `drill` where no restore was made; `drill_unread` where nobody could tell.
    """

    target: Figure
    target_percent: float
    edges: tuple[EdgeRow, ...]
    folded: Figure | None
    silent: Figure | None
    deploys: Figure | None
    deploys_before: Figure | None
    failed: Line
    recovery: Figure | None
    drill: Drill | None
    drill_unread: bool
    gaps: Figure | None


def reliability_of(facts: Facts) -> Reliability | None:
    """Edges that missed come first, then busy ones; None where nothing was measured."""
    measured = facts.measured
    if measured is None:
        return None
    used = sorted(
        (edge for edge in measured.edges if edge.months[-1][0]),
        key=lambda edge: (not missed(edge, measured), -edge.months[-1][0], edge.name),
    )
    unused = [edge for edge in measured.edges if not edge.months[-1][0]]
    ids = (measured.id,)
    earlier = facts.measured_before if facts.has_history else None
    return Reliability(
        target=Figure("reliability.target", f"{measured.target:g}%", ids),
        target_percent=measured.target,
        edges=tuple(row(n, edge, measured, facts) for n, edge in enumerate(used[:VISIBLE])),
        folded=rest("reliability.folded", used[VISIBLE:], measured),
        silent=(
            Figure("reliability.silent", words.plural(len(unused), "edge"), ids) if unused else None
        ),
        deploys=deployed("reliability.deploys", measured),
        deploys_before=deployed("reliability.deploys.before", earlier) if earlier else None,
        failed=failed(facts, measured),
        recovery=recovery(facts),
        drill=drill(measured, facts.period),
        drill_unread=measured.restores is None,
        gaps=gaps_told(SECTION, measured),
    )


def row(number: int, edge: Edge, measured: Measured, facts: Facts) -> EdgeRow:
    """An edge as it is read."""
    *_, previous, now = edge.months
    name = words.clean(edge.name, words.NAME)
    key, ids = f"reliability.edge.{number}", (measured.id,)
    weeks = tuple(answered(one) for one in edge.weeks)
    seen = [week for week in weeks if week is not None]
    share = answered(now) or 0
    line = len(seen) >= FEWEST_WEEKS
    return EdgeRow(
        name=name,
        kind=edge.kind,
        actual=Figure(key, percent(share), ids),
        before=Figure(f"{key}.before", percent(answered(previous) or 0), ids)
        if previous[0] and facts.has_history
        else None,
        budget=budget(key, now, measured),
        missed=missed(edge, measured),
        dipped=line and min(seen) < measured.target,
        weeks=weeks if line else (),
        spark=f"spark-{number}" if line else "",
        alt=alt(key, seen, ids) if line else (),
    )


def answered(traffic: Traffic) -> float | None:
    """How many per cent of the requests were answered; None where there were none."""
    every, bad = traffic
    return 100 * (every - bad) / every if every else None


def missed(edge: Edge, measured: Measured) -> bool:
    """Was it worse than its target?"""
    return (answered(edge.months[-1]) or 0) < measured.target


def percent(share: float) -> str:
    """Never rounded up: what is not all is not 100%."""
    return "100%" if share >= 100 else f"{floor(share * 100) / 100:.2f}%"


def alt(key: str, weeks: Sequence[float], ids: tuple[str, ...]) -> Line:
    """The line in words and numbers."""
    worst = Figure(f"{key}.worst", percent(min(weeks)), ids)
    return ("By week: at worst ", worst, ", last ", Figure(f"{key}.last", percent(weeks[-1]), ids))


def budget(key: str, traffic: Traffic, measured: Measured) -> Line:
    """How many more requests might have failed within the target."""
    every, bad = traffic
    allowed = round(every * (100 - measured.target) / 100, 6)
    ids = (measured.id,)
    lost = Figure(f"{key}.failed", f"{bad:,} of {every:,}", ids)
    if allowed < 1:
        return (lost, " failed; too few came for a budget")
    if bad > allowed:
        over = Figure(f"{key}.over", f"{bad - floor(allowed):,}", ids)
        return (lost, " failed, ", over, " over budget")
    left = Figure(f"{key}.left", f"{floor(100 * (1 - bad / allowed))}%", ids)
    return (lost, " failed, ", left, " of the budget left")


def rest(name: str, edges: Sequence[Edge], measured: Measured) -> Figure | None:
    """The other edges, and how many of them missed the target."""
    if not edges:
        return None
    bad = [one for one in edges if missed(one, measured)]
    said = words.plural(len(edges), "more edge")
    return Figure(name, f"{said}, {len(bad) or 'none'} below target", (measured.id,))


def deployed(name: str, measured: Measured) -> Figure | None:
    """How many deploys; "200 or more" where there were more than we read."""
    if measured.deploys is None:
        return None
    more = " or more" if measured.deploys_cut else ""
    return Figure(name, f"{len(measured.deploys):,}{more}", (measured.id,))


def failed(facts: Facts, measured: Measured) -> Line:
    """The share of deploys that an incident followed within the hour."""
    if not measured.deploys or measured.deploys_cut:
        return ()
    yours = [one for one in facts.incidents if not is_ours(one)]
    bad = [one for one in measured.deploys if any(follows(one, i) for i in yours)]
    fired = (i.id for i in yours if any(follows(one, i) for one in bad))
    ids = (measured.id, *fired)
    every = len(measured.deploys)
    share = Figure("reliability.failed.share", f"{100 * len(bad) / every:.1f}%", ids)
    return (share, ", ", Figure("reliability.failed", f"{len(bad):,} of {every:,}", ids))


def follows(deploy: Deploy, incident: Incident) -> bool:
    """Did it begin while code was changed, or soon after?"""
    return deploy.began <= incident.began_at <= deploy.ended + SOON


def recovery(facts: Facts) -> Figure | None:
    """The median of how long alarms fired that began in the period and are over."""
    over = [
        (one.ended_at - one.began_at, one.id)
        for one in facts.incidents
        if one.ended_at and facts.period.holds(one.began_at) and not is_ours(one)
    ]
    if not over:
        return None
    middle = median(time.total_seconds() for time, _ in over)
    ids = tuple(name for _, name in over)
    return Figure("reliability.recovery", words.duration(timedelta(seconds=middle)), ids)


def drill(measured: Measured, period: Period) -> Drill | None:
    """The last backup that was restored in the month."""
    if not measured.restores:
        return None
    last, ids = measured.restores[-1], (measured.id,)
    lost = last.lost_seconds
    when = words.day(period.local(last.at).date(), period.year)
    return Drill(
        what=f"{words.clean(last.name, words.NAME)}, {when}",
        time=Figure("reliability.rto", words.duration(timedelta(seconds=last.seconds)), ids),
        lost=None
        if lost is None
        else Figure("reliability.rpo", words.duration(timedelta(seconds=lost)), ids),
    )


def gaps_told(section: str, measured: Measured) -> Figure | None:
    """What a section could not read, in one sentence; None where all was read."""
    those = measured.gaps(section)
    if not those:
        return None
    what = list(dict.fromkeys(words.clean(one.what, words.NAME) for one in those))
    why = list(dict.fromkeys(WHY.get(one.why, words.clean(one.why, words.NAME)) for one in those))
    where = {one.region for one in those}
    place = f" in {words.clean(where.pop(), words.NAME)}" if len(where) == 1 else ""
    said = f"Not read: {words.listed(what)}{place} ({'; '.join(why[:3])})."
    return Figure(f"{section}.gaps", said, (measured.id,))


WHY = {
    "TooLate": "they were not read in time",
    "TooMany": "there are too many",
}
"""Our own reasons, as a person says them."""
