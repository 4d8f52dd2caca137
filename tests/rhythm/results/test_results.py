"""The promised results: only what was measured, and too little data says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from steadyhand.model import ChangeState, Exemption, FindingStatus, Lane, Note, Record
from steadyhand.rhythm.backlog.items import items_of
from steadyhand.rhythm.backlog.moves import note_of
from steadyhand.rhythm.backlog.proposals import proposals_of
from steadyhand.rhythm.core.facts import as_of
from steadyhand.rhythm.core.figures import spoken
from steadyhand.rhythm.core.head import head_of
from steadyhand.rhythm.results.oncall import oncall_of
from steadyhand.rhythm.results.promised import results_of, stayed
from steadyhand.rhythm.results.surprise import surprises_of
from steadyhand.rhythm.reviews.documents import documents_of
from steadyhand.rhythm.reviews.mistakes import mistakes_of
from tests.reports.accounts import doubles, stories
from tests.reports.accounts.ledger_rows import MAYA, at, change, incident, record, sweep
from tests.rhythm.results.rows import OLD, facts, port


def note(name: str, when: Any, *ids: str, sent: bool = True) -> Note:
    said = {"subject": name, "ids": list(ids), "sent": sent, "night": False, "why": "it is urgent"}
    return Note(kind="interrupt", name=name, at=when, said=said)


def test_too_few_fixes_say_how_few() -> None:
    bombs = [port(n, seen=at(5, 4)) for n in range(4)]
    made = [change(f"ch-{n}", b, at(5, 4), 60) for n, b in enumerate(bombs)]
    found = results_of(facts(records=bombs, changes=made))
    assert found.automatic.typical is None
    assert spoken(found.too_few).startswith("how fast we are by ourselves (4 fixes)")
    assert "approval" not in spoken(found.too_few), "what nobody did is not told"


def test_median_and_mean_are_from_first_seen_to_verified() -> None:
    bombs = [port(n, seen=at(5, 4)) for n in range(5)]
    made = [
        change(f"ch-{n}", b, at(5, 4) + timedelta(minutes=10 * n), 0) for n, b in enumerate(bombs)
    ]
    made[4] = replace(made[4], ended_at=at(5, 4) + timedelta(minutes=90))
    found = results_of(facts(records=bombs, changes=made)).automatic
    assert found.typical is not None
    assert found.average is not None
    assert (found.typical.words, found.average.words) == ("20 min", "30 min")
    assert len(found.typical.ids) == 5


def test_what_came_back_is_timed_from_our_change() -> None:
    bomb = port(1, seen=at(5, 1))
    made = [change("ch-1", bomb, at(5, 1), 60), change("ch-2", bomb, at(5, 20), 60)]
    bombs = [port(n, seen=at(5, 2)) for n in range(2, 5)]
    made += [change(f"ch-{n + 1}", b, at(5, 2), 60) for n, b in enumerate(bombs, 2)]
    found = results_of(facts(records=[bomb, *bombs], changes=made)).automatic
    assert found.average is not None
    assert found.average.words == "60 s"


def fixes(count: int, when: Any) -> tuple[list[Record], list[Any]]:
    bombs = [port(n, seen=when, status=FindingStatus.FIXED, changed=when) for n in range(count)]
    return bombs, [change(f"ch-{n}", bomb, when) for n, bomb in enumerate(bombs)]


def test_nothing_is_said_of_fixes_that_are_too_young() -> None:
    records, changes = fixes(9, at(5, 28))
    for one in results_of(facts(records=records, changes=changes)).stayed:
        assert one.back is None
        assert not one.count.ids


def test_what_is_open_again_came_back_within_the_term() -> None:
    records, changes = fixes(6, at(4, 20))
    records[0] = replace(records[0], status=FindingStatus.OPEN, changed_at=at(4, 25))
    records[1] = replace(records[1], status=FindingStatus.OPEN, changed_at=at(5, 10))
    said = facts(records=records, changes=changes)
    week, month, quarter = (stayed(days, said) for days in (7, 30, 90))
    assert week.back is not None
    assert month.back is not None
    assert (week.back.words, month.back.words) == ("1 of 6", "2 of 6")
    assert quarter.back is None
    assert not quarter.count.ids


def test_a_second_change_means_that_it_came_back() -> None:
    records, changes = fixes(5, at(4, 20))
    changes.append(change("ch-9", records[0], at(4, 22)))
    found = stayed(7, facts(records=records, changes=changes)).back
    assert found is not None
    assert found.words == "1 of 6"


def test_what_went_by_itself_after_our_fix_had_come_back() -> None:
    records, changes = fixes(5, at(4, 20))
    records[0] = replace(records[0], status=FindingStatus.GONE, changed_at=at(4, 24))
    found = stayed(7, facts(records=records, changes=changes)).back
    assert found is not None
    assert found.words == "1 of 5"


def test_what_we_undid_on_purpose_is_no_recurrence() -> None:
    records, changes = fixes(6, at(4, 20))
    changes[0] = replace(changes[0], state=ChangeState.UNDONE)
    records[0] = replace(records[0], status=FindingStatus.OPEN, changed_at=at(4, 21))
    found = stayed(7, facts(records=records, changes=changes)).back
    assert found is not None
    assert found.words == "0 of 5"


def test_an_incident_is_foretold_by_an_open_finding_on_what_its_alarm_names() -> None:
    known = record("rds_backups_off", "billing-db", "billing-db has no backups", seen=at(5, 1))
    fired = [
        incident("in-1", "billing-db-connections", at(5, 6), 9),
        incident("in-2", "checkout-latency", at(5, 7), 9, "slow, says billing-db"),
        incident("in-3", "billing-dbx", at(5, 8), 9),
        incident("in-4", "billing-db", at(4, 30), 9),
        incident("in-5", "steadyhand-silent", at(5, 9), 9),
    ]
    found = surprises_of(facts(records=[known], incidents=fired))
    assert found.count.ids == ("in-3",)
    assert found.incidents.ids == ("in-1", "in-2", "in-3")
    assert found.share is None, "three are too few for a share"


def test_what_was_over_or_not_yet_seen_foretold_nothing() -> None:
    over = record(
        "x", "orders-api", "x", seen=at(4, 1), status=FindingStatus.FIXED, changed=at(4, 20)
    )
    late = record("y", "orders-api", "y", seen=at(5, 10))
    fired = [incident("in-1", "orders-api-5xx", at(5, 6), 9)]
    assert surprises_of(facts(records=[over, late], incidents=fired)).count.words == "1"


def test_a_share_needs_five_incidents() -> None:
    fired = [incident(f"in-{n}", f"alarm-{n}", at(5, 2 + n), 5) for n in range(5)]
    found = surprises_of(facts(incidents=fired)).share
    assert found is not None
    assert found.words == "100%"


def test_silence_is_what_our_alarm_noticed_and_the_end() -> None:
    swept = doubles.Ledger(swept=[sweep(at(5, 29, 23))])
    story = stories.Story(swept)
    last = as_of(story.facts()).sweeps
    fired = [incident("in-1", "steadyhand-silent", at(5, 6), 120)]
    found = mistakes_of(facts(incidents=fired, sweeps=last)).silent
    assert found is not None
    assert found.words == "2 days"
    assert found.ids == ("in-1", last[0].id)
    assert mistakes_of(facts()).silent is None, "no sweep at all: nobody knows"


def test_false_alarms_are_what_people_exempted_in_the_period() -> None:
    said = [
        Exemption(scope=f"fi-{n}", until=at(8, 1), because="no", by=MAYA, at=at(n, 10))
        for n in (4, 5)
    ]
    assert mistakes_of(facts(exemptions=said)).exempted.ids == ("fi-5",)


def test_an_alarm_and_the_interrupt_about_it_are_one_page() -> None:
    fired = [incident("in-1", "a", at(5, 4, 12), 5), incident("in-2", "b", at(5, 5, 12), 5)]
    sent = [note("n1", at(5, 4, 12), "in-1"), note("n2", at(5, 8, 12), sent=False)]
    found = oncall_of(facts(incidents=fired, notes={"interrupt": sent}))
    assert set(found.pages.ids) == {"in-2", "interrupt#n1"}
    assert found.waited.ids == ("interrupt#n2",)
    assert found.a_week.words == "0.2 a week"
    assert found.before is not None
    assert found.before.words == "0"


@pytest.mark.parametrize(
    ("hour", "minute", "is_night"), [(20, 59, False), (21, 0, True), (5, 59, True), (6, 0, False)]
)
def test_night_is_by_the_owners_clock(hour: int, minute: int, is_night: bool) -> None:
    """In May, Dublin is an hour ahead of UTC."""
    fired = [incident("in-1", "a", at(5, 4, hour, minute), 5)]
    assert bool(oncall_of(facts(incidents=fired)).nights.ids) is is_night


def test_precision_is_the_share_that_a_change_or_a_decision_followed() -> None:
    bombs = [port(n) for n in range(5)]
    ids = [one.finding.id for one in bombs]
    sent = [note(f"n{n}", at(5, 3), name) for n, name in enumerate(ids)]
    made = [change("ch-1", bombs[0], at(5, 4)), change("ch-2", bombs[1], at(5, 20))]
    said = [Exemption(scope=ids[2], until=at(8, 1), because="no", by=MAYA, at=at(5, 5))]
    rows: dict[str, Any] = {"records": bombs, "changes": made, "exemptions": said}
    assert oncall_of(facts(notes={"interrupt": sent}, **rows)).precision.words == "40%"
    few = oncall_of(facts(notes={"interrupt": sent[:4]}, **rows)).precision
    assert few.words == "too few to say: 4"


def test_what_nobody_could_answer_yet_is_not_judged() -> None:
    sent = [note(f"n{n}", at(5, 30), "fi-x") for n in range(6)]
    assert oncall_of(facts(notes={"interrupt": sent})).precision.words == "none yet"


def test_a_person_who_moves_an_item_decided() -> None:
    moved = note_of("it-1", Lane.LATER, MAYA, "not now", at(5, 4))
    sent = [note(f"n{n}", at(5, 3), "it-1") for n in range(5)]
    assert oncall_of(facts(notes={"interrupt": sent, "move": [moved]})).precision.words == "100%"


def test_one_person_who_decides_everything_is_named() -> None:
    made = [change(f"ch-{n}", port(n), at(5, 4), by=MAYA) for n in range(5)]
    found = documents_of(facts(changes=made))
    assert spoken(found.people) == "maya (5 decisions)"
    assert found.only
    assert not documents_of(facts(changes=made[:4])).only, "four say nothing yet"
    tom = replace(made[0], by=MAYA.replace("maya", "tom"))
    both = documents_of(facts(changes=[tom, *made[1:]]))
    assert spoken(both.people) == "maya (4 decisions) and tom (1 decision)"
    assert not both.only
    assert documents_of(facts()).people == ()


def test_proposals_are_the_best_three_that_no_decision_asks_about() -> None:
    story = stories.usual()
    said = as_of(story.facts())
    items = items_of(said)
    asked = {items[0].ids[0]}
    found = proposals_of(said, items, asked)
    assert len(found) == 3
    assert not asked & {name for one in found for name in one.ids}
    assert all(
        one.command.startswith(("steadyhand plan fi-", "steadyhand show fi-")) for one in found
    )
    assert all(one.effort.words and one.effort.ids == one.ids for one in found)


def test_the_head_is_of_the_rows_as_they_stood() -> None:
    bomb = port(1)
    before = facts(records=[OLD, bomb], changes=[change("ch-1", bomb, at(5, 4))])
    head = head_of(before)
    assert len(head) == 10
    assert head == head_of(replace(before, records=tuple(reversed(before.records))))
    later = replace(bomb, status=FindingStatus.FIXED, changed_at=at(6, 20))
    assert head == head_of(facts(records=[OLD, later], changes=[change("ch-1", bomb, at(5, 4))]))
    sooner = replace(bomb, status=FindingStatus.FIXED, changed_at=at(5, 20))
    assert head != head_of(facts(records=[OLD, sooner], changes=[change("ch-1", bomb, at(5, 4))]))
    assert head != head_of(facts(records=[OLD, bomb]))
    assert head_of(facts(records=[])) == ""
