"""One page of dates, and a file that calendars can follow: the same id for life, news only as news."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar as File

from steadyhand.model import FindingStatus, Note, Record, Risk, Severity
from steadyhand.reports.calendar_file import feed, ics
from steadyhand.rhythm.calendar.entries import IN_FILE, Calendar, calendar_of
from steadyhand.rhythm.core.facts import Facts, as_of
from steadyhand.rhythm.core.handling import Handled
from steadyhand.rhythm.reviews.review import review_of
from tests import corpus
from tests.reports.accounts import ledger_rows, stories
from tests.reports.accounts.doubles import Ledger
from tests.reports.accounts.ledger_rows import at, record
from tests.reports.accounts.stories import Story

API = record(
    "acm_expiring",
    "certificate/api",
    "the certificate of api.example expires on 2026-06-19",
    severity=Severity.HIGH,
    risk=Risk.APPROVAL,
    due=at(6, 19, 14),
    certificate="c",
    names=["n"],
)
DISK = record("disk_filling", "vol-1", "vol-1 is full", due=at(7, 27))


def told(*found: Record, notes: list[Note] | None = None, now: datetime | None = None) -> Facts:
    story = Story(Ledger(found=list(found)), now=now or ledger_rows.NOW)
    return as_of(replace(story.facts(), notes={"date": tuple(notes or ())}))


class Subscriber:
    """The ledger's notes of dates, and what the last file said."""

    def __init__(self) -> None:
        self.notes: dict[str, Note] = {}
        self.at = datetime(2026, 5, 20, 9, tzinfo=UTC)

    def hears(self, *found: Record, days: int = 1, **more: Any) -> Calendar:
        """A look, some days later: the file is written, and what it said is remembered."""
        self.at += timedelta(days=days)
        story = Story(Ledger(found=list(found), **more))
        facts = story.facts()
        period = replace(facts.period, until=facts.period.local(self.at), is_running=True)
        known = replace(facts, period=period, notes={"date": tuple(self.notes.values())})
        said = calendar_of(as_of(known))
        for note in said.notes(self.at):
            assert note.id not in self.notes, "what was said is never said otherwise"
            self.notes[note.id] = note
        return said


def events(calendar: Calendar) -> dict[str, Any]:
    """Read back, by the id without the account."""
    file = File.from_ical(feed(calendar))
    assert file.errors == []
    return {str(one["UID"]).partition("@")[0]: one for one in file.walk("VEVENT")}


# The page.


def test_all_kinds_of_dates_soonest_first() -> None:
    facts = as_of(stories.usual().facts())
    said = calendar_of(facts)
    assert [one.kind for one in said.entries] == [
        "review",
        "finding",
        "exemption",
        "finding",
        "review",
        "finding",
    ]
    assert [one.on for one in said.entries] == sorted(one.on for one in said.entries)
    assert said.last_day == date(2026, 11, 28)
    exemption = said.entries[2]
    assert exemption.what.startswith("An exemption ends: bucket press-kit does not block")
    assert exemption.handled is Handled.PLANNED
    assert exemption.note == "set by maya"


def test_half_a_year_and_no_more() -> None:
    far = replace(DISK, finding=replace(DISK.finding, detonates_at=at(12, 1)))
    assert [one.kind for one in calendar_of(told(far)).entries] == ["review", "review"]
    assert [one.kind for one in calendar_of(told(far), 190).entries] == [
        "review",
        "review",
        "finding",
    ]


def test_how_sure_it_is_and_why() -> None:
    said = {one.uid: one for one in calendar_of(told(API, DISK)).entries}
    assert said[API.finding.id].is_certain
    assert said[API.finding.id].certainty == "certain: the certificate carries this date"
    assert not said[DISK.finding.id].is_certain
    assert said[DISK.finding.id].certainty == "likely: worked out from what we read"


def test_where_nothing_is_deployed_nobody_sends_reviews() -> None:
    assert [one.kind for one in calendar_of(told(API), is_deployed=False).entries] == ["finding"]
    assert not calendar_of(told()).is_worth_sending


@pytest.mark.parametrize(
    ("now", "weekly", "monthly"),
    [
        (datetime(2026, 6, 1, 8, tzinfo=UTC), date(2026, 6, 8), date(2026, 7, 1)),
        (datetime(2026, 12, 31, 8, tzinfo=UTC), date(2027, 1, 4), date(2027, 1, 1)),
    ],
)
def test_our_own_next_mails(now: datetime, weekly: date, monthly: date) -> None:
    facts = told(API)
    period = replace(facts.period, until=facts.period.local(now))
    ours = {one.uid for one in calendar_of(replace(facts, period=period)).entries}
    assert {f"review-weekly-{weekly}", f"review-monthly-{monthly}"} <= ours


def test_dates_alike_are_one_and_the_first_that_was_seen_is_its_name() -> None:
    alike = [
        record("acm_expiring", f"c{n}", f"c{n} expires", seen=at(4, 9 - n), due=at(6, 19))
        for n in range(3)
    ]
    first = calendar_of(told(*alike)).entries[1]
    assert first.uid == alike[2].finding.id
    assert set(first.ids) == {one.finding.id for one in alike}
    joined = record("acm_expiring", "a0", "a0 expires", seen=at(5, 9), due=at(6, 19))
    assert calendar_of(told(*alike, joined)).entries[1].uid == first.uid


# What a calendar is told, and when.


def test_nothing_new_is_no_news_and_the_same_bytes() -> None:
    mine = Subscriber()
    first = mine.hears(API, DISK)
    assert all(one.is_news for one in first.entries)
    again = mine.hears(API, DISK)
    assert not any(one.is_news for one in again.entries)
    assert feed(again) == feed(first)
    for one in events(again).values():
        assert one["SEQUENCE"] == 0
        assert one["LAST-MODIFIED"].dt == datetime(2026, 5, 21, 9, tzinfo=UTC)


def test_a_new_name_and_a_new_date_are_news_of_the_same_event() -> None:
    mine = Subscriber()
    mine.hears(API, DISK)
    finding = replace(API.finding, summary="the certificate of www.example expires")
    renamed = replace(API, finding=finding)
    said = events(mine.hears(renamed, DISK))[API.finding.id]
    assert said["SEQUENCE"] == 1
    assert said["LAST-MODIFIED"].dt == datetime(2026, 5, 22, 9, tzinfo=UTC)
    moved = replace(renamed, finding=replace(finding, detonates_at=at(8, 1)))
    later = events(mine.hears(moved, DISK))
    assert later[API.finding.id]["SEQUENCE"] == 2
    assert later[API.finding.id]["DTSTART"].dt == date(2026, 8, 1)
    assert later[DISK.finding.id]["SEQUENCE"] == 0


def test_what_went_away_is_called_off_once_and_then_forgotten() -> None:
    mine = Subscriber()
    mine.hears(API, DISK)
    fixed = replace(API, status=FindingStatus.FIXED, changed_at=at(5, 21, 12))
    off = events(mine.hears(fixed, DISK))[API.finding.id]
    assert (off["STATUS"], off["SEQUENCE"]) == ("CANCELLED", 1)
    assert off["DTSTART"].dt == date(2026, 6, 19)
    still = events(mine.hears(fixed, DISK))[API.finding.id]
    assert still["SEQUENCE"] == 1
    assert still["LAST-MODIFIED"].dt == off["LAST-MODIFIED"].dt
    assert API.finding.id not in events(mine.hears(fixed, DISK, days=31))


def test_what_comes_back_stands_again() -> None:
    mine = Subscriber()
    mine.hears(API)
    mine.hears(replace(API, status=FindingStatus.FIXED, changed_at=at(5, 21, 12)))
    back = events(mine.hears(API))[API.finding.id]
    assert (back["STATUS"], back["SEQUENCE"]) == ("CONFIRMED", 2)


def test_a_day_that_has_come_is_not_called_off() -> None:
    mine = Subscriber()
    mine.hears(API)
    fixed = replace(API, status=FindingStatus.FIXED, changed_at=at(6, 18))
    assert API.finding.id not in events(mine.hears(fixed, days=31))


def test_a_shorter_look_calls_nothing_off() -> None:
    mine = Subscriber()
    mine.hears(API, DISK)
    facts = told(API, DISK, notes=list(mine.notes.values()))
    assert calendar_of(facts, 30).called_off == ()


def test_what_a_file_has_no_room_for_is_not_called_off() -> None:
    many = [
        record("acm_expiring", f"c{n}", f"c{n}", environment=f"e{n}", due=at(6, 19))
        for n in range(IN_FILE + 20)
    ]
    mine = Subscriber()
    first = mine.hears(*many)
    assert len(first.in_file) == IN_FILE
    sooner = record("acm_expiring", "now", "now", due=at(6, 1))
    assert mine.hears(sooner, *many).called_off == ()


def test_notes_of_a_later_time_do_not_change_an_earlier_review() -> None:
    facts = told(API)
    before = ics(review_of(facts))
    later = [replace(note, at=at(6, 2)) for note in calendar_of(facts).notes(at(6, 2))]
    assert ics(review_of(replace(facts, notes={"date": tuple(later)}))) == before


# The file.


def test_a_person_is_reminded_of_what_only_a_person_does() -> None:
    ours = record("acm_renewal_blocked", "r", "r", risk=Risk.SAFE, due=at(6, 20))
    said = events(calendar_of(told(API, ours)))
    assert [str(one["ACTION"]) for one in said[API.finding.id].walk("VALARM")] == ["DISPLAY"]
    assert said[ours.finding.id].walk("VALARM") == []


def test_a_review_has_an_hour_and_the_rest_a_day() -> None:
    said = events(calendar_of(told(API)))
    assert said["review-weekly-2026-06-08"]["DTSTART"].dt == datetime(2026, 6, 8, 8, tzinfo=UTC)
    assert said[API.finding.id]["DTSTART"].dt == date(2026, 6, 19)


HOSTILE = st.text(min_size=1, max_size=300) | st.sampled_from(
    [
        "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:forged",
        'a;b,c\\n\\,d:e"f',
        "\u202egnp.exe \x07\x1b[2J",
        "ü" * 200,
        "\ud800 half",
        "BEGIN:VALARM",
        *filter(None, corpus.HOSTILE),
    ]
)


@given(name=HOSTILE)
def test_whatever_a_name_is_it_stays_a_name(name: str) -> None:
    bad = replace(API, finding=replace(API.finding, summary=name, resource=name, tags={name: name}))
    calendar = calendar_of(told(bad))
    data = feed(calendar)
    assert all(len(line) <= 75 for line in data.split(b"\r\n")), "folded at 75 octets"
    said = events(calendar)
    assert len(said) == len(calendar.entries)
    assert str(said[API.finding.id]["STATUS"]) == "CONFIRMED"
    assert data.count(b"\r\nBEGIN:VEVENT") == len(calendar.entries)


def test_escapes_are_undone_by_who_reads() -> None:
    bad = replace(API, finding=replace(API.finding, summary="a;b,c\\d"))
    (said,) = [one for uid, one in events(calendar_of(told(bad))).items() if uid == API.finding.id]
    assert str(said["SUMMARY"]) == "a;b,c\\d"
