"""A wait lasts as long as there is hope, and no longer. The clock is the test's, and no account lives beside it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from emulator import waiting
from emulator.waiting import TIMES_AS_LONG, TooLate, until, watched


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(waiting, "time", made)
    monkeypatch.setattr(waiting, "_watched", [])
    return made


def after(clock: Clock, seconds: float) -> Callable[[], str | None]:
    return lambda: "there" if clock.now >= seconds else None


def moves_until(clock: Clock, seconds: float) -> Callable[[], object]:
    return lambda: min(clock.now, seconds)


def test_without_progress_it_gives_up_in_time(clock: Clock) -> None:
    with pytest.raises(TooLate, match="it did not happen within 10 s"):
        until(after(clock, 50), "it", 10)
    assert clock.now < 12


def test_with_progress_it_waits_on(clock: Clock) -> None:
    with watched(moves_until(clock, 45)):
        assert until(after(clock, 50), "it", 10) == "there"


def test_once_nothing_moves_any_more_it_gives_up(clock: Clock) -> None:
    with watched(moves_until(clock, 20)), pytest.raises(TooLate):
        until(after(clock, 50), "it", 10)
    assert 29 < clock.now < 34


def test_busy_for_ever_is_not_for_ever(clock: Clock) -> None:
    with watched(lambda: clock.now), pytest.raises(TooLate, match="though there was progress"):
        until(lambda: None, "it", 10)
    assert clock.now < 10 * TIMES_AS_LONG + 2


def test_what_is_watched_no_longer_gives_no_hope(clock: Clock) -> None:
    with watched(lambda: clock.now):
        pass
    with pytest.raises(TooLate):
        until(after(clock, 50), "it", 10)
    assert clock.now < 12


def test_a_wait_may_have_a_progress_of_its_own(clock: Clock) -> None:
    found = until(after(clock, 50), "it", 10, progress=moves_until(clock, 45))
    assert found == "there"
