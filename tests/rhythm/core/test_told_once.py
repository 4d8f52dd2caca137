"""A change is told once: in the period in which it ended, whenever it began and however long it took."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from steadyhand.model import ChangeState
from steadyhand.rhythm.core.changes import STUCK, begun_or_ended, changes_of
from steadyhand.rhythm.core.facts import Facts, as_of
from steadyhand.rhythm.core.period import Cadence, period_of
from steadyhand.rhythm.results.fixed import fixed
from tests.reports.accounts import stories
from tests.reports.accounts.ledger_rows import change

START = datetime(2026, 3, 2, tzinfo=UTC)


@cache
def account() -> Facts:
    return stories.usual().facts()


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(list(Cadence)),
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland"]),
    st.floats(0, 2_000),
    st.floats(0.001, 900),
    st.sampled_from([ChangeState.VERIFIED, ChangeState.FAILED, ChangeState.THEIRS]),
)
def test_a_change_is_told_in_the_period_it_ended(
    cadence: Cadence, zone: str, begin: float, took: float, state: ChangeState
) -> None:
    began = START + timedelta(hours=begin)
    ended = began + timedelta(hours=took)
    record = account().records[0]
    one = replace(change("ch-1", record, began, state=state), ended_at=ended)
    told, at, gave = [], START + timedelta(days=40), []
    for _ in range(12):
        period = period_of(cadence, at, zone)
        while period.is_running:
            at -= timedelta(days=1)
            period = period_of(cadence, at, zone)
        facts = as_of(replace(account(), period=period, changes=(one,), incidents=()))
        found = begun_or_ended(facts)
        if period.holds(ended):
            assert [seen.state for seen in found] == [state]
            told.append(period.name)
        elif found:
            assert [seen.state for seen in found] == [ChangeState.DOING], "told as under way only"
            assert period.until - began >= STUCK
        if fixed(facts):
            gave.append(period.name)
            assert changes_of(facts).count.ids, "what returned hours was changed"
        at += timedelta(days=32 if cadence is Cadence.MONTHLY else 7)
    assert len(told) <= 1
    assert set(gave) <= set(told)
