"""How numbers and strangers' names are written."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.rhythm.core import words


@pytest.mark.parametrize(
    ("usd", "said"),
    [(0, "$0"), (2.41, "$2.41"), (9.999, "$10"), (96.4, "$96"), (4211.7, "$4,212"), (-3, "−$3.00")],
)
def test_money(usd: float, said: str) -> None:
    assert words.money(usd) == said


@pytest.mark.parametrize(("usd", "said"), [(-318, "−$318"), (96, "+$96"), (0, "±$0")])
def test_differences_have_a_real_minus(usd: float, said: str) -> None:
    assert words.moved(usd) == said


@pytest.mark.parametrize(
    ("seconds", "said", "brief"),
    [
        (0, "0 seconds", "0 s"),
        (1, "1 second", "1 s"),
        (58, "58 seconds", "58 s"),
        (31 * 60, "31 minutes", "31 min"),
        (125 * 60, "2 hours 5 minutes", "2 h 5 min"),
        (7200, "2 hours", "2 h"),
        (86400 * 3, "3 days", "3 days"),
    ],
)
def test_durations(seconds: int, said: str, brief: str) -> None:
    assert words.duration(timedelta(seconds=seconds)) == said
    assert words.brief(timedelta(seconds=seconds)) == brief


def test_hours_of_work_are_a_range() -> None:
    assert words.hours(2, 8) == "2 to 8 hours"
    assert words.hours(0.5, 2) == "30 minutes to 2 hours"
    assert words.hours(0.25, 1) == "15 to 60 minutes"


def test_days() -> None:
    assert words.day(date(2026, 6, 19), 2026) == "19 June"
    assert words.day(date(2027, 6, 19), 2026) == "19 June 2027"
    assert words.short_day(date(2026, 6, 9)) == "9 Jun"
    assert words.range_of(date(2026, 5, 12), date(2026, 5, 14)) == "12–14 May"
    assert words.range_of(date(2026, 4, 30), date(2026, 5, 1)) == "30 April – 1 May"


def test_names_keep_their_small_letters() -> None:
    assert words.told("invoice-pdf ends on 2026-06-19") == "invoice-pdf ends on 19 June 2026."
    assert words.told("the certificate ends") == "The certificate ends."
    assert words.told("it is 2026-99-99") == "It is 2026-99-99."
    assert words.told("  ") == ""


def test_what_a_check_calls_a_thing_before_its_name_begins_a_sentence() -> None:
    """Each word of ours that a summary begins with, and that a name follows."""
    checks = Path(words.__file__).parents[2] / "checks"
    begins = {
        found
        for file in checks.rglob("*.py")
        for found in re.findall(r'summary=f?"([a-z]+) \{', file.read_text("utf-8"))
    }
    assert {"bucket", "snapshot"} <= begins <= words.COMMON


@given(st.text(max_size=400))
def test_strangers_words_are_one_visible_line(text: str) -> None:
    said = words.clean(text, 80)
    assert len(said) <= 80
    assert said.splitlines() in ([], [said])
    assert not {unicodedata.category(one) for one in said} & words.UNSEEN
    said.encode()
    assert words.clean(said, 80) == said


@given(st.integers(0, 1439), st.lists(st.integers(0, 10), min_size=3, max_size=9))
def test_what_comes_at_the_same_hour_is_told_at_any_hour(start: int, late: list[int]) -> None:
    midnight = datetime(2026, 11, 2, tzinfo=UTC)
    times = [
        midnight + timedelta(days=day, minutes=start + minutes) for day, minutes in enumerate(late)
    ]
    first = midnight + timedelta(minutes=start + min(late))
    assert words.same_hour(times) == f"always at {first:%H:%M}"
    assert words.same_hour(times[:2]) == "", "twice may be chance"
    assert words.same_hour([*times, times[0] + timedelta(hours=3)]) == ""


@pytest.mark.parametrize(
    ("who", "name"),
    [
        ("arn:aws:iam::111122223333:root", "root"),
        ("arn:aws:iam::111122223333:user/team/maya", "maya"),
        ("arn:aws:sts::111122223333:assumed-role/ops/jonas", "jonas"),
        ("maya", "maya"),
    ],
)
def test_a_person_is_a_name_and_never_an_arn(who: str, name: str) -> None:
    assert words.person(who) == name
