"""What the month or week cost, against the same days before, and what moved it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.bill import Bill
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.figures import Figure, Line
from steadyhand.rhythm.core.money import DOLLARS, Reading, money, moved
from steadyhand.rhythm.core.period import Cadence, Period
from steadyhand.rhythm.core.split import split
from steadyhand.rhythm.cost import idle
from steadyhand.rhythm.cost.anomaly import excesses, runs
from steadyhand.rhythm.cost.forecast import Forecast, forecast_of
from steadyhand.rhythm.cost.movers import Mover, movers_of, parts_line


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
    currency: str = DOLLARS


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Gross is before credits. `before` and `delta` only where the days before were billed too.

    `split` is that difference in its parts, `split_unread` says why there is none. `own` is what
    Steadyhand itself cost, `own_unread` why nobody knows, `own_idle` what it should cost.
    """

    total: Figure
    net: Figure | None
    net_before: Figure | None
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
    split: Line
    split_unread: str
    forecast: Forecast | None
    own: Figure | None
    own_unread: str
    own_idle: Figure | None


def cost_of(facts: Facts) -> Cost | None:
    """Nothing where there is no bill, or no day of it yet. A bill of nothing is one.

    Where nobody has looked at anything yet, nothing is said of a bill of nothing.
    """
    bill, (since, until) = facts.bill, facts.period.bill_days
    if bill is None or until <= since or (facts.is_blank and not any(bill.daily(since, until))):
        return None
    before = compared(facts.period, facts.previous)
    usd, ids = bill.daily(since, until) or [0.0] * (until - since).days, (bill.id,)
    total, whole = sum(usd), bill.is_whole(*before)
    earlier = bill.daily(*before) if whole else []
    credited, credited_before = bill.credited(since, until), bill.credited(*before)
    has_credits = max(credited, credited_before) >= 0.5
    is_month = facts.period.cadence is Cadence.MONTHLY
    change = total - sum(earlier) if whole else None
    read = Reading.of(bill.currency, total, sum(earlier))
    return Cost(
        total=Figure("cost.total", read.money(read.total), ids),
        net=Figure("cost.net", read.money(total - credited), ids) if has_credits else None,
        net_before=Figure("cost.net.before", read.money(sum(earlier) - credited_before), ids)
        if has_credits and whole
        else None,
        before=Figure("cost.before", read.money(read.before), ids) if whole else None,
        before_title=before_title(facts.period, facts.previous, before),
        delta=Figure("cost.delta", read.moved(read.change), ids) if whole else None,
        difference=difference(read, ids) if whole else None,
        change=change,
        a_day=Figure("cost.a_day", money(total / len(usd), bill.currency), ids),
        a_day_before=(
            Figure("cost.a_day.before", money(sum(earlier) / len(earlier), bill.currency), ids)
            if earlier
            else None
        ),
        movers=movers_of(bill, facts, read, (since, until), before) if whole else (),
        daily=daily_of(bill, facts, since, usd, earlier, read=read),
        budget=budget(facts, total, bill),
        is_estimated=bill.is_estimated,
        split=split_of(bill, change, read),
        split_unread=bill.unread.get("usage", ""),
        forecast=forecast_of(bill, facts.period, facts.settings.monthly_budget_usd)
        if is_month
        else None,
        own=Figure("cost.own", money(bill.own, bill.currency), ids)
        if bill.own is not None
        else None,
        own_unread=bill.unread.get("own", ""),
        own_idle=own_idle(facts),
    )


def own_idle(facts: Facts) -> Figure | None:
    """What Steadyhand itself should cost, by these settings: of no row, so it shows none."""
    cost = idle.total(facts.settings, facts.settings.home)
    return None if cost.usd is None else Figure("cost.own.idle", f"{cost}", ())


def split_of(bill: Bill, change: float | None, read: Reading) -> Line:
    """The difference in its parts, where both spans and their usage types were read."""
    if change is None or not (bill.usage or bill.tail):
        return ()
    return parts_line(split(bill.usage, bill.tail.values(), change), read, bill.id)


def compared(period: Period, previous: Period) -> tuple[date, date]:
    """The days to compare with: all of the period before, or as many as this one has so far."""
    since, until = previous.since.date(), previous.until.date()
    if not period.is_billed:
        first, last = period.bill_days
        until = min(until, since + (last - first))
    return since, until


def before_title(period: Period, previous: Period, days: tuple[date, date]) -> str:
    """What the days before are called: "April", "the week before", "1–22 October"."""
    if not period.is_billed:
        return words.range_of(days[0], max(days[0], days[1] - timedelta(days=1)))
    return previous.title if period.cadence is Cadence.MONTHLY else "the week before"


def daily_of(
    bill: Bill,
    facts: Facts,
    since: date,
    usd: Sequence[float],
    earlier: Sequence[float],
    *,
    read: Reading,
) -> Daily:
    """The days, which of them ran high, and what to say of them."""
    high = highest(bill, since, since + timedelta(days=len(usd)))
    change = sum(usd) - sum(earlier) if earlier else None
    return Daily(
        first=since,
        usd=tuple(round(one, 2) for one in usd),
        before=round(sum(earlier) / len(earlier), 2) if earlier else None,
        high=high,
        finding=finding(sum(usd), change, high, read, bill.id),
        low_high=low_high(usd, high, bill),
        currency=bill.currency,
        title=facts.period.title,
        unit=facts.previous.title if facts.period.cadence is Cadence.MONTHLY else "last week",
    )


def highest(bill: Bill, since: date, until: date) -> High | None:
    """Of these days, the run that cost most over what such weekdays usually cost.

    Days before the first bill of all are no history.
    """
    days = bill.daily(bill.first, until)
    billed = next((at for at, usd in enumerate(days) if usd > 0), len(days))
    first = bill.first + timedelta(days=billed)
    excess = [0.0] * billed + excesses(days[billed:], first)
    excess = excess[(since - bill.first).days :]
    found = runs(excess)
    if not found:
        return None
    worst = max(found, key=lambda run: sum(excess[at] for at in run))
    begin, last = since + timedelta(days=worst.start), since + timedelta(days=worst.stop - 1)
    more = sum(excess[at] for at in worst)
    return High(
        first=worst.start,
        last=worst.stop - 1,
        days=words.range_of(begin, last),
        excess=Figure("cost.daily.excess", moved(more, bill.currency), (bill.id,)),
    )


def finding(
    total: float, change: float | None, high: High | None, read: Reading, name: str
) -> Line:
    """The chart's title: what it shows."""
    said: list[str | Figure] = ["Nothing to compare the bill with yet"]
    if change is not None and (abs(change) < max(1, 0.02 * total) or not read.change):
        said = ["The bill stayed as it was"]
    elif change is not None:
        way = "fell" if change < 0 else "rose"
        size = read.money(abs(read.change))
        said = [f"The bill {way} ", Figure("cost.daily.change", size, (name,))]
    if high:
        days = high.last - high.first + 1
        ran = words.plural(days, "day")
        said += ["; ", Figure("cost.daily.high", f"{ran} ran high", (name,))]
    return tuple(said)


def low_high(usd: Sequence[float], high: High | None, bill: Bill) -> Line:
    """The numbers of the chart, for whoever does not see it."""
    usual = [one for at, one in enumerate(usd) if not high or not high.first <= at <= high.last]
    usual = usual or list(usd)
    name, code = bill.id, bill.currency
    low, top = Figure("cost.daily.low", money(min(usual), code), (name,)), max(usual)
    said: list[str | Figure] = [
        "Between ",
        low,
        " and ",
        Figure("cost.daily.top", money(top, code), (name,)),
        " a day",
    ]
    if high:
        peak = max(usd[high.first : high.last + 1])
        said += [
            f"; on {high.days} up to ",
            Figure("cost.daily.peak", money(peak, code), (name,)),
            ", ",
            high.excess,
            " over the usual in all",
        ]
    return (*said, ".")


def budget(facts: Facts, total: float, bill: Bill) -> Line:
    """Where the month stands against the owner's budget."""
    usd = facts.settings.monthly_budget_usd
    if not usd or facts.period.cadence is not Cadence.MONTHLY:
        return ()
    if bill.currency != DOLLARS:
        return (f"Your budget is in dollars, your bill in {bill.currency}: they are not compared.",)
    share = Figure("cost.budget.share", words.percent(total / usd), (bill.id,))
    return ("That is ", share, f" of your budget of {money(usd)} a month.")


def difference(read: Reading, ids: tuple[str, ...]) -> Figure:
    """How much more or less it was: "$318 less"."""
    way = "less" if read.change < 0 else "more"
    return Figure("cost.difference", f"{read.money(abs(read.change))} {way}", ids)
