"""A forecast is two numbers, and none where the history is too short."""

from __future__ import annotations

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
