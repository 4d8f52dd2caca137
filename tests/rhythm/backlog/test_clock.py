"""The clock starts in the lane of the first day; a move starts it anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from steadyhand.model import Lane, Severity
from steadyhand.rhythm.backlog.clock import DAYS
from steadyhand.rhythm.backlog.moves import Move
from tests.reports.accounts.ledger_rows import at, record
from tests.rhythm.backlog.rows import the_item, when


def test_the_clock_takes_the_lane_it_had_on_its_first_day() -> None:
    key = record("old_access_key", "a", "a", seen=at(4, 20))
    assert when(key) == at(4, 20) + timedelta(days=DAYS[Lane.NEXT][Severity.MEDIUM])
    dated = record("old_access_key", "a", "a", seen=at(4, 1), due=at(6, 12))
    assert the_item(dated).lane is Lane.NOW
    assert when(dated) == at(4, 1) + timedelta(days=60), "not when it came near"


def test_it_should_be_done_before_it_goes_off() -> None:
    assert when(record("acm_expiring", "c", "c", seen=at(5, 28), due=at(6, 4))) == at(6, 1)
    late = record("acm_expiring", "c", "c", seen=at(5, 28), due=at(5, 20))
    assert when(late) == at(5, 28), "never before it was seen"


def test_what_came_back_waits_anew() -> None:
    back = record("old_access_key", "a", "a", seen=at(1, 1))
    back = replace(back, fixed_at=(at(5, 20), at(2, 1)), changed_at=at(5, 24))
    assert when(back) == at(5, 24) + timedelta(days=60)


def test_a_move_starts_the_clock_anew() -> None:
    key = record("old_access_key", "a", "a", seen=at(1, 1))
    word = Move(id="m", lane=Lane.LATER, by="maya", because="x", at=at(5, 20))
    assert when(key, word) == at(5, 20) + timedelta(days=180)
    assert when(replace(key, first_seen=at(5, 25)), word) == at(5, 25) + timedelta(days=180)


def test_what_is_late_says_by_how_much() -> None:
    one = the_item(record("old_access_key", "a", "a", seen=at(3, 30)))
    assert one.due == at(5, 29)
    assert one.overdue == 2
    assert one.reasons[-1] == "It has waited 62 days; overdue by 2 days."


def test_a_later_lane_never_has_less_time_and_every_severity_has_some() -> None:
    for severity in Severity:
        days = [DAYS[lane][severity] for lane in Lane]
        assert days == sorted(days)
    for lane in Lane:
        waits = [DAYS[lane][severity] for severity in Severity]
        assert waits == sorted(waits)
