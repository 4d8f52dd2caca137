"""A date of a person or of a finding is the same local day wherever it is read, in every zone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from types import SimpleNamespace
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given, settings
from hypothesis import strategies as st

from steadyhand.cli.commands.look.show import _day as printed
from steadyhand.engine.changes.guardrails import exempt
from steadyhand.model import Exemption, Lane
from steadyhand.portal.rows import exemption_row, finding_row
from steadyhand.reports.explain import rows_of
from steadyhand.rhythm.calendar.bombs import ahead
from steadyhand.rhythm.calendar.entries import calendar_of
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.period import Cadence, period_of
from steadyhand.rhythm.reviews.coverage import coverage_of
from steadyhand.rhythm.tickets.content import day as in_ticket
from steadyhand.settings.local_date import until_in
from steadyhand.settings.values import Settings
from tests.reports.accounts import stories
from tests.reports.accounts.ledger_rows import record

ZONES = sorted(available_timezones())
SKIPPED = {
    "Pacific/Apia",
    "Pacific/Fakaofo",
    "Pacific/Kwajalein",
    "Kwajalein",
}
"""Places that left out a day."""


@cache
def account() -> Facts:
    return stories.usual().facts()


def where(zone: str, now: datetime, until: datetime, due: datetime) -> tuple[Facts, Exemption]:
    """An exempt finding with a date, and an exemption of a check, where the owner lives there."""
    said = Exemption(scope="some_check", until=until, because="y", by="maya", at=now)
    one = record("acm_expiring", "c", "the certificate of c expires", seen=now - timedelta(9))
    finding = replace(one.finding, detonates_at=due)
    facts = replace(
        account(),
        period=period_of(Cadence.WEEKLY, now, zone),
        settings=Settings(time_zone=zone),
        records=(replace(one, finding=finding, exempt_until=until),),
        exemptions=(said,),
        changes=(),
        incidents=(),
    )
    return replace(facts, period=replace(facts.period, until=now, is_running=True)), said


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([one for one in ZONES if one not in SKIPPED]),
    st.dates(date(2026, 1, 10), date(2034, 12, 1)),
    st.integers(0, 23),
    st.times(),
)
def test_all_that_tell_a_day_tell_the_same(zone: str, day: date, hour: int, at: time) -> None:
    place = ZoneInfo(zone)
    now = datetime.combine(day - timedelta(days=4), time(hour), UTC).astimezone(place)
    due = datetime.combine(day, at, UTC)
    facts, said = where(zone, now, until_in(day.isoformat(), zone), due)
    full, short = words.day(day, facts.period.year), words.short_day(day, facts.period.year)
    (row,) = facts.records
    # What a person said: calendar, mail, portal, explain, ticket, guardrail, command line.
    (entry,) = (one for one in calendar_of(facts).entries if one.kind == "exemption")
    assert (entry.on, entry.day) == (day, short)
    assert [one.day for one in coverage_of(facts).ending] == [short]
    assert exemption_row(said, facts).until.startswith(words.day(day))
    explained = rows_of(facts)
    assert explained["some_check"].state == f"until {full}"
    assert explained[row.finding.id].state == f"exempt until {full}"
    assert in_ticket(said.until, facts) == f"{words.day(day)} {day.year}"
    case = SimpleNamespace(
        finding=SimpleNamespace(id="x", resource="r"),
        check=SimpleNamespace(id="some_check"),
        exemptions=(said,),
        record=None,
        zone=zone,
        now=now,
    )
    assert exempt(case) == f"exempt until {day:%d %B %Y}: y"  # type: ignore[arg-type]
    known = SimpleNamespace(session=SimpleNamespace(decided=SimpleNamespace(time_zone=zone)))
    assert printed(known, said.until) == f"{day.day} {day:%B %Y}"  # type: ignore[arg-type]
    # When it happens: bombs, calendar, portal, command line.
    happens = due.astimezone(place).date()
    (bomb,) = ahead(facts)
    assert bomb.on == happens
    assert row.finding.id in {one.uid for one in calendar_of(facts).entries if one.on == happens}
    assert finding_row(row, Lane.NOW, facts, plans=False).day.startswith(words.short_day(happens))
    assert printed(known, due) == f"{happens.day} {happens:%B %Y}"  # type: ignore[arg-type]
