"""Clocks count intervals: whatever is fixed, gone, failed, undone and back, against a plain replay."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.cli.output.backlog import details
from steadyhand.ledger.rows import finding_row, grown, merged, record_in
from steadyhand.model import ChangeState, FindingStatus, Record
from steadyhand.rhythm.backlog.decisions import decision
from steadyhand.rhythm.backlog.items import items_of
from steadyhand.rhythm.backlog.lanes import row
from steadyhand.rhythm.core.facts import is_open
from steadyhand.rhythm.core.intervals import intervals, open_since
from steadyhand.rhythm.incidents.causes import foretold
from steadyhand.rhythm.results.exposure import exposure_of
from tests.reports.accounts.ledger_rows import at, change, incident, record
from tests.rhythm.results.rows import facts

OPEN, FIXED, GONE = FindingStatus.OPEN, FindingStatus.FIXED, FindingStatus.GONE


def bomb(**more: Any) -> Record:
    return record("open_admin_ports", "sg", "sg opens SSH", **more)


def seen(old: Record | None, status: FindingStatus, when: datetime) -> Record:
    """A look, as the ledger writes and reads it."""
    new = replace(old or bomb(seen=when), status=status, changed_at=when)
    kept = grown(old, merged(old, new) if old else new)
    return record_in(finding_row("1#eu", kept))


def concluded(old: Record, status: FindingStatus, when: datetime) -> Record:
    """Our change of it ended: the row's status is set, its history is not looked at."""
    return replace(old, status=status, changed_at=when, fixed_at=(when, *old.fixed_at)[:2])


STEPS = st.lists(st.sampled_from(["look", "gone", "back", "fix", "fail"]), max_size=25)


@given(STEPS, st.integers(0, 30))
def test_intervals_are_those_of_a_replay(steps: list[str], moment: int) -> None:
    now = at(1, 1)
    known = seen(None, OPEN, now)
    model: list[list[datetime | None]] = [[now, None]]
    changes: list[Any] = []
    for n, step in enumerate(steps):
        now += timedelta(days=1)
        is_there = model[-1][1] is None
        if step == "look":
            known = seen(known, known.status, now)
        elif step == "gone" and is_there:
            known, model[-1][1] = seen(known, GONE, now), now
        elif step == "back" and not is_there:
            known = seen(known, OPEN, now)
            model.append([now, None])
        elif step == "fix" and is_there:
            changes.append(change(f"ch-{n}", known, now - timedelta(seconds=9), 9))
            known, model[-1][1] = concluded(known, FIXED, now), now
        elif step == "fail" and is_there:
            begun = now - timedelta(seconds=9)
            changes.append(change(f"ch-{n}", known, begun, 9, state=ChangeState.FAILED))
            known = concluded(known, OPEN, now)
    assert [list(one) for one in intervals(known, changes)] == model
    when = at(1, 1) + timedelta(days=moment, hours=1)
    assert is_open(known, when) == any(
        begin is not None and begin < when and (end is None or end >= when) for begin, end in model
    )
    if model[-1][1] is None:
        for told in (changes, ()):  # tickets and the command line read no changes
            assert open_since(known, told, now + timedelta(days=1)) == model[-1][0]


@pytest.mark.parametrize("way", [FIXED, GONE])
def test_what_is_back_is_not_overdue_on_its_first_day(way: FindingStatus) -> None:
    """Fixed or gone on 4 January, back on 24 May: the clock starts on 24 May."""
    known = seen(seen(None, OPEN, at(1, 1)), way, at(1, 4))
    known = seen(known, OPEN, at(5, 24))
    told = facts(records=[known])
    (item,) = items_of(told)
    assert item.overdue == 0
    assert item.due > at(5, 24)
    days = (told.period.until - at(5, 24)).days
    assert item.reasons[-1].startswith(f"It has waited {days} days; ")
    assert row(item, told).age.words == f"{days} days old"
    assert any(f"{days} days old" in text.plain for text in details(item, told))
    fired = incident("in-1", "sg", at(5, 25), 5)
    assert "known since 24 May" in foretold(fired, told, [known])
    assert decision(known, (), (), told).age.words == f"{days} days ago"


def test_a_fix_that_failed_does_not_reset_the_clock() -> None:
    """Open since 1 March, our fix failed on 23 May."""
    known = seen(None, OPEN, at(3, 1))
    failed = change("ch-1", known, at(5, 23), 60, state=ChangeState.FAILED)
    known = concluded(known, OPEN, at(5, 23, 9, 1))
    (item,) = items_of(facts(records=[known], changes=[failed]))
    assert item.overdue == 31
    legacy = replace(known, history=())
    (item,) = items_of(facts(records=[legacy], changes=[failed]))
    assert item.overdue == 31


def test_exposure_counts_the_two_intervals() -> None:
    """Open for nine seconds in November, and again for ten in May."""
    first = at(5, 1) - timedelta(days=170)
    known = seen(None, OPEN, first)
    known = concluded(known, FIXED, first + timedelta(seconds=9))
    known = seen(known, OPEN, at(5, 20))
    done = change("ch-2", known, at(5, 20, 9, 0, 3), 7)
    known = concluded(known, FIXED, at(5, 20, 9, 0, 10))
    assert exposure_of(facts(records=[known], changes=[done])).time.words == "10 seconds"
