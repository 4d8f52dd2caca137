"""No month is dear for its length: neither for the check nor for the review."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from steadyhand.rhythm.cost.anomaly import as_before, excesses, turned
from steadyhand.sources.cost_explorer import Day, latest_judged
from steadyhand.sources.unusual_days import SCORE, days_of_month


@settings(max_examples=20, deadline=None)
@given(
    st.integers(2024, 2030),
    st.integers(1, 12),
    st.integers(1, 28),
    st.floats(30, 100_000),
    st.floats(0, 1),
)
def test_what_is_kept_unchanged_never_runs_high(
    year: int, month: int, day: int, a_month: float, stored: float
) -> None:
    """Some of it metered by the month's hours, the rest by its own: a bar of nothing but noise."""
    last = date(year, month, day)
    first = last - timedelta(days=36)
    usd = []
    for n in range(37):
        of_month = a_month * stored / days_of_month(first + timedelta(days=n))
        usd.append(of_month + a_month * (1 - stored) / 30)
    days = [Day(first + timedelta(days=n), paid) for n, paid in enumerate(usd)]
    assert all(one.score < SCORE for one in latest_judged(days, 22))
    assert not any(excesses(usd, first))
    assert turned(usd, first, first + timedelta(days=5), 1) is None


def test_a_leap_in_february_is_still_seen() -> None:
    first = date(2026, 1, 20)
    usd = [100 / days_of_month(first + timedelta(days=n)) * 30 for n in range(36)]
    usd[-1] *= 2
    days = [Day(first + timedelta(days=n), paid) for n, paid in enumerate(usd)]
    assert latest_judged(days, 1)[0].score >= SCORE
    assert excesses(usd, first)[-1] > 0


@settings(max_examples=20, deadline=None)
@given(st.integers(2024, 2030), st.integers(1, 12), st.floats(60, 5_000))
def test_a_charge_on_each_last_day_is_none_of_a_surprise(
    year: int, month: int, charge: float
) -> None:
    """The 28th, 29th, 30th or 31st: as on the last day of the month before."""
    end = (date(year, month, 1) + timedelta(days=32)).replace(day=1)
    first = end - timedelta(days=64)
    on = [first + timedelta(days=n) for n in range(64)]
    usd = [50.0 + (charge if (day + timedelta(days=1)).day == 1 else 0) for day in on]
    assert not any(
        more for day, more in zip(on, excesses(usd, first), strict=True) if day >= on[-20]
    )
    days = [Day(day, paid) for day, paid in zip(on, usd, strict=True)][-37:]
    assert all(one.score < SCORE for one in latest_judged(days, 2))


@settings(max_examples=40, deadline=None)
@given(
    st.dates(date(2024, 1, 2), date(2030, 12, 31)),
    st.floats(30, 10_000),
    st.booleans(),
)
def test_the_same_use_in_another_month_is_certain_of_its_cause(
    until: date, a_month: float, is_stored: bool
) -> None:
    """A month that runs or is over, against as many days before, or all of them."""
    begin = until.replace(day=1)
    earlier = (begin - timedelta(days=1)).replace(day=1)
    whole = (begin, (begin + timedelta(days=32)).replace(day=1)), (earlier, begin)
    days = min((until - begin).days, (begin - earlier).days)
    running = (begin, begin + timedelta(days=days)), (earlier, earlier + timedelta(days=days))
    first, count = earlier, (whole[0][1] - earlier).days
    usd = [
        a_month / (days_of_month(first + timedelta(days=n)) if is_stored else 30)
        for n in range(count)
    ]
    for now, before in (whole, running) if days else (whole,):
        is_other = days_of_month(begin) != days_of_month(earlier)
        assert bool(as_before(usd, first, now, before)) is is_other
        dearer = [paid * (1.25 if n >= (begin - first).days else 1) for n, paid in enumerate(usd)]
        assert not as_before(dearer, first, now, before)


@settings(max_examples=25, deadline=None)
@given(
    st.dates(date(2023, 1, 1), date(2030, 12, 31)),
    st.fixed_dictionaries(
        {one: st.just(0.0) | st.floats(0.1, 10_000) for one in ("stored", "run", "week", "last")}
    ),
)
@example(date(2024, 11, 20), {"stored": 6.0, "run": 0.0, "week": 10_274.0, "last": 24.0})
def test_charges_of_every_rhythm_together_are_no_surprise(
    first: date, paid: dict[str, float]
) -> None:
    """Storage by the month, hours, a batch each Wednesday and a fee on each last day: once known, usual."""
    usd = []
    for n in range(140):
        on = first + timedelta(days=n)
        is_last = (on + timedelta(days=1)).day == 1
        usd.append(
            paid["stored"] / days_of_month(on)
            + paid["run"] / 30
            + (paid["week"] if on.weekday() == 2 else 0.0)
            + (paid["last"] if is_last else 0.0)
        )
    assert not any(excesses(usd, first)[100:])
