"""Backlog, blind spots, trends, and what a week felt like."""

from __future__ import annotations

from dataclasses import replace

import pytest

from steadyhand.model import (
    ChangeState,
    FindingStatus,
    Lane,
)
from steadyhand.rhythm.backlog.lanes import backlog_of
from steadyhand.rhythm.core.facts import as_of
from steadyhand.rhythm.core.figures import spoken
from steadyhand.rhythm.reviews.coverage import coverage_of
from steadyhand.rhythm.reviews.review import review_of
from steadyhand.rhythm.reviews.verdict import FindingStatus as Verdict
from tests.reports.accounts import stories
from tests.reports.accounts.ledger_rows import at, change, incident, record, sweep
from tests.rhythm.reviews.facts import KEY, told


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
