"""What the month or week cost, against the same days before, and what moved it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from steadyhand.rhythm import words
from steadyhand.rhythm.bill import Bill
from steadyhand.rhythm.facts import Facts
from steadyhand.rhythm.figures import Figure, Line
from steadyhand.rhythm.period import Cadence, Period

MOVERS = 5
HIGH = 1.2
"""A day ran high where it cost this many times the usual day …"""
WORTH = 3.0
"""… and at least so many dollars more."""
WORTH_TELLING = 0.5
"""Dollars. A service that moved less is part of everything else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mover:
    """One service that cost more or less than before."""

    service: str
    now: Figure
    delta: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class High:
    """Some days in a row that ran high, and by how much in all."""

    first: int
    last: int
    days: str
    excess: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Daily:
    """The days of the bill, as the chart draws them. `usual` is the day before's average."""

    first: date
    usd: tuple[float, ...]
    before: float | None
    high: High | None
    finding: Line
    low_high: Line
    title: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Gross is before credits. `before` and `delta` only where the days before were billed too."""

    total: Figure
    net: Figure | None
    before: Figure | None
    before_title: str
    delta: Figure | None
    difference: Figure | None
    change: float | None
    a_day: Figure
    a_day_before: Figure | None
    movers: tuple[Mover, ...]
    daily: Daily
    budget: Line
    is_estimated: bool


def cost_of(facts: Facts) -> Cost | None:
    """Nothing where there is no bill, or no day of it yet."""
    bill, (since, until) = facts.bill, facts.period.bill_days
    if bill is None or until <= since or not any(bill.daily(since, until)):
        return None
    before = compared(facts.period, facts.previous)
    usd, ids = bill.daily(since, until), (bill.id,)
    total, whole = sum(usd), bill.is_whole(*before)
    earlier = bill.daily(*before) if whole else []
    credited = bill.credited(since, until)
    change = total - sum(earlier) if whole else None
    return Cost(
        total=Figure("cost.total", words.money(total), ids),
        net=Figure("cost.net", words.money(total - credited), ids) if credited >= 0.5 else None,
        before=Figure("cost.before", words.money(sum(earlier)), ids) if whole else None,
        before_title=before_title(facts.period, facts.previous, before),
        delta=Figure("cost.delta", words.moved(_round(change)), ids)
        if change is not None
        else None,
        difference=difference(change, ids),
        change=change,
        a_day=Figure("cost.a_day", words.money(total / len(usd)), ids),
        a_day_before=(
            Figure("cost.a_day.before", words.money(sum(earlier) / len(earlier)), ids)
            if earlier
            else None
        ),
        movers=movers_of(bill, (since, until), before) if whole else (),
        daily=daily_of(bill, facts, since, usd, earlier),
        budget=budget(facts, total, ids),
        is_estimated=bill.is_estimated,
    )


def compared(period: Period, previous: Period) -> tuple[date, date]:
    """The days to compare with: all of the period before, or as many as this one has so far."""
    since, until = previous.since.date(), previous.until.date()
    if period.is_running:
        first, last = period.bill_days
        until = min(until, since + (last - first))
    return since, until


def before_title(period: Period, previous: Period, days: tuple[date, date]) -> str:
    """What the days before are called: "April", "the week before", "1–22 October"."""
    if period.is_running:
        return words.range_of(days[0], max(days[0], days[1] - timedelta(days=1)))
    return previous.title if period.cadence is Cadence.MONTHLY else "the week before"


def movers_of(bill: Bill, now: tuple[date, date], before: tuple[date, date]) -> tuple[Mover, ...]:
    """The services that moved the bill most, then everything else."""
    here, there = bill.between(*now), bill.between(*before)
    moved = sorted(
        ((here[name] - there[name], name) for name in here),
        key=lambda one: (-abs(one[0]), one[1]),
    )
    shown = [one for one in moved[:MOVERS] if abs(one[0]) >= WORTH_TELLING]
    rest = moved[len(shown) :]
    rows = [_mover(bill, name, here[name], usd) for usd, name in shown]
    if rest and shown:
        usual = sum(here[name] for _, name in rest)
        rows.append(_mover(bill, "Everything else", usual, sum(usd for usd, _ in rest)))
    return tuple(rows)


def daily_of(
    bill: Bill, facts: Facts, since: date, usd: Sequence[float], earlier: Sequence[float]
) -> Daily:
    """The days, which of them ran high, and what to say of them."""
    high = highest(usd, since, bill.id)
    change = sum(usd) - sum(earlier) if earlier else None
    return Daily(
        first=since,
        usd=tuple(round(one, 2) for one in usd),
        before=round(sum(earlier) / len(earlier), 2) if earlier else None,
        high=high,
        finding=finding(sum(usd), change, high, bill.id),
        low_high=low_high(usd, high, bill.id),
        title=facts.period.title,
        unit=facts.previous.title if facts.period.cadence is Cadence.MONTHLY else "last week",
    )


def highest(usd: Sequence[float], since: date, name: str) -> High | None:
    """The run of high days that cost most over the usual."""
    usual = median(usd)
    runs: list[list[int]] = []
    for at, cost in enumerate(usd):
        if cost > usual * HIGH and cost - usual >= WORTH:
            if runs and runs[-1][-1] == at - 1:
                runs[-1].append(at)
            else:
                runs.append([at])
    if not runs or len(usd) < 7:
        return None
    worst = max(runs, key=lambda run: sum(usd[at] - usual for at in run))
    excess = sum(usd[at] - usual for at in worst)
    first, last = since + timedelta(days=worst[0]), since + timedelta(days=worst[-1])
    return High(
        first=worst[0],
        last=worst[-1],
        days=words.range_of(first, last),
        excess=Figure("cost.daily.excess", words.moved(_round(excess)), (name,)),
    )


def finding(total: float, change: float | None, high: High | None, name: str) -> Line:
    """The chart's title: what it shows."""
    said: list[str | Figure] = ["Nothing to compare the bill with yet"]
    if change is not None and abs(change) < max(1, 0.02 * total):
        said = ["The bill stayed as it was"]
    elif change is not None:
        way = "fell" if change < 0 else "rose"
        size = words.money(abs(_round(change)))
        said = [f"The bill {way} ", Figure("cost.daily.change", size, (name,))]
    if high:
        days = high.last - high.first + 1
        ran = words.plural(days, "day")
        said += ["; ", Figure("cost.daily.high", f"{ran} ran high", (name,))]
    return tuple(said)


def low_high(usd: Sequence[float], high: High | None, name: str) -> Line:
    """The numbers of the chart, for whoever does not see it."""
    usual = [one for at, one in enumerate(usd) if not high or not high.first <= at <= high.last]
    low, top = Figure("cost.daily.low", words.money(min(usual)), (name,)), max(usual)
    said: list[str | Figure] = [
        "Between ",
        low,
        " and ",
        Figure("cost.daily.top", words.money(top), (name,)),
        " a day",
    ]
    if high:
        peak = max(usd[high.first : high.last + 1])
        said += [
            f"; on {high.days} up to ",
            Figure("cost.daily.peak", words.money(peak), (name,)),
            ", ",
            high.excess,
            " over the usual in all",
        ]
    return (*said, ".")


def budget(facts: Facts, total: float, ids: tuple[str, ...]) -> Line:
    """Where the month stands against the owner's budget."""
    usd = facts.settings.monthly_budget_usd
    if not usd or facts.period.cadence is not Cadence.MONTHLY:
        return ()
    share = Figure("cost.budget.share", f"{100 * total / usd:.0f}%", ids)
    return ("That is ", share, f" of your budget of {words.money(usd)} a month.")


def difference(change: float | None, ids: tuple[str, ...]) -> Figure | None:
    """How much more or less it was: "$318 less"."""
    if change is None:
        return None
    way = "less" if change < 0 else "more"
    return Figure("cost.difference", f"{words.money(abs(_round(change)))} {way}", ids)


def _mover(bill: Bill, service: str, now: float, delta: float) -> Mover:
    named = words.clean(service, words.NAME)
    return Mover(
        service=named,
        now=Figure(f"cost.{named}", words.money(_round(now)), (bill.id,)),
        delta=Figure(f"cost.{named}.delta", words.moved(_round(delta)), (bill.id,)),
    )


def _round(usd: float) -> float:
    """To what is printed, so that no difference reads as minus nothing."""
    return round(usd, 0 if abs(usd) >= 9.995 else 2) + 0.0
