"""A forecast is two numbers, and none where the history is too short."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from steadyhand.rhythm.core.bill import Bill
from steadyhand.rhythm.core.period import Cadence, Period
from steadyhand.rhythm.cost.forecast import band_of, estimate, forecast_of

FIRST = date(2026, 4, 1)
MAY = Period(
    cadence=Cadence.MONTHLY,
    since=datetime(2026, 5, 1, tzinfo=UTC),
    until=datetime(2026, 6, 1, tzinfo=UTC),
)
JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)


def bill(usd: list[float], band: tuple[float, float] | None = None) -> Bill:
    return Bill(
        id="review#b", first=FIRST, services={"S3": usd}, credits=(0.0,) * len(usd), band=band
    )


def test_amazons_own_comes_first() -> None:
    found = forecast_of(bill([100.0] * 61, (3950.4, 4399.6)), MAY, 4300)
    assert found is not None
    assert (found.month, found.band.words, found.band.ids) == (
        "June",
        "$3,950 to $4,400",
        ("review#b",),
    )
    assert found.is_over_budget
    assert "Cost Explorer" in found.by


def test_ours_knows_weekends_and_the_first() -> None:
    """June 2026 has eight days of weekend; the first of each month costs $500 more."""
    usd = []
    for n in range(61):
        on = FIRST + timedelta(days=n)
        usd.append((60.0 if on.weekday() >= 5 else 100.0) + (500 if on.day == 1 else 0))
    low, high = estimate(bill(usd), JUNE, JULY) or (0, 0)
    expected = 22 * 100 + 8 * 60 + 500
    assert low < expected < high
    assert (low + high) / 2 == pytest.approx(expected)
    found = forecast_of(bill(usd), MAY, None)
    assert found is not None
    assert "our estimate" in found.by


def test_more_scatter_is_a_wider_band() -> None:
    def width(scatter: float) -> float:
        usd = [100 + scatter * ((n * 7919) % 11 - 5) for n in range(61)]
        low, high = estimate(bill(usd), JUNE, JULY) or (0, 0)
        return high - low

    assert 0 < width(0) < width(2) < width(6)


def coverage(passed_on: float, of_days: float, months: int = 400) -> float:
    """How many of simulated months the band holds.

    A week errs as a whole and passes some of it on to the next; `of_days` of the variance is each
    day's own.
    """
    chance, held = random.Random(7), 0
    for _ in range(months):
        error, usd = chance.gauss(0, 1), list[float]()
        for n in range(91):
            weekday = (FIRST + timedelta(days=n)).weekday()
            if weekday == 0:
                error = passed_on * error + (1 - passed_on**2) ** 0.5 * chance.gauss(0, 1)
            own = of_days**0.5 * chance.gauss(0, 1)
            usd.append((60 if weekday > 4 else 100) + 5 * ((1 - of_days) ** 0.5 * error + own))
        low, high = estimate(bill(usd[:61]), JUNE, JULY) or (0, 0)
        held += low <= sum(usd[61:]) <= high
    return held / months


@pytest.mark.parametrize("passed_on", [0, 0.15, 0.33])
@pytest.mark.parametrize("of_days", [0, 0.3, 0.6, 1])
def test_the_band_holds_as_often_as_it_says(passed_on: float, of_days: float) -> None:
    """Eight in ten, less what 400 months scatter: also where the days of a week err together."""
    assert coverage(passed_on, of_days) >= 0.8 - 0.04


@pytest.mark.parametrize(("days", "there"), [(20, False), (21, True), (0, False)])
def test_three_weeks_are_needed(days: int, *, there: bool) -> None:
    found = forecast_of(bill([0.0] * (61 - days) + [100.0] * days), MAY, None)
    assert (found is not None) == there


def test_what_has_no_bounds_is_no_band() -> None:
    result = {"MeanValue": "100"}
    assert band_of({"ForecastResultsByTime": [result]}) is None
    bounds = {"PredictionIntervalLowerBound": "-5", "PredictionIntervalUpperBound": "120.123"}
    assert band_of({"ForecastResultsByTime": [result | bounds]}) == (0, 120.12)
    assert band_of({"ForecastResultsByTime": [result | bounds] * 2}) is None
    assert band_of({}) is None
