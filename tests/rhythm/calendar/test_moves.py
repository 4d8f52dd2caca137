"""What became of a date that a calendar was told: it is moved, or it is cancelled, and keeps its name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar as File

from steadyhand.model import FindingStatus, Record
from steadyhand.reports.calendar_file import feed
from steadyhand.rhythm.calendar.entries import DAYS, IN_FILE, calendar_of
from tests.reports.accounts.ledger_rows import at, record
from tests.rhythm.calendar.test_calendar import API, Subscriber, events, told

START = at(5, 21)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(2, 900), st.sampled_from(["open", "fixed", "gone", "undated"])),
        min_size=1,
        max_size=6,
    )
)
def test_an_imported_date_is_where_the_finding_is_or_cancelled(
    looks: list[tuple[int, str]],
) -> None:
    """A program keeps what it was told last, whatever lies more than half a year ahead."""
    mine, stands = Subscriber(), dict[str, object]()
    for days, state in [(20, "open"), *looks]:
        due = None if state == "undated" else mine.at + timedelta(days=days)
        one = replace(API, finding=replace(API.finding, detonates_at=due))
        if state in {"fixed", "gone"}:
            one = replace(one, status=FindingStatus(state), changed_at=mine.at)
        for name, said in events(mine.hears(one)).items():
            if said["STATUS"] == "CANCELLED":
                stands.pop(name, None)
            else:
                stands[name] = said["DTSTART"].dt
        there = stands.get(API.finding.id)
        if state == "open" and due:
            assert there in {due.date(), None if days > DAYS else due.date()}
        else:
            assert there is None


def alike(count: int) -> list[Record]:
    return [
        record("acm_expiring", f"c{n}", f"c{n} expires", seen=at(4, 1 + n), due=at(6, 19))
        for n in range(count)
    ]


@pytest.mark.parametrize("over", [1, 2])
@pytest.mark.parametrize("status", [FindingStatus.FIXED, FindingStatus.GONE])
def test_a_grouped_date_whose_first_is_over_keeps_its_name(
    over: int, status: FindingStatus
) -> None:
    """Three certificates of one day are one event; the one that lent its name is renewed."""
    mine, three = Subscriber(), alike(3)
    first = mine.hears(*three)
    (name,) = (one.uid for one in first.entries if one.kind == "finding")
    some = [
        replace(one, status=status, changed_at=mine.at) if n < over else one
        for n, one in enumerate(three)
    ]
    later = events(mine.hears(*some))
    ours = {uid: said for uid, said in later.items() if not uid.startswith("review")}
    assert list(ours) == [name]
    assert (ours[name]["STATUS"], ours[name]["SEQUENCE"]) == ("CONFIRMED", 1)
    every = [replace(one, status=status, changed_at=mine.at) for one in three]
    ended = events(mine.hears(*every))
    assert ended[name]["STATUS"] == "CANCELLED"


def test_what_a_file_said_is_followed_past_its_room() -> None:
    """A file has room for so many; what it said before is moved in it all the same."""
    mine = Subscriber()
    mine.hears(API)
    crowd = [
        record("acm_expiring", f"c{n}", f"c{n}", environment=f"e{n}", due=at(6, 18))
        for n in range(IN_FILE + 5)
    ]
    later = API.finding.detonates_at
    assert later
    moved = replace(API, finding=replace(API.finding, detonates_at=later + timedelta(days=60)))
    said = events(mine.hears(moved, *crowd))[API.finding.id]
    assert said["DTSTART"].dt == (later + timedelta(days=60)).date()
    assert API.finding.id in events(mine.hears(moved, *crowd)), "and it stays there"


def test_a_day_of_two_exemptions_says_the_end_of_each() -> None:
    """Certificates of one day, of which people let one stay longer: nobody said so of the other."""
    first, second = alike(2)
    calendar = calendar_of(
        told(replace(first, exempt_until=at(6, 5)), replace(second, exempt_until=at(6, 15)))
    )
    notes = {one.ids: one.note for one in calendar.entries if one.kind == "finding"}
    assert notes == {
        (first.finding.id,): "exempt until 5 June",
        (second.finding.id,): "exempt until 15 June",
    }


@given(st.text(max_size=30))
@settings(max_examples=60, deadline=None)
def test_the_calendars_name_is_escaped(owner: str) -> None:
    """RFC 5545, 3.3.11: a comma, a semicolon and a backslash of a text are escaped."""
    facts = told(API)
    named = replace(facts, settings=replace(facts.settings, owner=f"{owner}, Sons; Co\\n"))
    file = feed(calendar_of(named)).decode().replace("\r\n ", "")
    (line,) = (one for one in file.split("\r\n") if one.startswith("X-WR-CALNAME"))
    value = line.partition(":")[2].replace("\\\\", "").replace("\\,", "").replace("\\;", "")
    assert "," not in value
    assert ";" not in value
    assert File.from_ical(feed(calendar_of(named))).errors == []
