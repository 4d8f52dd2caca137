"""Each section against rows that could mislead it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from steadyhand.model import (
    Call,
    ChangeState,
    FindingStatus,
    WrittenStep,
)
from steadyhand.rhythm.backlog.lanes import backlog_of
from steadyhand.rhythm.core.changes import changes_of
from steadyhand.rhythm.core.facts import is_open
from steadyhand.rhythm.incidents.alarms import incidents_of
from steadyhand.rhythm.results.exposure import exposure_of
from steadyhand.rhythm.reviews.mistakes import mistakes_of
from tests.reports.accounts import ledger_rows
from tests.reports.accounts.ledger_rows import at, change, incident, record
from tests.rhythm.reviews.facts import KEY, told


def test_alarms_that_fire_together_count_once() -> None:
    fired = [
        incident("in-1", "a", at(5, 3, 10), 30),
        incident("in-2", "b", at(5, 3, 10, 10), 10),
        incident("in-3", "c", at(5, 3, 10, 20), 30),
    ]
    found = incidents_of(told(fired=fired))
    assert found.time == timedelta(minutes=50)
    assert found.count.words == "3 incidents"
    assert found.minutes.ids == ("in-1", "in-2", "in-3")


def test_what_fires_over_the_edge_is_cut_at_the_edge() -> None:
    edge = datetime(2026, 4, 30, 23, tzinfo=UTC)  # midnight in Dublin
    fired = [incident("in-1", "a", edge - timedelta(minutes=30), 40)]
    assert incidents_of(told(fired=fired)).time == timedelta(minutes=10)


def test_what_still_fires_says_so() -> None:
    fired = [incident("in-1", "a", at(5, 31, 22, 50), None)]
    found = incidents_of(told(fired=fired))
    assert found.time == timedelta(minutes=10)
    assert found.rows[0].is_firing


def test_how_often_it_fired_lately() -> None:
    fired = [incident(f"in-{n}", "a", at(4, n + 1), 5) for n in range(3)]
    fired.append(incident("in-9", "a", at(5, 9), 5))
    again = incidents_of(told(fired=fired)).rows[0].again
    assert again is not None
    assert again.words == "fired 4 times in 90 days"
    assert len(again.ids) == 4


def test_every_outcome_is_counted_once() -> None:
    bomb = record("open_admin_ports", "sg", "sg opens SSH")
    made = [
        change("ch-1", bomb, at(5, 2)),
        change("ch-2", bomb, at(5, 3), by=ledger_rows.MAYA),
        change("ch-3", bomb, at(5, 4), state=ChangeState.FAILED, reason="it was done, but"),
        change(
            "ch-4",
            bomb,
            at(4, 4),
            state=ChangeState.UNDONE,
            ended=at(5, 4),
            undone_by=ledger_rows.MAYA,
        ),
        change("ch-5", bomb, at(4, 5)),
        change("ch-6", bomb, at(5, 6), state=ChangeState.DOING),
    ]
    facts = told(made=made)
    said = changes_of(facts)
    kinds = [one.words for one in said.kinds]
    assert kinds == ["1 automatic", "1 approved", "1 undone", "1 failed", "1 being made"]
    assert {row.id for row in said.rows} == {"ch-1", "ch-2", "ch-3", "ch-4", "ch-6"}
    undo = {row.id: row.undo for row in said.rows}
    assert undo["ch-1"] == "steadyhand undo ch-1"
    assert undo["ch-3"] == undo["ch-4"] == undo["ch-6"] == ""
    wrong = mistakes_of(facts)
    assert [one.id for one in wrong.rows] == ["ch-3", "ch-4"]
    assert wrong.undone.ids == ("ch-4",)
    assert wrong.failed.ids == ("ch-3",)


def test_a_failed_change_is_told_as_one() -> None:
    bomb = record("open_admin_ports", "sg", "sg opens SSH")
    made = [
        change("ch-1", bomb, at(5, 4), state=ChangeState.FAILED, reason="the effect did not show")
    ]
    (told_of,) = mistakes_of(told(made=made)).rows
    assert told_of.head == "On 4 May a change of ours failed."
    assert told_of.story == "We tried to fix this: sg opens SSH. We noted: the effect did not show."


def test_what_has_no_way_back_names_no_command() -> None:
    bomb = record("open_admin_ports", "sg", "sg opens SSH")
    done = change("ch-1", bomb, at(5, 4))
    one_way = replace(
        done, id="ch-2", steps=[*done.steps, WrittenStep(do=Call("ec2:DeleteVolume", {}))]
    )
    undo = {row.id: row.undo for row in changes_of(told(made=[done, one_way])).rows}
    assert undo == {"ch-1": "steadyhand undo ch-1", "ch-2": ""}


def test_production_comes_first() -> None:
    here = record("open_admin_ports", "a", "a", environment="development")
    there = record("open_admin_ports", "b", "b", environment="production")
    made = [change("ch-1", here, at(5, 20)), change("ch-2", there, at(5, 1))]
    assert [row.id for row in changes_of(told(made=made)).rows] == ["ch-2", "ch-1"]


def test_the_same_period_stays_the_same() -> None:
    """What was undone, fixed or found after the period does not change it."""
    bomb = record(
        "open_admin_ports", "sg", "sg opens SSH", seen=at(5, 2), status=FindingStatus.OPEN
    )
    later = at(6, 1, 5)
    then = told(found=[KEY, bomb], made=[change("ch-1", bomb, at(5, 2))])
    now = told(
        found=[
            KEY,
            replace(bomb, status=FindingStatus.FIXED, changed_at=later),
            record("public_bucket", "b", "b", seen=later),
        ],
        made=[
            change(
                "ch-1", bomb, at(5, 2), state=ChangeState.UNDONE, ended=later, undone_by="somebody"
            ),
            change("ch-2", bomb, later),
        ],
        fired=[incident("in-1", "a", later, 5)],
    )
    assert changes_of(then).kinds == changes_of(now).kinds
    assert backlog_of(then).findings == backlog_of(now).findings
    assert mistakes_of(now).rows == ()
    assert incidents_of(now).rows == ()


def test_open_at_a_time() -> None:
    fixed = record("x", "a", "a", seen=at(5, 1), status=FindingStatus.FIXED, changed=at(5, 10))
    assert not is_open(fixed, at(4, 30))
    assert is_open(fixed, at(5, 5))
    assert not is_open(fixed, at(5, 11))


def test_exposure_lasts_from_first_seen_to_closed() -> None:
    bomb = record("open_admin_ports", "sg", "sg opens SSH", seen=at(5, 2, 9))
    bomb = replace(bomb, status=FindingStatus.FIXED, changed_at=at(5, 2, 9, 30))
    made = [
        change("ch-1", bomb, at(5, 2, 9, 29), 60),
        change("ch-2", bomb, at(5, 20, 9), 20),  # opened again: we know only our own change
    ]
    said = exposure_of(told(found=[bomb], made=made))
    assert said.closed.ids == ("ch-1", "ch-2")
    assert said.time.words == "30 minutes"
    assert said.longest is not None
    assert said.longest.ids == ("ch-1",)
    assert said.still_open.words == "0"
