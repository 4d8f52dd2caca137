"""A freeze holds by the clocks on the wall of the owner: month ends, leap days and changes of clocks included."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.settings.freeze import DAYS, frozen, is_window
from steadyhand.settings.local_date import end_of

ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata",
     "Pacific/Apia", "America/Sao_Paulo", "Africa/Casablanca"]
)  # fmt: skip
MOMENTS = st.datetimes(
    datetime(2001, 1, 1), datetime(2037, 12, 31), timezones=st.just(UTC)  # noqa: DTZ001 - Hypothesis wants them bare
)  # fmt: skip
DAY = st.dates(date(2001, 1, 2), date(2037, 12, 30))
CLOCK = st.tuples(st.integers(0, 6), st.integers(0, 23), st.integers(0, 59))


@given(ZONES, DAY, st.integers(0, 400), st.data())
def test_both_days_of_a_window_are_in_it_whole(
    zone: str, first: date, length: int, data: st.DataObject
) -> None:
    last = first + timedelta(days=length)
    window = f"{first}..{last}"
    begins = end_of(first - timedelta(days=1), zone) + timedelta(seconds=1)
    ends = end_of(last, zone)
    at = data.draw(st.sampled_from([
        begins, begins - timedelta(seconds=1), ends, ends + timedelta(seconds=1)
    ]) | MOMENTS)  # fmt: skip
    assert bool(frozen([window], at, zone)) == (begins <= at < ends + timedelta(seconds=1))


def written(moment: tuple[int, int, int]) -> str:
    day, hour, minute = moment
    return f"{DAYS[day]} {hour:02}:{minute:02}"


@given(ZONES, MOMENTS, CLOCK, CLOCK)
def test_a_week_s_window_is_open_where_its_beginning_was_last(
    zone: str, at: datetime, begins: tuple[int, int, int], ends: tuple[int, int, int]
) -> None:
    """Another way to say it: of all beginnings and ends up to now on the wall, the last is a beginning."""
    window = f"{written(begins)}..{written(ends)}"
    assert is_window(window) == (begins != ends)
    if begins == ends:
        return
    there = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    monday = there.date() - timedelta(days=there.weekday())
    past = [
        (
            datetime.combine(monday + timedelta(days=7 * week + day), time(hour, minute)),
            is_beginning,
        )
        for week in (-1, 0)
        for (day, hour, minute), is_beginning in ((begins, True), (ends, False))
    ]
    last = max(one for one in past if one[0] <= there)
    assert bool(frozen([window], at, zone)) == last[1]


@pytest.mark.parametrize(
    ("at", "is_frozen"),
    [
        ("2026-10-25T00:30:00+00:00", True),  # 02:30 the first time
        ("2026-10-25T01:30:00+00:00", True),  # 02:30 again: clocks went back
        ("2026-10-25T02:00:00+00:00", False),  # 03:00
        ("2026-03-29T00:59:00+00:00", False),  # 01:59; then comes 03:00
        ("2026-03-29T01:00:00+00:00", False),
    ],
)
def test_where_clocks_change_the_wall_counts(at: str, is_frozen: bool) -> None:
    window = "Sun 02:00..Sun 03:00"
    assert bool(frozen([window], datetime.fromisoformat(at), "Europe/Berlin")) == is_frozen


@pytest.mark.parametrize(
    "said",
    ["", "2026-02-29", "2026-12-24..", "..2026-12-24", "2027-01-06..2026-12-20", "Fri..Mon",
     "Fri 24:00..Mon 08:00", "Fri 16:00..Fri 16:00", "fri 16:00..mon 08:00", "2026-12-20...2026-12-21",
     "Fri 16:00..Mon 08:00..Tue 08:00", "\u0662026-12-24"],
)  # fmt: skip
def test_what_is_no_window(said: str) -> None:
    assert not is_window(said)


def test_without_windows_nothing_is_frozen() -> None:
    assert frozen([], datetime(2026, 12, 24, tzinfo=UTC), "UTC") == ""
