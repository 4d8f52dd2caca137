"""Words of money and days at their edges."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.rhythm.core.period import Cadence, NoPeriod, period_of
from steadyhand.rhythm.core.words import MINUS, money, moved, percent, range_of


@given(st.floats(-1e7, 1e7))
def test_nothing_is_never_minus(usd: float) -> None:
    said = money(usd)
    assert said not in {f"{MINUS}$0", f"{MINUS}$0.00", "$0.00"}
    assert moved(usd)[1:] not in {"$0", "$0.00"} or moved(usd)[0] == "±"


@given(st.floats(-1e4, 1e4))
def test_no_share_is_minus_nothing(share: float) -> None:
    said = percent(share)
    assert said != f"{MINUS}0%"
    assert "-" not in said
    assert abs(float(said.strip(f"{MINUS}%").replace(",", "")) - 100 * abs(share)) <= 0.51


@pytest.mark.parametrize("usd", [-0.0049, -1e-9, -0.0, 0.0, 0.004])
def test_a_bill_paid_by_credits_is_zero(usd: float) -> None:
    assert money(usd) == "$0"


def test_days_over_a_new_year_say_their_years() -> None:
    assert range_of(date(2025, 5, 12), date(2026, 5, 3)) == "12 May 2025 – 3 May 2026"
    assert range_of(date(2026, 5, 12), date(2026, 5, 14)) == "12–14 May"


@pytest.mark.parametrize("name", ["9999-12", "0000-01", "99999-01", "2026-13"])
def test_a_month_beyond_the_calendar_is_none(name: str) -> None:
    with pytest.raises(NoPeriod):
        period_of(Cadence.MONTHLY, datetime(2026, 6, 1, tzinfo=UTC), "Pacific/Auckland", name)
