"""What the next month will cost, as two numbers: never one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median, stdev
from typing import Any

from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.bill import Bill
from steadyhand.rhythm.core.figures import Figure
from steadyhand.rhythm.core.money import DOLLARS, money
from steadyhand.rhythm.core.period import Period

LEVEL = 80
"""Of a hundred such bands, so many hold the bill: eight in ten."""
WITHIN = 1.5
"""So many times the scatter of weeks, for each day, to either side of the middle.

Measured by simulation (`tests/rhythm/cost/test_forecast.py`): it holds 8 of 10 months where each
week errs for itself, or each day, or one week passes a third of its error on to the next. Where weeks
pass on half of it, 7 of 10.
"""
HISTORY = 35
"""The last five weeks count …"""
ENOUGH = 21
"""… of which at least three must be there."""
LEAST = 0.02
"""No band is narrower than so much of its middle, to either side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The band of a month. `by` says who computed it; `low` and `high` are its ends in dollars."""

    month: str
    band: Figure
    low: float
    high: float
    by: str
    is_over_budget: bool


def forecast_of(bill: Bill, period: Period, budget: float | None) -> Forecast | None:
    """AWS's own where it gave one, else ours, else nothing: the history is too short."""
    first, until = next_month(period)
    band = bill.band
    by = "Cost Explorer’s forecast"
    if band is None:
        band = estimate(bill, first, until)
        by = "our estimate from the last five weeks, if the next ones vary as they did"
    if band is None:
        return None
    low, high = (round_to_three(usd) for usd in band)
    return Forecast(
        month=words.MONTHS[first.month - 1],
        band=Figure(
            "cost.forecast",
            f"{money(low, bill.currency)} to {money(high, bill.currency)}",
            (bill.id,),
        ),
        low=low,
        high=high,
        by=by,
        is_over_budget=bool(budget) and bill.currency == DOLLARS and high > (budget or 0),
    )


def next_month(period: Period) -> tuple[date, date]:
    """The calendar month after the one that the period began in: its first day, and the day after."""
    first = (period.since.date().replace(day=1) + timedelta(days=32)).replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1)


def estimate(bill: Bill, first: date, until: date) -> tuple[float, float] | None:
    """Our own band for the days from `first` to the one before `until`; None with too little.

    Method: each day costs the median of its weekday in the last five weeks; the first of the month
    adds what the last first of a month cost beyond that. Each week is off by the median of its
    days' distances from their weekday's; the standard deviation of that over the weeks is what a
    day may be off, all month, since five weeks tell no more of where the middle is. The band is
    1.5 times that to either side, at least 2%. It knows nothing of what you plan.
    """
    days = bill.daily(bill.first, bill.last)
    billed = next((at for at, usd in enumerate(days) if usd > 0), len(days))
    firsts = [at for at in range(billed, len(days)) if on(bill, at).day == 1]
    used = [at for at in range(max(billed, len(days) - HISTORY), len(days)) if at not in firsts]
    if len(used) < ENOUGH:
        return None
    alike: dict[int, list[float]] = defaultdict(list)
    for at in used:
        alike[on(bill, at).weekday()].append(days[at])
    usual = {weekday: median(usd) for weekday, usd in alike.items()}
    off: dict[int, list[float]] = defaultdict(list)
    for at in used:
        off[(len(days) - 1 - at) // 7].append(days[at] - usual[on(bill, at).weekday()])
    scatter = stdev(median(week) for week in off.values())
    length = (until - first).days
    middle = sum(usual[(first + timedelta(days=n)).weekday()] for n in range(length))
    if firsts:
        last = firsts[-1]
        middle += max(0.0, days[last] - usual[on(bill, last).weekday()])
    half = max(WITHIN * scatter * length, LEAST * middle)
    return max(0.0, middle - half), middle + half


def on(bill: Bill, day: int) -> date:
    """The date of a day of the bill."""
    return bill.first + timedelta(days=day)


def band_of(answer: Mapping[str, Any]) -> tuple[float, float] | None:
    """GetCostForecast's answer of one month, as a band. Without bounds there is none."""
    results: Sequence[Mapping[str, Any]] = answer.get("ForecastResultsByTime", ())
    bounds = [
        (one.get("PredictionIntervalLowerBound"), one.get("PredictionIntervalUpperBound"))
        for one in results
    ]
    if len(bounds) != 1 or not all(bounds[0]):
        return None
    low, high = (max(0.0, float(str(bound))) for bound in bounds[0])
    return (round(low, 2), round(high, 2)) if high >= low else None


def round_to_three(usd: float) -> float:
    """To three digits that count: a forecast has no more."""
    return float(f"{usd:.3g}")
