"""Items for life, a sum that can be done again, a person's word that holds, and a clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from math import prod
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.catalogue.lanes import AHEAD, SOON, lane_of, score_of, weight
from steadyhand.model import FindingStatus, Lane, Note, Risk, Severity
from steadyhand.rhythm.backlog.items import items_of
from steadyhand.rhythm.backlog.lanes import backlog_of
from steadyhand.rhythm.backlog.moves import item_id, note_of
from steadyhand.rhythm.core.facts import as_of
from steadyhand.rhythm.first.report import worst
from tests.reports.accounts import ledger_rows, stories
from tests.reports.accounts.kinds import KINDS
from tests.reports.accounts.ledger_rows import at, record
from tests.rhythm.backlog.rows import facts, the_item

NOW = ledger_rows.NOW
CATEGORIES = ("certificates", "backups", "jobs", "exposure", "access", "lifecycle", "costs")
LANES = tuple(Lane)


def moved(item: str, lane: Lane, when: datetime, because: str = "we know better") -> Note:
    return note_of(item, lane, ledger_rows.MAYA, because, when)


KEY = item_id(ledger_rows.ACCOUNT, "old_access_key", "production")


@given(
    severity=st.sampled_from(Severity),
    risk=st.sampled_from(Risk),
    category=st.sampled_from(CATEGORIES),
    days=st.none() | st.integers(-30, 400),
    usd=st.none() | st.floats(0, 100_000),
)
def test_the_sum_is_what_its_factors_say(
    severity: Severity, risk: Risk, category: str, days: int | None, usd: float | None
) -> None:
    due_at = None if days is None else NOW + timedelta(days=days)
    one = replace(
        record("x", "n", "s").finding, severity=severity, detonates_at=due_at, usd_per_month=usd
    )
    score = score_of(one, category, NOW, risk)
    assert score.value == pytest.approx(weight(one, category, NOW, risk))
    assert score.value == pytest.approx(prod(f.value for f in score.factors))
    assert all(f.why for f in score.factors)
    lane = lane_of(one, category, NOW, risk)
    if due_at and due_at - NOW <= SOON:
        assert lane is Lane.NOW
    elif due_at and due_at - NOW <= AHEAD:
        assert lane is not Lane.LATER


@given(
    severity=st.sampled_from(Severity),
    risk=st.sampled_from(Risk),
    category=st.sampled_from(CATEGORIES),
    days=st.integers(1, 400),
)
def test_nearer_graver_and_easier_is_never_later(
    severity: Severity, risk: Risk, category: str, days: int
) -> None:
    one = replace(
        record("x", "n", "s").finding,
        severity=severity,
        detonates_at=NOW + timedelta(days=days),
    )

    def rank(**other: Any) -> tuple[int, float]:
        takes = other.pop("risk", risk)
        changed = replace(one, **other)
        return (
            LANES.index(lane_of(changed, category, NOW, takes)),
            -weight(changed, category, NOW, takes),
        )

    assert rank(detonates_at=NOW + timedelta(days=days - 1)) <= rank()
    assert rank(severity=Severity.CRITICAL) <= rank()
    assert rank(risk=Risk.SAFE) <= rank()


@pytest.mark.parametrize(
    ("usd", "lane"), [(None, Lane.LATER), (90.0, Lane.LATER), (400.0, Lane.NEXT), (1e6, Lane.NEXT)]
)
def test_money_alone_never_reaches_now(usd: float | None, lane: Lane) -> None:
    one = replace(record("x", "n", "s", severity=Severity.LOW).finding, usd_per_month=usd)
    assert lane_of(one, "costs", NOW, Risk.APPROVAL) is lane


def test_an_item_is_the_same_for_life() -> None:
    before = the_item(record("old_access_key", "a", "a"))
    after = the_item(
        record("old_access_key", "b", "another", severity=Severity.HIGH),
        record("old_access_key", "a", "a", status=FindingStatus.FIXED, changed=at(5, 2)),
    )
    assert before.id == after.id == KEY
    other = record("old_access_key", "a", "a", environment="staging")
    assert the_item(other).id != KEY


def test_its_list_tells_what_is_left_first() -> None:
    found = [
        record("old_access_key", "c", "c", status=FindingStatus.FIXED, changed=at(5, 2)),
        record("old_access_key", "a", "a"),
        record("old_access_key", "d", "d", exempt=at(8, 1)),
        record("old_access_key", "e", "e", status=FindingStatus.GONE, changed=at(5, 2)),
        record("old_access_key", "b", "b", severity=Severity.HIGH),
    ]
    one = the_item(*found)
    assert [(task.said, task.state) for task in one.checklist] == [
        ("b.", "open"),
        ("a.", "open"),
        ("c.", "fixed"),
        ("d.", "exempt"),
        ("e.", "gone"),
    ]
    assert one.what == "An access key has not been changed for a long time."


@pytest.mark.parametrize(
    ("states", "whole"),
    [
        ([FindingStatus.FIXED], "fixed"),
        ([FindingStatus.GONE], "gone"),
        ([FindingStatus.GONE, FindingStatus.FIXED], "fixed"),
        ([FindingStatus.FIXED, FindingStatus.OPEN], "exempt"),
    ],
)
def test_what_is_over_is_told_where_it_is_asked_for(
    states: list[FindingStatus], whole: str
) -> None:
    found = [
        record(
            "old_access_key",
            f"{n}",
            "x",
            status=state,
            changed=at(5, 2),
            exempt=at(8, 1) if state is FindingStatus.OPEN else None,
        )
        for n, state in enumerate(states)
    ]
    assert items_of(facts(*found)) == ()
    (one,) = items_of(facts(*found), ended=True)
    assert (one.state, one.open, one.overdue) == (whole, (), 0)
    assert len(one.checklist) == len(found)


def test_the_highest_score_of_a_lane_comes_first_and_production_before_its_equal() -> None:
    found = [
        record("queue_without_dlq", "q", "q", environment="development", risk=Risk.APPROVAL),
        record("queue_without_dlq", "q", "q", risk=Risk.APPROVAL),
        record("public_bucket", "b", "b", severity=Severity.HIGH, risk=Risk.APPROVAL),
    ]
    said = items_of(facts(*found))
    assert {one.lane for one in said} == {Lane.NEXT}
    assert [(one.check, one.environment) for one in said] == [
        ("queue_without_dlq", "production"),
        ("public_bucket", "production"),
        ("queue_without_dlq", "development"),
    ]


def test_the_order_they_were_read_in_changes_nothing() -> None:
    story = stories.usual()
    one = items_of(as_of(story.facts()))
    story.ledger.found.reverse()
    assert items_of(as_of(story.facts())) == one


def test_a_move_holds_and_says_who_and_why() -> None:
    one = the_item(record("old_access_key", "a", "a"), notes=(moved(KEY, Lane.NOW, at(5, 20)),))
    assert (one.lane, one.rule) == (Lane.NOW, Lane.NEXT)
    assert one.reasons[:2] == (
        "maya put it here on 20 May: we know better.",
        "By the rule it would be in Next.",
    )


def test_a_move_goes_with_its_findings_where_their_environment_changes() -> None:
    """People tag the resource otherwise: the item is called otherwise, and the word was of it."""
    names = ["a", "b", "c"]
    old = [record("old_access_key", name, name, environment="production") for name in names]
    ids = {one.finding.id for one in old}
    (before,) = items_of(facts(*old))
    word = note_of(before.id, Lane.LATER, ledger_rows.MAYA, "we leave", at(5, 20), findings=ids)
    now = [replace(one, environment="staging") for one in old]
    other = record("old_access_key", "d", "d", environment="sandbox")
    found = {one.environment: one for one in items_of(facts(*now, other, notes=(word,)))}
    assert (found["staging"].lane, found["staging"].moved is None) == (Lane.LATER, False)
    assert found["sandbox"].moved is None, "of that nobody said anything"
    done = replace(old[0], status=FindingStatus.FIXED, changed_at=at(5, 22))
    assert [one.lane for one in items_of(facts(*now[1:], done, notes=(word,)))] == [Lane.LATER]
    half = {one.environment: one.moved for one in items_of(facts(*now[1:], old[0], notes=(word,)))}
    assert half["production"]
    assert half["staging"] is None
    later = note_of(found["staging"].id, Lane.NOW, ledger_rows.MAYA, "no", at(5, 24))
    (last,) = items_of(facts(*now, notes=(word, later)))
    assert last.lane is Lane.NOW


def test_the_last_word_counts_and_one_after_the_period_does_not() -> None:
    notes = (
        moved(KEY, Lane.LATER, at(5, 3)),
        moved(KEY, Lane.NOW, at(5, 2)),
        moved(KEY, Lane.NEXT, at(6, 2)),
        moved("it-0000000000", Lane.NOW, at(5, 9)),
        Note(kind="move", name=f"{KEY}#x", at=at(5, 5), said={"lane": "never"}),
    )
    assert the_item(record("old_access_key", "a", "a"), notes=notes).lane is Lane.LATER


@pytest.mark.parametrize(
    ("days", "lane", "warned"),
    [
        (15, Lane.LATER, ""),
        (13, Lane.LATER, "You put it in Later, and its date comes in 13 days."),
        (-1, Lane.NEXT, "You put it in Next, and its day has passed."),
        (13, Lane.NOW, ""),
    ],
)
def test_what_was_put_off_stays_and_is_announced(days: int, lane: Lane, warned: str) -> None:
    until = facts().period.until
    soon = record("old_access_key", "a", "a", due=until + timedelta(days=days, hours=1))
    one = the_item(soon, notes=(moved(KEY, lane, at(5, 3)),))
    assert one.lane is lane
    assert one.warning == warned


def test_a_move_is_shown_with_its_row() -> None:
    said = backlog_of(
        facts(record("old_access_key", "a", "a"), notes=(moved(KEY, Lane.NOW, at(5, 20)),))
    )
    (row,) = said.lanes[0].items
    assert row.moved is not None
    assert row.moved.ids == (f"move#{KEY}#{at(5, 20).isoformat()}",)
    assert said.moved.ids == row.moved.ids


def test_the_second_of_a_kind_takes_a_tenth() -> None:
    volumes = [
        record("unattached_volume", f"v{n}", "v", risk=Risk.APPROVAL, usd=8.0) for n in range(11)
    ]
    one = the_item(*volumes)
    assert one.hours == (0.5, 2.0)
    assert one.usd_per_month == 88


def test_every_kind_of_the_stories_has_its_place() -> None:
    said = {one.check: one.rule for one in items_of(as_of(stories.usual().facts()))}
    assert said.keys() <= KINDS.keys()
    assert said["acm_expiring"] is said["deprecated_runtime"] is Lane.NOW
    assert said["public_bucket"] is said["old_access_key"] is Lane.NEXT
    assert said["unattached_volume"] is said["endless_logs"] is Lane.LATER


def test_what_can_be_attacked_today_is_the_worst_risk_and_stands_first() -> None:
    """Though a certificate of next month has the higher sum; what happens within 14 days comes with it."""
    late = NOW + timedelta(days=19)
    cert = record("acm_expiring", "c", "c expires", severity=Severity.CRITICAL, due=late)
    door = record(
        "public_bucket", "b", "b is open", severity=Severity.CRITICAL, environment="staging"
    )
    items = items_of(facts(cert, door))
    assert [one.what for one in items] == ["b is open.", "c expires."]
    assert items[0].score.value < items[1].score.value
    run = SimpleNamespace(lost=())
    assert worst(run, list(reversed(items))) == ("b is open.",)  # type: ignore[arg-type]
    soon = replace(cert, finding=replace(cert.finding, detonates_at=NOW + timedelta(days=9)))
    assert next(one.check for one in items_of(facts(soon, door))) == "acm_expiring"
