"""Weeks and months in the owner's time: they follow each other without a gap, whatever clocks do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.rhythm.core.period import (
    Cadence,
    NoPeriod,
    Period,
    before,
    next_review,
    period_of,
)

ZONES = [
    "UTC",
    "Europe/Dublin",
    "Europe/Berlin",
    "America/New_York",
    "America/Santiago",  # clocks skip midnight
    "Africa/Cairo",  # so do these
    "Asia/Beirut",
    "Asia/Kolkata",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Australia/Lord_Howe",  # half an hour
]
FIRST, LAST = datetime(2020, 1, 1), datetime(2037, 12, 31)  # noqa: DTZ001 - hypothesis adds UTC
MOMENTS = st.datetimes(FIRST, LAST, timezones=st.just(UTC))
CADENCES = st.sampled_from(list(Cadence))


@given(CADENCES, MOMENTS, st.sampled_from(ZONES))
def test_a_period_is_over_or_runs_until_now(cadence: Cadence, now: datetime, zone: str) -> None:
    period = period_of(cadence, now, zone)
    assert period.since < period.until <= now
    assert period.is_running == (period.until == now) or not period.is_running
    assert period.zone == zone
    if not period.is_running:
        assert now - period.until < timedelta(days=4)


@given(CADENCES, MOMENTS, st.sampled_from(ZONES))
def test_periods_follow_each_other(cadence: Cadence, now: datetime, zone: str) -> None:
    period = period_of(cadence, now, zone)
    earlier = before(period)
    assert earlier.until == period.since
    assert not earlier.is_running
    assert before(earlier).until == earlier.since
    days = (earlier.until.date() - earlier.since.date()).days
    assert days == 7 if cadence is Cadence.WEEKLY else 28 <= days <= 31


@given(CADENCES, MOMENTS, st.sampled_from(ZONES))
def test_a_period_begins_when_its_day_begins(cadence: Cadence, now: datetime, zone: str) -> None:
    period = period_of(cadence, now, zone)
    just_before = (period.since.astimezone(UTC) - timedelta(seconds=1)).astimezone(ZoneInfo(zone))
    assert just_before.date() < period.since.date()
    if cadence is Cadence.MONTHLY:
        assert period.since.day == 1
    else:
        assert period.since.weekday() == 0


@given(MOMENTS, st.sampled_from(ZONES))
def test_the_schedules_hour_reviews_what_is_over(now: datetime, zone: str) -> None:
    """On the first and on Mondays at 09:00 local time, as the schedules fire."""
    place = ZoneInfo(zone)
    first = datetime(now.year, now.month, 1, 9, tzinfo=place)
    month = period_of(Cadence.MONTHLY, first, zone)
    assert not month.is_running
    assert month.until.date() == first.date()
    monday = datetime.combine(
        now.date() - timedelta(days=now.weekday()), datetime.min.time(), place
    ).replace(hour=9)
    week = period_of(Cadence.WEEKLY, monday, zone)
    assert not week.is_running
    assert week.until.date() == monday.date()


@given(CADENCES, MOMENTS, st.sampled_from(ZONES), st.integers(0, 14))
def test_a_retry_reviews_the_same(cadence: Cadence, now: datetime, zone: str, hours: int) -> None:
    period = period_of(cadence, now, zone)
    if not period.is_running:
        again = period_of(cadence, period.until + timedelta(hours=hours), zone)
        assert again == period
        assert again.name == period.name


def test_names_and_titles() -> None:
    june = datetime(2026, 6, 1, 7, tzinfo=UTC)
    month = period_of(Cadence.MONTHLY, june, "Europe/Dublin")
    assert (month.name, month.title, month.dates) == ("2026-05", "May", "May 2026")
    week = period_of(Cadence.WEEKLY, datetime(2026, 5, 25, 8, tzinfo=UTC), "Europe/Dublin")
    assert (week.name, week.title, week.dates) == ("2026-W21", "Week 21", "18–24 May 2026")
    assert next_review(month) == date(2026, 7, 1)
    assert next_review(week) == date(2026, 6, 1)


def test_the_week_of_the_turn_of_the_year_has_one_name() -> None:
    week = period_of(Cadence.WEEKLY, datetime(2027, 1, 4, 9, tzinfo=UTC), "UTC")
    assert (week.name, week.title) == ("2026-W53", "Week 53")


def test_in_between_it_is_the_running_one() -> None:
    now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    month = period_of(Cadence.MONTHLY, now, "Europe/Berlin")
    assert month.is_running
    assert (month.name, month.dates) == ("2026-11-until-2026-11-23", "1–23 November 2026")
    assert month.bill_days == (date(2026, 11, 1), date(2026, 11, 23))
    assert next_review(month) == date(2026, 12, 1)


OFFSETS = [f"Etc/GMT{-hours:+d}" for hours in range(-12, 15)]
"""POSIX signs: Etc/GMT-14 is UTC+14."""


@given(CADENCES, MOMENTS, st.sampled_from([*OFFSETS, *ZONES, "Pacific/Chatham"]))
def test_only_days_that_are_over_are_billed(cadence: Cadence, now: datetime, zone: str) -> None:
    """Whoever looks, wherever, whenever: each day of the bill has ended in UTC before the look."""
    period = period_of(cadence, now, zone)
    names = [period.name] if not period.is_running else []
    for one in (period, *(period_of(cadence, now, zone, name) for name in names)):
        since, until = one.bill_days
        assert since <= until
        assert until <= now.date(), "the last day ends when the next one begins"
        assert one.is_billed == (not one.is_running and until == one.until.date())
    later = period_of(cadence, now + timedelta(days=40), zone, names[0]) if names else period
    assert later == period
    assert later.is_billed or period.is_running


@given(CADENCES, st.dates(date(2024, 1, 1), date(2030, 1, 1)), st.sampled_from(OFFSETS))
def test_at_nine_on_the_schedule_at_most_one_day_is_missing(
    cadence: Cadence, on: date, zone: str
) -> None:
    first = on.replace(day=1) if cadence is Cadence.MONTHLY else on - timedelta(on.weekday())
    nine = datetime(first.year, first.month, first.day, 9, tzinfo=ZoneInfo(zone))
    period = period_of(cadence, nine, zone)
    missing = (period.until.date() - period.bill_days[1]).days
    east = nine.utcoffset()
    assert east is not None
    assert missing == (1 if east > timedelta(hours=9) else 0)


@given(
    CADENCES,
    MOMENTS,
    st.sampled_from([*ZONES, "America/Havana", "Pacific/Chatham"]),
    st.sampled_from([-1, 0, 1, 3_600_000_000]),
)
def test_a_named_period_has_begun_with_its_first_moment(
    cadence: Cadence, now: datetime, zone: str, microseconds: int
) -> None:
    """Havana's clocks go back at one on the first of a month: its midnight is shown twice."""
    since = before(period_of(cadence, now, zone)).until.astimezone(UTC)
    name = period_of(cadence, since + timedelta(days=40), zone, _name(cadence, since, zone)).name
    at = since + timedelta(microseconds=microseconds)
    if microseconds < 0:
        with pytest.raises(NoPeriod, match="has not begun"):
            period_of(cadence, at, zone, name)
        return
    one = period_of(cadence, at, zone, name)
    begin, end = one.span
    assert (begin, one.is_running) == (since, True)
    assert since < end <= at + timedelta(microseconds=1)
    assert one.dates


def _name(cadence: Cadence, at: datetime, zone: str) -> str:
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%Y-%m}" if cadence is Cadence.MONTHLY else f"{local:%G-W%V}"


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "America/Los_Angeles"])
@pytest.mark.parametrize("name", ["0001-01", "9999-12", "0001-W01", "9999-W52", "2005-12"])
def test_nobody_can_have_seen_a_period_as_far_away(zone: str, name: str) -> None:
    cadence = Cadence.WEEKLY if "W" in name else Cadence.MONTHLY
    now = datetime(2026, 6, 1, 8, tzinfo=UTC)
    with pytest.raises(NoPeriod):
        period_of(cadence, now, zone, name)


def test_summer_time_begins_within_the_month() -> None:
    month = period_of(Cadence.MONTHLY, datetime(2026, 4, 1, 8, tzinfo=UTC), "Europe/Berlin")
    assert month.until.astimezone(UTC) - month.since.astimezone(UTC) == timedelta(days=31, hours=-1)


@pytest.mark.parametrize("at", ["2026-04-30T22:00:00", "2026-05-31T21:59:59"])
def test_the_owners_midnight_decides(at: str) -> None:
    may = period_of(Cadence.MONTHLY, datetime(2026, 6, 1, 8, tzinfo=UTC), "Europe/Berlin")
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert may.holds(moment)
    assert not may.holds(None)
    assert isinstance(may, Period)
