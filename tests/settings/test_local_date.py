"""A person's date is the same date wherever it is read, in every time zone there is."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.cli.errors import CliError
from steadyhand.cli.scans.exemption_file import find
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


LAST = (date(9998, 12, 30), date(9998, 12, 31), date(9999, 1, 1), date(9999, 12, 30), date.max)


@given(
    st.dates(date(2024, 1, 1)) | st.sampled_from(LAST), st.times(), *[st.sampled_from(ZONES)] * 2
)
def test_a_moment_is_told_in_utc_or_refused(day: date, hour: time, zone: str, other: str) -> None:
    """The ledger compares times as texts; what it holds has a day, and one after it, anywhere."""
    at = datetime.combine(day, hour)
    for said in (at.isoformat(), day.isoformat()):
        try:
            until = until_in(said, zone)
        except ValueError:
            assert (day + timedelta(days=1) if day < date.max else day).year == 9999
            continue
        assert until.tzinfo is UTC
        assert day_of(until, other) + timedelta(days=1)
        assert said != at.isoformat() or until == at.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Europe/Berlin", "Pacific/Kiritimati"])
@pytest.mark.parametrize("said", ["2026-06-24", '"2026-06-24"'])
def test_a_file_of_exemptions_means_the_same_day(tmp_path: Path, zone: str, said: str) -> None:
    file = tmp_path / "e.toml"
    file.write_text(f'[[exempt]]\nscope = "x"\nbecause = "y"\nuntil = {said}\n')
    (one,) = find(file, datetime(2026, 6, 1, tzinfo=UTC), zone)
    assert one.until == end_of(date(2026, 6, 24), zone)
    file.write_text('[[exempt]]\nscope = "x"\nbecause = "y"\nuntil = 9999-12-31\n')
    with pytest.raises(CliError, match="needs an end"):
        find(file, datetime(2026, 6, 1, tzinfo=UTC), zone)


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
