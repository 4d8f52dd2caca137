"""A person's date is the same date wherever it is read, in every time zone there is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.engine.changes.guardrails import exempt
from steadyhand.model import Exemption
from steadyhand.rhythm.calendar.entries import calendar_of
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.period import Cadence, period_of
from steadyhand.settings.local_date import day_of, end_of, until_in
from steadyhand.settings.values import Settings

ZONES = sorted(available_timezones())
days = st.dates(date(2024, 1, 1), date(2035, 12, 31))


@given(days, st.sampled_from(ZONES))
def test_a_day_is_that_day_and_its_last_second(day: date, zone: str) -> None:
    ends = end_of(day, zone)
    assert day_of(ends, zone) == day
    assert day_of(ends + timedelta(seconds=1), zone) == day + timedelta(days=1) or zone in SKIPS
    assert until_in(day.isoformat(), zone) == ends
    assert ends.tzinfo is UTC


SKIPS = {"Pacific/Apia", "Pacific/Fakaofo", "Pacific/Kwajalein", "Kwajalein"}
"""Places that left out a day."""


@pytest.mark.parametrize("zone", ["America/St_Johns", "Europe/Berlin", "Pacific/Kiritimati", "UTC"])
def test_guardrails_calendar_and_mail_say_the_day_that_was_asked_for(zone: str) -> None:
    """`exempt --until 2026-06-24`."""
    until = until_in("2026-06-24", zone)
    now = datetime(2026, 6, 24, 12, tzinfo=ZoneInfo(zone))
    said = Exemption(scope="x", until=until, because="y", by="maya", at=now - timedelta(days=9))
    made = Facts(
        account="1",
        period=period_of(Cadence.WEEKLY, now, zone),
        settings=Settings(time_zone=zone),
        exemptions=[said],
    )
    (entry,) = (one for one in calendar_of(made).entries if one.kind == "exemption")
    assert entry.on == date(2026, 6, 24)

    class Given:
        finding = type("F", (), {"id": "x", "resource": "r"})()
        check = type("C", (), {"id": "c"})()
        exemptions = (said,)
        record = None

    Given.zone, Given.now = zone, now  # type: ignore[attr-defined]
    assert exempt(Given()) == "exempt until 24 June 2026: y"  # type: ignore[arg-type]
    Given.now = until + timedelta(seconds=1)  # type: ignore[attr-defined]
    assert exempt(Given()) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("said", ["tomorrow", "2026-13-01", "24.6.2026", "9999-12-31"])
def test_what_is_no_date_is_refused(said: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - its words are the CLI's
        until_in(said, "Europe/Berlin")
