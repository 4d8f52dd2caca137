"""Whose alarms count, for how long, and in which region; and which week a late review is for."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.model import Incident
from steadyhand.readings.gather import gather
from steadyhand.rhythm.core.period import Cadence, period_of
from steadyhand.rhythm.incidents.alarms import incidents_of, touching
from steadyhand.rhythm.reviews.review import review_of
from tests.reports.accounts import ledger_rows, stories
from tests.reports.accounts.ledger_rows import at


def alarm(name: str, began: datetime, hours: float | None = None, region: str = "r") -> Incident:
    ended = began + timedelta(hours=hours) if hours is not None else None
    return Incident(
        id=f"in-{name}-{region}-{began:%m%d}",
        account=ledger_rows.ACCOUNT,
        region=region,
        signature=name,
        summary="x",
        began_at=began,
        ended_at=ended,
    )


@pytest.mark.parametrize("cadence", ["weekly", "monthly"])
@pytest.mark.parametrize("days", [1, 105, 160, 400])
def test_what_still_fires_is_told_whatever_its_age(cadence: str, days: int) -> None:
    story = stories.usual()
    old = alarm("api-5xx", story.now - timedelta(days=days))
    story.ledger.fired = [old]
    ledger, settings = story.ledger, story.settings
    facts = gather(cadence, ledger=ledger, settings=settings, aws=ledger.aws, now=story.now)
    assert [one.id for one in touching(facts.incidents, facts.period)] == [old.id]
    assert incidents_of(facts).rows[0].is_firing


def test_our_own_alarms_make_nobodys_week_painful() -> None:
    story = stories.usual()
    story.ledger.fired = [alarm("steadyhand-silent", at(5, 26), 30)]
    review = review_of(story.facts("weekly"))
    assert review.incidents.count.words == "0 incidents"
    assert review.incidents.time == timedelta()


def test_one_name_in_two_regions_are_two_alarms() -> None:
    story = stories.usual()
    story.ledger.fired = [alarm("a", at(5, 26), 1, "r"), alarm("a", at(5, 27), 1, "s")]
    rows = incidents_of(replace(story.facts("weekly"))).rows
    assert {one.again.words for one in rows if one.again} == {"first time in 90 days"}


@given(st.integers(0, 500), st.sampled_from(["UTC", "Europe/Berlin", "America/New_York"]))
def test_a_late_weekly_is_for_its_week(weeks: int, zone: str) -> None:
    """Sent on Monday at nine, retried until Tuesday 00:30: one name."""
    monday = datetime(2026, 1, 5, 9, tzinfo=ZoneInfo(zone)) + timedelta(weeks=weeks)
    late = monday.replace(hour=0, minute=30) + timedelta(days=1)
    names = {period_of(Cadence.WEEKLY, one, zone).name for one in (monday, late)}
    assert len(names) == 1
    wednesday = monday + timedelta(days=2)
    assert period_of(Cadence.WEEKLY, wednesday, zone).is_running
