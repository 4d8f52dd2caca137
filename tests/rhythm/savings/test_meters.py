"""Meters as AWS bills them: a GB-month is divided by the hours of its own month."""

from __future__ import annotations

import random
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.rhythm.core.bill import Meter
from steadyhand.rhythm.core.split import Metered, Parts, parts_of
from steadyhand.rhythm.cost.anomaly import excesses, turned
from steadyhand.rhythm.cost.meters import Where
from steadyhand.rhythm.cost.units import is_monthly, known_units, levels, monthly_units, ways
from steadyhand.rhythm.savings.applied import Fix, Saving
from steadyhand.rhythm.savings.proven import Measured, measure, returned
from steadyhand.rhythm.savings.statement import usage
from tests.reports.accounts.ledger_rows import record

PRICE = 0.08


def metered(level: float, on: date) -> float:
    """What Cost Explorer says of a day: the GB that were there, over the days of the month."""
    return level / monthrange(on.year, on.month)[1]


def measured(
    day: date,
    before: float,
    after: float,
    estimate: float,
    unit: str = "GB-Mo",
    *,
    monthly: bool | None = None,
    noise: float = 0.0,
) -> Measured:
    """A volume of that size was deleted on that day, in the middle of 60 days of a meter."""
    first, dice = day - timedelta(days=30), random.Random(day.toordinal())
    quantity = []
    for n in range(60):
        on = first + timedelta(days=n)
        level = (before if on <= day else after) * (1 + noise * dice.uniform(-1, 1))
        is_share = is_monthly(unit) if monthly is None else monthly
        quantity.append(metered(level, on) if is_share else level / 30)
    meter = Meter(first=first, quantity=tuple(quantity), unit=unit, usd=PRICE)
    finding = record("unattached_volume", "v", "v", usd=estimate).finding
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    saving = Saving(
        check="unattached_volume",
        meter=Where("EC2 - Other", "EBS:VolumeUsage.gp3"),
        why="",
        fixes=(Fix(id="ch-1", finding=finding, at=at),),
    )
    found, why = measure(saving, {"EC2 - Other#EBS:VolumeUsage.gp3": meter})
    assert found, why
    return found


days = st.dates(date(2024, 1, 1), date(2028, 12, 31))
units = st.sampled_from(sorted(one for one in monthly_units() if len(ways(one)) == 1))
unsure = st.sampled_from(
    sorted({*(u for u in monthly_units() if len(ways(u)) == 2), "Widget-Mo", "Widgets"})
)
"""Units of which no page of AWS says how they are metered, or that nobody knows."""


@given(days, st.floats(100, 1e6), units)
def test_what_did_not_change_is_no_saving_on_any_day(day: date, level: float, unit: str) -> None:
    assert measured(day, level, level, 10.0, unit).usd == 0


@given(days, st.floats(1000, 1e5), st.floats(0.02, 0.9), units)
def test_what_was_deleted_is_seen_to_the_dollar_on_any_day(
    day: date, level: float, share: float, unit: str
) -> None:
    gone = share * level
    found = measured(day, level, level - gone, gone * PRICE, unit)
    assert found.usd == pytest.approx(gone * PRICE, rel=1e-3, abs=0.01)


@given(days, st.floats(100, 1e6), unsure, st.booleans())
def test_what_did_not_change_is_no_saving_however_aws_meters_it(
    day: date, level: float, unit: str, monthly: bool
) -> None:
    assert measured(day, level, level, 10.0, unit, monthly=monthly).usd == 0


@given(days, st.floats(1000, 1e5), st.floats(0.2, 0.9), unsure, st.booleans())
def test_what_was_deleted_is_never_told_as_more(
    day: date, level: float, share: float, unit: str, monthly: bool
) -> None:
    """A unit is measured with the price that the bill itself gives it, so the way is in both."""
    gone = share * level
    found = measured(day, level, level - gone, gone * PRICE, unit, monthly=monthly)
    assert 0 < found.usd <= gone * PRICE * 1.001


@given(st.sampled_from(["EUR", "JPY", "CNY", "KWD"]))
def test_dollars_are_no_bound_of_another_currency(currency: str) -> None:
    """3,600 yen that left the bill are not "JPY 24" because $24 were estimated."""
    day = date(2026, 5, 10)
    finding = record("unattached_volume", "v", "v", usd=24.0).finding
    fix = Fix(id="ch-1", finding=finding, at=datetime(2026, 5, 10, tzinfo=UTC))
    meter = Where("EC2 - Other", "EBS:VolumeUsage.gp3")
    quantity = tuple(metered(300 if n < 30 else 0, day + timedelta(days=n - 30)) for n in range(60))
    bill = {
        meter.name: Meter(first=day - timedelta(days=30), quantity=quantity, unit="GB-Mo", usd=12)
    }
    saving = Saving(check="unattached_volume", meter=meter, why="", fixes=(fix,))
    assert measure(saving, bill)[0] is not None
    said, why = measure(saving, bill, currency)
    assert said is None
    assert f"billed in {currency}" in why


def test_five_hundred_of_five_thousand_at_the_end_of_january() -> None:
    assert measured(date(2026, 1, 31), 5000, 4500, 40.0).usd == 40.0
    assert measured(date(2026, 2, 28), 10_000, 10_000, 8.8).usd == 0


@pytest.mark.parametrize("usd", [0.0, 40.0])
def test_what_was_never_seen_to_go_does_not_come_back(usd: float) -> None:
    """5,000 GB that were 4,990 for two weeks: less than the meter moves by on its own."""
    day = date(2026, 2, 10)
    quantity = tuple(metered(5000, day + timedelta(days=n)) for n in range(60))
    meter = Meter(first=day, quantity=quantity, unit="GB-Mo", usd=PRICE)
    said = Measured(before=5000, after=4990 if not usd else 4500, unit="GB-Mo", usd=usd)
    assert returned(meter, said, day) == bool(usd)


def test_verified_only_beyond_what_the_meter_does_on_its_own() -> None:
    noisy = measured(date(2026, 5, 10), 10_000, 9_990, 0.8, noise=0.05)
    assert (noisy.usd, noisy.noise > 10) == (0.0, True)
    said = "".join(map(str, usage(noisy, "k", ())))
    assert said.startswith(("9,", "10,"))
    assert " GB, give or take $" in said


def test_hours_and_counts_are_as_they_are() -> None:
    assert levels((24.0, 24.0), date(2026, 2, 28), monthly=is_monthly("Hrs")) == (24.0, 24.0)
    assert is_monthly("Widget-Mo")
    assert not is_monthly("Widgets")
    assert monthly_units() < known_units()


@given(st.integers(2024, 2028), st.floats(100, 10_000))
def test_storage_runs_high_in_no_february(year: int, level: float) -> None:
    first = date(year - 1, 11, 1)
    usd = [metered(level * 30, first + timedelta(days=n)) for n in range(150)]
    assert not any(excesses(usd, first))
    assert turned(usd, first, date(year, 2, 1), 50.0) is None


def test_a_real_rise_in_february_is_seen() -> None:
    first = date(2025, 11, 1)
    usd = [metered(30_000, first + timedelta(days=n)) for n in range(150)]
    usd[100] += 500
    assert excesses(usd, first)[100] > 400


def row(before: float, now: float, used: float, uses: float) -> Metered:
    return Metered(
        service="S3",
        kind="k",
        before=before,
        now=now,
        before_quantity=used,
        now_quantity=uses,
        unit="GB",
    )


@pytest.mark.parametrize(
    "one",
    [
        row(0.0, 90, 0.0003, 1000),
        row(0.0001, 90, 0.0003, 1000),
        row(0, 18, 400, 600),
        row(0.5, 10, 105, 200),
    ],
    ids=["rounded cents", "cents", "free tier left", "free tier left in part"],
)
def test_use_is_not_told_as_price(one: Metered) -> None:
    assert parts_of(one) == Parts(usage=one.change)


@given(st.floats(0.01, 1), st.floats(0.8, 1.25), st.floats(1, 1e5), st.floats(1, 1e5))
def test_a_price_that_moves_a_little_is_a_price(
    p: float, by: float, used: float, uses: float
) -> None:
    found = parts_of(row(p * used, p * by * uses, used, uses))
    assert found.price == pytest.approx(p * (by - 1) * uses, rel=1e-6, abs=1e-6)
