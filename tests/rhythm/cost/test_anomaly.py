"""A day is held against its weekday: what is usual on Mondays is no surprise on a Monday."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from steadyhand.rhythm.cost import anomaly
from steadyhand.rhythm.cost.anomaly import excesses, runs, turned
from steadyhand.sources import cost_explorer
from steadyhand.sources.cost_explorer import Day, latest_judged
from steadyhand.sources.unusual_days import ENOUGH_ALIKE, SCORE, judged

MONDAY = date(2026, 6, 1)
"""A Monday, and the first of a month."""
DAYS = 61


def high(usd: list[float], first: date = MONDAY) -> list[int]:
    return [day for day, more in enumerate(excesses(usd, first)) if more > 0]


def noise(day: int) -> float:
    return ((day * 7919) % 11 - 5) / 2


def weekly(dear: float) -> list[float]:
    """$100 a day, about, and a batch on Mondays."""
    return [100 + noise(day) + (dear if day % 7 == 0 else 0) for day in range(DAYS)]


def test_a_dear_monday_is_usual() -> None:
    assert high(weekly(80)) == []


def test_the_same_cost_on_a_tuesday_is_not() -> None:
    usd = weekly(80)
    usd[43] += 80
    assert high(usd) == [43]


def test_a_weekly_batch_that_costs_twice_stands_out() -> None:
    usd = weekly(80)
    usd[42] += 80
    assert high(usd) == [42]


def test_what_is_billed_on_the_first_is_not_told() -> None:
    usd = weekly(0)
    usd[30] += 500
    assert (MONDAY + timedelta(days=30)).day == 1
    assert high(usd) == []
    assert [day for day, more in enumerate(excesses(usd, MONDAY, firsts=True)) if more > 0] == [30]
    usd[0] += 500
    assert not any(excesses(usd, MONDAY, firsts=True)), "last month's fee is this month's usual"


@given(st.lists(st.floats(0, 1e4), min_size=22, max_size=60), st.integers(0, 59))
def test_a_check_and_a_review_measure_alike(usd: list[float], day: int) -> None:
    """The check judges each service's last days, the review all days: of one day they say the same.

    A service must rise further than a whole bill to be worth a word, so the check never speaks
    where the review would be silent.
    """
    until = min(day % len(usd) + 1, len(usd))
    days = [Day(MONDAY + timedelta(days=n), paid) for n, paid in enumerate(usd[:until])]
    told = next(iter(latest_judged(days, 1)), None)
    more = excesses(usd, MONDAY, firsts=True)[until - 1]
    if told and told.score >= SCORE and told.alike >= ENOUGH_ALIKE and not _bars_differ(usd):
        assert more == told.excess


def _bars_differ(usd: list[float]) -> bool:
    """Did a day run high for one and not for the other? Then later days' scatter may differ."""
    first = MONDAY
    whole, service = (judged(usd, first, least) for least in (anomaly.LEAST, cost_explorer.LEAST))
    return any(
        (a.score >= SCORE) != (b.score >= SCORE)
        for a, b in zip(whole, service, strict=True)
        if a and b
    )


def test_too_little_history_says_nothing() -> None:
    usd = [100.0] * 20 + [500.0]
    assert high(usd) == [], "two Sundays before are not three"
    assert high([100.0] * 21 + [500.0], MONDAY + timedelta(days=1)) == [21]


def test_a_peak_after_the_level_fell() -> None:
    usd = [150.0] * 30 + [130.0] * 31
    usd[41:44] = [165, 168, 166]
    assert high(usd) == [41, 42, 43]


def test_what_lasts_becomes_the_usual() -> None:
    usd = [100 + noise(day) for day in range(30)] + [200 + noise(day) for day in range(31)]
    found = high(usd)
    assert found[0] in {30, 31}
    assert max(found) < 30 + 22, "three weeks later it is the usual"


def test_a_dollar_is_not_worth_a_word() -> None:
    assert high([1.0] * 60 + [3.0]) == []


@given(st.lists(st.floats(0, 1e6), max_size=80), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_runs_are_the_days_above_the_usual(usd: list[float], first: date) -> None:
    found = excesses(usd, first)
    assert len(found) == len(usd)
    assert all(0 <= more <= cost for more, cost in zip(found, usd, strict=True))
    together = [day for run in runs(found) for day in run]
    assert together == [day for day, more in enumerate(found) if more > 0]


def test_the_day_a_cost_turned() -> None:
    since = MONDAY + timedelta(days=30)
    day = MONDAY + timedelta(days=43)
    peak = [20 + noise(d) for d in range(DAYS)]
    peak[43:46] = [80, 82, 81]
    assert turned(peak, MONDAY, since, 180) == day
    fell = [20 + noise(d) for d in range(43)] + [5 + noise(d) / 4 for d in range(18)]
    assert turned(fell, MONDAY, since, -300) == day
    new = [0.0] * 43 + [10.0] * 18
    assert turned(new, MONDAY, since, 180) == day
    assert turned([20 + noise(d) for d in range(DAYS)], MONDAY, since, 1) is None
    assert turned(weekly(30), MONDAY, since, 30) is None
