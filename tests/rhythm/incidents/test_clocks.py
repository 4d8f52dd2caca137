"""An alarm lasts as long as it lasts, whatever the clocks do meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.rhythm.core.period import Cadence, Period, period_of
from steadyhand.rhythm.incidents.alarms import firing, lasted, touching
from tests.rhythm.core.test_period import ZONES
from tests.rhythm.incidents.test_whose import alarm

MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds UTC


def true(period: Period, began: datetime, ended: datetime | None) -> timedelta:
    since, until = period.since.astimezone(UTC), period.until.astimezone(UTC)
    return max(timedelta(), min(ended or until, until) - max(began, since))


@given(
    MOMENTS,
    st.sampled_from(list(Cadence)),
    st.sampled_from(ZONES),
    st.floats(-900, 900),
    st.floats(0, 2000) | st.none(),
)
def test_how_long_it_fired_is_real_time(
    now: datetime, cadence: Cadence, zone: str, begin: float, hours: float | None
) -> None:
    """Also where it fired all week, and the week has 167 hours or 169."""
    period = period_of(cadence, now, zone)
    one = alarm("a", period.since.astimezone(UTC) + timedelta(hours=begin), hours)
    expected = true(period, one.began_at, one.ended_at)
    assert firing(touching([one], period), period) == expected
    if touching([one], period):
        assert lasted(one, period) == expected


@pytest.mark.parametrize(("day", "hours"), [(30, 167), (26, 169)])
def test_all_of_the_week_in_which_clocks_change(day: int, hours: int) -> None:
    """Berlin, 29 March and 25 October 2026."""
    month = 3 if day == 30 else 10
    period = period_of(Cadence.WEEKLY, datetime(2026, month, day, 8, tzinfo=UTC), "Europe/Berlin")
    one = alarm("a", datetime(2026, 1, 1, tzinfo=UTC))
    assert firing([one], period) == lasted(one, period) == timedelta(hours=hours)
