"""The report of the first 48 hours: thirteen sections from what was seen and found. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from steadyhand.catalogue.lanes import is_attackable
from steadyhand.rhythm.backlog.items import Item
from steadyhand.rhythm.calendar.bombs import Bomb
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.figures import Figure, Line, Named, counted
from steadyhand.rhythm.first.deploys import Deploys, deploys_of, knowledge_of
from steadyhand.rhythm.first.facts import FirstFacts, gap_id
from steadyhand.rhythm.first.incidents import Sources, sources_of
from steadyhand.rhythm.first.money import Money, money_of
from steadyhand.rhythm.first.names import names_of
from steadyhand.rhythm.first.parts import Row, Rows, cut, named
from steadyhand.rhythm.first.run import Run, run_of
from steadyhand.rhythm.first.work import (
    Ticking,
    Weeks,
    alone_of,
    grade,
    holding,
    items,
    ticking_of,
    weeks_of,
    wins_of,
)

GAPS = 7
REGIONS = 6
CADENCE = "first-48-hours"


@dataclass(frozen=True, kw_only=True)
class Method:
    """How it was made."""

    lists: int
    calls: int
    took: str
    findings: Figure
    prices_of: str


@dataclass(frozen=True, kw_only=True)
class First:
    """The whole report, as values."""

    name: str
    owner: str
    account: str
    on: str
    at: datetime
    as_of: str
    zone: str
    regions: str
    is_empty: bool
    is_blind: bool
    has_ledger: bool
    ledger_unread: str
    identity: str
    headline: Line
    five: tuple[Line, ...]
    subject: Line
    preheader: Line
    roles: tuple[Row, ...]
    gaps: Rows
    gap_count: Figure
    run: Run
    deploys: Deploys
    ticking: Ticking
    sources: Sources
    wins: Rows
    money: Money
    names: Rows
    knowledge: Rows
    weeks: tuple[Weeks, ...]
    alone: Rows
    method: Method
    example: str


def name_of(at: datetime) -> str:
    """The mail's name: what makes it one of its kind."""
    return f"{CADENCE}-{at:%Y-%m-%d}"


def first_of(first: FirstFacts) -> First:
    """All thirteen sections."""
    facts, seen = first.facts, first.seen
    work = items(first)
    run, money = run_of(first), money_of(first, work)
    ticking, wins = ticking_of(first, work), wins_of(first, work)
    local, at = facts.period.local(seen.at), facts.period.local(facts.period.until)
    gaps = gaps_of(first)
    is_empty = not seen.things and not seen.unknown
    is_blind = not seen.things and bool(seen.unknown)
    now = [one for one in work if one.lane.value == "now"]
    headline = verdict(run, now, is_empty=is_empty, is_blind=is_blind)
    return First(
        name=first.name or name_of(local),
        owner=words.clean(facts.settings.owner, words.NAME),
        account=words.account(facts.account),
        on=f"{words.day(local.date())} {local.year}",
        at=at,
        as_of=words.moment(at),
        zone=facts.period.zone,
        regions=regions(first),
        is_empty=is_empty,
        is_blind=is_blind,
        has_ledger=seen.has_ledger,
        ledger_unread=words.clean(seen.ledger_unread),
        identity=words.clean(seen.identity, words.SENTENCE),
        headline=headline,
        five=five(first, run, money, ticking=ticking, wins=wins, now=now),
        subject=("First 48 hours: ", *uncapped(headline)),
        preheader=preheader(run, money),
        roles=roles_of(first),
        gaps=gaps,
        gap_count=counted(
            "access.gaps", [gap_id(one) for one in seen.unknown], "read failed", "reads failed"
        ),
        run=run,
        deploys=deploys_of(first),
        ticking=ticking,
        sources=sources_of(first),
        wins=wins,
        money=money,
        names=names_of(first),
        knowledge=knowledge_of(first),
        weeks=weeks_of(work),
        alone=alone_of(first),
        method=Method(
            lists=seen.lists,
            calls=seen.calls,
            took=took(seen.seconds),
            findings=ticking.waiting,
            prices_of=facts.prices_of,
        ),
        example=facts.example,
    )


def roles_of(first: FirstFacts) -> tuple[Row, ...]:
    """Our roles, those that do the same in one row; what may change something comes first."""
    groups: dict[str, list[str]] = {}
    for one in first.seen.roles:
        groups.setdefault(one.does, []).append(one.name)
    order = sorted(groups, key=lambda does: (not does.startswith("Changes"), groups[does]))
    return tuple(Row(name=named(groups[does]), note=(words.told(does),)) for does in order)


def took(seconds: float) -> str:
    """How long the look lasted."""
    if seconds < 100:
        return words.plural(max(1, round(seconds)), "second")
    return words.plural(round(seconds / 60), "minute")


def regions(first: FirstFacts) -> str:
    """Where something runs, of where we looked."""
    used, looked = first.seen.used, first.seen.regions
    if not used:
        return f"nothing that runs in {listed(looked)}"
    others = len(looked) - len(used)
    return listed(used) + (f"; nothing in {words.plural(others, 'other region')}" if others else "")


def listed(names: Sequence[str]) -> str:
    """A few regions, and how many more."""
    every = [words.clean(one, words.NAME) for one in names]
    if len(every) > REGIONS:
        return f"{', '.join(every[:REGIONS])} and {len(every) - REGIONS} more"
    return words.listed(every) if every else "no region"


def gaps_of(first: FirstFacts) -> Rows:
    """What was not read, by what and why."""
    groups: dict[tuple[str, str], list[str]] = {}
    for one in first.seen.unknown:
        what = (words.clean(one.check, words.NAME), words.clean(one.reason))
        groups.setdefault(what, []).append(gap_id(one))
    rows = [
        (
            Row(name=what, note=(why,), value=counted(f"gaps.{what}", ids, "place")),
            ids,
        )
        for (what, why), ids in sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    ]
    return cut("gaps", rows, most=GAPS, none="Everything that we asked for was read.")


def verdict(run: Run, now: list[Item], *, is_empty: bool, is_blind: bool) -> Line:
    """One sentence that a person would say."""
    if is_blind:
        return ("We could not look: see what was refused.",)
    if is_empty:
        return ("Nothing runs here yet.",)
    if ids := [
        r.finding.id for one in now for r in one.open if is_attackable(r.finding, one.category)
    ]:
        things = counted("cover.open", ids, "thing")
        be, is_ = ("is", "it") if len(ids) == 1 else ("are", "they")
        return ("It runs, and ", things, f" {be} open to everybody: {is_} can be attacked today.")
    if run.lost:
        lost = counted("cover.lost", [one.id for one in run.lost], "data store")
        return ("It runs, and ", lost, " could not be brought back.")
    if now:
        ids = [name for one in now for name in one.ids]
        things = Figure("cover.now", words.plural(len(now), "thing"), tuple(ids))
        return ("It runs, and ", things, " cannot wait.")
    return ("It runs, and nothing is urgent.",)


def uncapped(line: Line) -> Line:
    """As it goes on after a colon."""
    head, *rest = line
    return (words.uncapped(head), *rest) if isinstance(head, str) else line


def five(
    first: FirstFacts,
    run: Run,
    money: Money,
    *,
    ticking: Ticking,
    wins: Rows,
    now: list[Item],
) -> tuple[Line, ...]:
    """Five lines: what runs, the worst, the next date, the quickest win, what is done already."""
    runs: Line = (Named("Running: "), run.count, " in ", regions(first), ".")
    if not run.count.ids:
        runs = (Named("Running: "), f"nothing that we could see in {listed(first.seen.regions)}.")
    if money.rate and not money.is_billed:
        runs = (*runs, " Nothing was billed in 30 days.")
    elif money.rate:
        less = (" of ", money.credits) if money.credits else ()
        runs = (*runs, " ", money.rate, " a month before credits", *less, f", by {money.basis}.")
    else:
        runs = (*runs, f" The bill could not be read ({money.unread or 'nobody asked'}).")
    return (
        runs,
        (Named("Worst risk: "), *worst(run, now)),
        (Named("Nearest date: "), *nearest(ticking.every, first)),
        (Named("Quickest win: "), *quickest(wins)),
        (Named("Already done: "), *done(first, ticking)),
    )


def worst(run: Run, now: list[Item]) -> Line:
    """The gravest of all, what presses before the rest, in production first; else a store that could be lost."""
    if now:
        order = lambda one: (grade(one), not one.is_pressing, not one.is_production)  # noqa: E731
        return (min(now, key=order).what,)
    if run.lost:
        one = run.lost[0]
        return (f"{words.clean(one.name, words.NAME)} ({one.says}): {one.backup}.",)
    return ("nothing that cannot wait.",)


def nearest(bombs: tuple[Bomb, ...], first: FirstFacts) -> Line:
    """The next date."""
    if not bombs:
        return ("none in the next 90 days that we could see.",)
    year = first.facts.period.year
    return (f"{words.day(bombs[0].on, year)}: {bombs[0].what}",)


def quickest(wins: Rows) -> Line:
    """The first of the wins."""
    if not wins.rows:
        return ("none; what there is takes a person.",)
    return (f"{wins.rows[0].name}.",)


def done(first: FirstFacts, ticking: Ticking) -> Line:
    """What was fixed, or that nothing was."""
    if not ticking.fixed.rows:
        return (words.uncapped(ticking.fixed.none),)
    ids = [one.id for one in holding(first.facts)]
    return (counted("cover.done", ids, "fix", "fixes"), ", each with an undo.")


def preheader(run: Run, money: Money) -> Line:
    """What the subject does not say."""
    if money.rate and money.is_billed:
        return (run.count, ", ", money.rate, " a month.")
    return (run.count, " seen; nothing was changed.")
