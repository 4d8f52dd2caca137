"""Each section against rows that could mislead it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from steadyhand.model import (
    Call,
    ChangeState,
    FindingStatus,
    Lane,
    Mode,
    Risk,
    Severity,
    WrittenStep,
)
from steadyhand.rhythm.backlog.decisions import decisions_of, question
from steadyhand.rhythm.backlog.lanes import backlog_of
from steadyhand.rhythm.calendar.bombs import bombs_of, thing
from steadyhand.rhythm.core.changes import changes_of
from steadyhand.rhythm.core.facts import Facts, as_of, is_open
from steadyhand.rhythm.core.figures import spoken
from steadyhand.rhythm.core.handling import Handled
from steadyhand.rhythm.incidents.alarms import incidents_of
from steadyhand.rhythm.results.exposure import exposure_of
from steadyhand.rhythm.reviews.coverage import coverage_of
from steadyhand.rhythm.reviews.mistakes import mistakes_of
from steadyhand.rhythm.reviews.review import review_of
from steadyhand.rhythm.reviews.verdict import FindingStatus as Verdict
from tests.reports.accounts import stories
from tests.reports.accounts.stories import (
    Client,
    Ledger,
    Story,
    at,
    change,
    incident,
    record,
    sweep,
)

KEY = record("old_access_key", "k", "k is old", seen=at(4, 1))


def told(*, cadence: str = "monthly", settings: object = None, **rows: object) -> Facts:
    """The facts of some rows, with one old finding so that there is a past."""
    ledger = Ledger(aws=Client(), **{"found": [KEY]} | rows)  # type: ignore[arg-type]
    story = Story(ledger, now=stories.NOW if cadence == "monthly" else stories.MONDAY)
    if settings:
        story = replace(story, settings=settings)
    return as_of(story.facts(cadence))


# Incidents.


def test_alarms_that_ring_together_count_once() -> None:
    fired = [
        incident("in-1", "a", at(5, 3, 10), 30),
        incident("in-2", "b", at(5, 3, 10, 10), 10),
        incident("in-3", "c", at(5, 3, 10, 20), 30),
    ]
    found = incidents_of(told(fired=fired))
    assert found.time == timedelta(minutes=50)
    assert found.count.words == "3 incidents"
    assert found.minutes.ids == ("in-1", "in-2", "in-3")


def test_what_rings_over_the_edge_is_cut_at_the_edge() -> None:
    edge = datetime(2026, 4, 30, 23, tzinfo=UTC)  # midnight in Dublin
    fired = [incident("in-1", "a", edge - timedelta(minutes=30), 40)]
    assert incidents_of(told(fired=fired)).time == timedelta(minutes=10)


def test_what_still_rings_says_so() -> None:
    fired = [incident("in-1", "a", at(5, 31, 22, 50), None)]
    found = incidents_of(told(fired=fired))
    assert found.time == timedelta(minutes=10)
    assert found.rows[0].is_firing


def test_how_often_it_rang_lately() -> None:
    fired = [incident(f"in-{n}", "a", at(4, n + 1), 5) for n in range(3)]
    fired.append(incident("in-9", "a", at(5, 9), 5))
    again = incidents_of(told(fired=fired)).rows[0].again
    assert again is not None
    assert again.words == "fired 4 times in 90 days"
    assert len(again.ids) == 4


# Changes and mistakes.


def test_every_outcome_is_counted_once() -> None:
    bomb = record("open_admin_ports", "sg", "sg opens SSH")
    made = [
        change("ch-1", bomb, at(5, 2)),
        change("ch-2", bomb, at(5, 3), by=stories.MAYA),
        change("ch-3", bomb, at(5, 4), state=ChangeState.FAILED, reason="it was done, but"),
        change(
            "ch-4", bomb, at(4, 4), state=ChangeState.UNDONE, ended=at(5, 4), undone_by=stories.MAYA
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


# Exposure.


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


# Decisions and bombs.


@pytest.mark.parametrize(
    ("fix", "asked"),
    [
        ("release the address.", "Shall we release the address?"),
        (
            "turn all four blocks on, once a person has said yes: a bucket that is public stops.",
            "Shall we turn all four blocks on?",
        ),
        (
            "once a person has said yes, request a certificate. Then a new item stands.",
            "Shall we request a certificate?",
        ),
        (
            "make it private at once, without a restart, when a person has said yes: programs lose.",
            "Shall we make it private at once, without a restart?",
        ),
        ("keep logs for a year (`days`). What is older", "Shall we keep logs for a year?"),
        ("", "Shall we fix it?"),
    ],
)
def test_the_runbook_asks(fix: str, asked: str) -> None:
    assert question(fix) == asked


def test_every_check_that_plans_can_be_asked() -> None:
    from steadyhand.catalogue import discovery as catalogue
    from steadyhand.readings.gather import kinds

    for name, kind in kinds(catalogue.names(), {}).items():
        asked = question(kind.fix)
        assert asked.startswith("Shall we "), name
        assert len(asked) < 160, (name, asked)
        assert "person has said" not in asked, (name, asked)
        assert kind.title, name


def test_at_most_three_and_none_that_we_do_ourselves() -> None:
    mine = [
        record(
            check,
            "x",
            "x is wrong",
            severity=Severity.HIGH,
            risk=risk,
            certificate="c",
            names=["n"],
            bucket="b",
        )
        for check, risk in [
            ("acm_expiring", Risk.APPROVAL),
            ("public_bucket", Risk.APPROVAL),
            ("dynamodb_pitr_off", Risk.SAFE),
            ("endless_logs", Risk.SAFE),
            ("queue_without_dlq", Risk.ADVICE),
            ("unattached_volume", Risk.APPROVAL),
        ]
    ]
    said = decisions_of(told(found=mine))
    assert len(said.rows) == 3
    assert said.more is None or len(said.more.ids) == 1
    asked = {one.finding for one in said.rows}
    auto = mine[2].finding.id
    assert stories.SETTINGS.mode("dynamodb_pitr_off", "production") is Mode.AUTO
    assert auto not in asked
    assert mine[4].finding.id not in asked, "nobody can approve what has no plan"


def test_an_exempt_finding_is_not_asked_and_not_in_the_backlog() -> None:
    bucket = record(
        "public_bucket", "b", "b", severity=Severity.HIGH, risk=Risk.APPROVAL, exempt=at(7, 1)
    )
    facts = told(found=[bucket])
    assert decisions_of(facts).rows == ()
    assert backlog_of(facts).findings.ids == ()
    assert backlog_of(facts).exempt.ids == (bucket.finding.id,)
    ended = told(found=[replace(bucket, exempt_until=at(5, 1))])
    assert len(decisions_of(ended).rows) == 1


def test_the_answer_is_wanted_before_it_goes_off_and_never_in_the_past() -> None:
    soon = record("acm_expiring", "c", "c", risk=Risk.APPROVAL, due=at(6, 2))
    over = record("public_bucket", "d", "d", risk=Risk.APPROVAL, due=at(5, 2))
    rows = {one.finding: one for one in decisions_of(told(found=[soon, over])).rows}
    assert rows[soon.finding.id].by == stories.NOW.date()
    assert rows[over.finding.id].by == stories.NOW.date()
    assert "has passed" in spoken(rows[over.finding.id].silent)


def test_who_takes_care_of_a_date() -> None:
    due = at(6, 20)
    mine = [
        record("dynamodb_pitr_off", "auto", "a", risk=Risk.SAFE, due=due),
        record("acm_expiring", "ask", "b", risk=Risk.APPROVAL, due=due),
        record("public_bucket", "leave", "c", risk=Risk.APPROVAL, due=due, exempt=at(7, 1)),
        record("deprecated_runtime", "hand", "d", due=due),
        record("old_access_key", "far", "e", due=at(10, 1)),
        record("old_access_key", "gone", "f", due=due, status=FindingStatus.GONE, changed=at(5, 2)),
    ]
    said = bombs_of(told(found=mine))
    how = {one.ids[0]: one.handled for one in said.every}
    assert how == {
        mine[0].finding.id: Handled.AUTO,
        mine[1].finding.id: Handled.YOU,
        mine[2].finding.id: Handled.PLANNED,
        mine[3].finding.id: Handled.HAND,
    }
    assert said.yours.words == "2"


@pytest.mark.parametrize(
    ("summary", "short"),
    [
        ("the certificate of api.example expires on 2026-06-19", "certificate of api.example"),
        ("invoice-pdf runs on python3.9: no patches", "invoice-pdf runs on python3.9"),
        ("expires on its own", "expires on its own"),
        (": odd", ": odd"),
    ],
)
def test_a_bomb_has_a_short_name(summary: str, short: str) -> None:
    assert thing(summary) == short


# Backlog.


def test_findings_of_one_check_and_environment_are_one_item() -> None:
    many = [
        record("old_access_key", f"k{n}", f"k{n}", environment=("production", "staging")[n % 2])
        for n in range(20)
    ]
    said = backlog_of(told(found=many))
    lane = next(one for one in said.lanes if one.lane is Lane.NEXT)
    assert [item.count.words for item in lane.items if item.count] == ["10 of them", "10 of them"]
    assert said.findings.words == "20 findings"


def test_at_most_seven_items_are_shown_in_a_lane() -> None:
    many = [record("old_access_key", f"k{n}", "k", environment=f"e{n}") for n in range(12)]
    lane = backlog_of(told(found=many)).lanes[1]
    assert len(lane.items) == 7
    assert lane.folded is not None
    assert lane.folded.words == "5 more"
    assert len(lane.folded.ids) == 5
    assert len(lane.count.ids) == 12


def test_what_moved() -> None:
    rows = [
        record("x", "new", "x", seen=at(5, 2)),
        record("x", "fixed", "x", status=FindingStatus.FIXED, changed=at(5, 3)),
        record("x", "left", "x", status=FindingStatus.GONE, changed=at(5, 3)),
        record("x", "before", "x", status=FindingStatus.FIXED, changed=at(4, 25)),
    ]
    said = backlog_of(told(found=rows))
    assert (said.added.words, said.done.words, said.gone.words) == ("1", "1", "1")


# Coverage.


def test_what_was_not_read_is_said_with_its_places() -> None:
    swept = [
        sweep(at(5, 31, 21), ("a", "eu-west-1", "denied"), ("a", "eu-west-2", "denied")),
        sweep(at(5, 20), ("b", "us-east-1", "too slow"), region="us-east-1"),
    ]
    said = coverage_of(told(swept=swept))
    assert [(gap.what, gap.places.words) for gap in said.gaps] == [
        ("a", "2 places"),
        ("b", "1 place"),
    ]
    (silent,) = said.silent
    assert "us-east-1" in spoken(silent)


def test_exemptions_that_end_within_thirty_days() -> None:
    story = stories.usual()
    one = story.ledger.said[0]
    story.ledger.said += [replace(one, scope="later", until=at(8, 1))]
    said = coverage_of(as_of(story.facts()))
    assert [e.scope for e in said.ending] == [one.scope]


# The table.


def test_trends() -> None:
    fired = [
        incident("in-1", "a", at(5, 12), 30),
        incident("in-2", "a", at(5, 13), 30),
        incident("in-3", "a", at(5, 20), 90),
    ]
    bomb = record("open_admin_ports", "sg", "sg", seen=at(5, 19))
    made = [change("ch-1", bomb, at(5, 14)), change("ch-2", bomb, at(5, 19))]
    rows = {
        row.name: (row.now.words, row.before and row.before.words, row.trend)
        for row in review_of(
            told(cadence="weekly", fired=fired, made=made, found=[KEY, bomb])
        ).table
    }
    assert rows["Incidents"] == ("1", "2", "better")
    assert rows["Alarms fired"] == ("90 min", "60 min", "worse")
    assert rows["Changes of ours"] == ("1", "1", "")
    assert rows["Undone or failed"] == ("0", "0", "same")
    assert rows["New findings"] == ("1", "0", "worse")


def test_without_a_past_there_is_no_trend() -> None:
    young = record("old_access_key", "k", "k", seen=at(5, 20))
    table = review_of(told(cadence="weekly", found=[young])).table
    assert {row.trend for row in table} == {""}
    assert {row.before for row in table} == {None}


# The verdict.


@pytest.mark.parametrize(
    ("cadence", "minutes", "status"),
    [
        ("monthly", 59, Verdict.STABLE),
        ("monthly", 60, Verdict.PAINFUL),
        ("weekly", 9, Verdict.NORMAL),
        ("weekly", 10, Verdict.PAINFUL),
    ],
)
def test_painful_begins_somewhere(cadence: str, minutes: int, status: Verdict) -> None:
    facts = told(cadence=cadence, fired=[incident("in-1", "a", at(5, 20), minutes)])
    assert review_of(facts).status is status


def test_a_week_in_which_we_undid_something_is_painful() -> None:
    bomb = record("open_admin_ports", "sg", "sg")
    made = [change("ch-1", bomb, at(5, 20), state=ChangeState.UNDONE, undone_by="x")]
    review = review_of(told(cadence="weekly", made=made))
    assert review.status is Verdict.PAINFUL
    assert spoken(review.because) == "1 change of ours went wrong."


def test_quiet_means_that_there_is_nothing_to_tell() -> None:
    assert review_of(stories.quiet().facts("weekly")).is_quiet
    assert review_of(stories.quiet().facts("weekly")).status is Verdict.QUIET
    assert not review_of(stories.usual().facts()).is_quiet


def test_nobody_looked_is_not_quiet() -> None:
    review = review_of(stories.blank().facts())
    assert review.status is Verdict.BLANK
    assert spoken(review.subject) == "May: no sweep yet"
