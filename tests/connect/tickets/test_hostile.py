"""Trackers that change below us: moved, renamed, locked, odd. One bad ticket stops no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steadyhand.connect.tickets.links import Link
from steadyhand.connect.tickets.tracker import Paused, Refused, TrackerFailed
from steadyhand.model import FindingStatus, Lane, Note
from steadyhand.rhythm.backlog.moves import item_id
from tests.connect.tickets.double import Answered, served
from tests.connect.tickets.github_double import GitHubDouble
from tests.connect.tickets.github_on_issues import refusal as said
from tests.connect.tickets.test_people import move
from tests.connect.tickets.test_sync import is_open
from tests.connect.tickets.world import ACCOUNT, World, writes

TWO = ("open_admin_ports", "endless_logs")


def two(world: World) -> list[int]:
    """Two tickets."""
    for n, check in enumerate(TWO):
        world.find(check, n=n)
    world.run()
    return [world.said(check)["number"] for check in TWO]


@given(st.lists(st.sampled_from(["run", "worse", "gone", "back"]), min_size=1, max_size=5))
@settings(max_examples=12, deadline=None)
def test_whatever_happens_a_strangers_issue_is_not_touched(events: list[str]) -> None:
    """GitHub answers 301 for a transferred issue, and another repository numbers anew."""
    double = GitHubDouble()
    with served(double):
        world = World(double)
        finding = world.find()
        double.put("somebody else's")
        world.run()
        number = world.said()["number"]
        double.transfer(number, to=1)
        stranger = dict(double.elsewhere[1])
        for event in events:
            world.turn(hours=1)
            if event == "worse":
                world.find(n=2)
            elif event != "run":
                way = FindingStatus.GONE if event == "gone" else FindingStatus.OPEN
                world.become(finding, way)
            assert not isinstance(world.run().trouble, TrackerFailed)
        assert double.elsewhere[1] == stranger
        assert not [one for one in double.asked if "/repositories/" in one.path]


def test_one_that_was_moved_is_gone_and_made_once_more(world: World) -> None:
    first, other = two(world)
    world.double.transfer(first, to=1)  # type: ignore[attr-defined]
    world.turn(hours=1)
    done = world.run()
    assert (done.trouble, done.created) == (None, 1)
    assert world.said()["number"] not in (first, other)
    before = len(world.double.writes)
    world.turn(hours=1)
    world.run()
    assert writes(world.double, before) == []


def test_a_renamed_project_is_a_gap_and_nothing_is_written(world: World) -> None:
    two(world)
    world.double.renamed = True  # type: ignore[attr-defined]
    world.find("old_access_key", n=9)
    before = len(world.double.writes)
    world.turn(hours=1)
    done = world.run()
    assert isinstance(done.trouble, Refused)
    assert "renamed or moved" in done.trouble.said
    assert writes(world.double, before) == []


def test_a_locked_one_holds_up_no_other(world: World) -> None:
    first, _ = two(world)
    world.double.locked.add(first)  # type: ignore[attr-defined]
    for one in list(world.records.values()):
        world.become(one.finding, FindingStatus.GONE)
    world.turn(hours=1)
    done = world.run()
    assert done.trouble is None
    assert [f"#{first}" in one for one in done.rejected] == [True]
    assert not is_open(world.ticket(TWO[1]))
    assert is_open(world.ticket(TWO[0]))


ODD = [
    Answered(200, {}),
    Answered(200, []),
    Answered(200, "fine"),
    Answered(204),
    Answered(500, {"message": "oops"}),
    Answered(502, None),
    Answered(200, {"number": "x", "iid": "x", "state": 3, "title": None}),
]


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_an_odd_answer_about_one_stops_no_other(world: World, odd: Answered) -> None:
    first, _ = two(world)
    world.double.move(first, "closed", "completed", "maya")  # type: ignore[attr-defined]
    world.double.fail("GET", rf"/issues/{first}$", odd, times=99)
    world.become(
        next(one.finding for one in world.records.values() if one.finding.check == TWO[1]),
        FindingStatus.GONE,
    )
    world.turn(hours=1)
    done = world.run()
    assert done.trouble is None
    assert done.rejected
    assert not is_open(world.ticket(TWO[1]))


@pytest.mark.parametrize(
    "words",
    [
        "You have triggered an abuse detection mechanism. Please wait a few minutes before you try again.",
        "You have triggered an abuse detection mechanism and have been temporarily blocked from content creation. Please retry your request again later.",
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
        "You have exceeded a secondary rate limit and have been temporarily blocked from content creation.",
    ],
)
def test_every_wording_of_a_limit_is_a_pause(hub: World, words: str) -> None:
    hub.find()
    hub.double.fail("POST", r"/issues$", said(403, words))
    done = hub.run()
    assert isinstance(done.trouble, Paused)
    assert done.trouble.until == hub.now + timedelta(minutes=1)


def test_who_put_a_label_is_known_however_it_is_written(world: World) -> None:
    """A label is told as its maker wrote it, and so it is heard."""
    world.find()
    world.run()
    number, put_at = world.said()["number"], world.now
    world.double.put_label(number, "Infra/Later", "maya")
    world.turn(hours=1)
    assert world.run().moved == 1
    (move,) = world.store.notes("move")
    assert (move.said["by"], move.at) == (f"maya on {world.tracker().called}", put_at)


def test_our_own_label_whose_answer_was_lost_is_nobodys_move(world: World) -> None:
    """The lane changes by the rule; the tracker did it, and the connection was cut."""
    finding = world.find()
    world.run()
    old = world.records[finding.id]
    world.records[finding.id] = replace(
        old, finding=replace(finding, detonates_at=world.now + timedelta(days=5))
    )
    world.records = {one.finding.id: one for one in world.records.values()}
    method, path = ("POST", r"/labels$") if isinstance(world.double, GitHubDouble) else ("PUT", "x")
    world.double.fail(method, path if path != "x" else r"/issues/\d+$", None, after=True)
    world.turn(hours=1)
    world.run()
    world.turn(hours=1)
    done = world.run()
    assert done.moved == 0
    assert world.store.notes("move") == []
    assert not world.items()[0].moved
    assert world.items()[0].lane is Lane.NOW


def test_a_changed_environment_takes_ticket_and_moves_along(world: World) -> None:
    finding = world.find()
    world.run()
    number = world.said()["number"]
    move(world, "infra/later")
    world.turn(hours=1)
    world.run()
    world.records[finding.id] = replace(world.records[finding.id], environment="staging")
    world.turn(hours=1)
    assert world.run().created == 0
    there = world.said(environment="staging")
    assert there["number"] == number
    assert world.double.issues[number]["labels"] == ["infra/later"]
    assert world.items()[0].lane is Lane.LATER
    assert world.double.issues[number]["body"].count("<!-- steadyhand:it-") == 1
    new = item_id(ACCOUNT, "open_admin_ports", "staging")
    assert f"<!-- steadyhand:{new} -->" in world.double.issues[number]["body"]
    world.become(finding, FindingStatus.GONE)
    world.turn(hours=1)
    world.run()
    assert not is_open(world.double.issues[number])


def test_two_that_become_one_leave_one_open(world: World) -> None:
    first = world.find(n=1)
    world.find(n=2, environment="staging")
    world.run()
    old = world.said()["number"]
    world.records[first.id] = replace(world.records[first.id], environment="staging")
    world.turn(hours=1)
    assert world.run().trouble is None
    assert not is_open(world.double.issues[old])
    assert is_open(world.ticket(environment="staging"))
    before = len(world.double.writes)
    world.turn(hours=1)
    world.run()
    assert writes(world.double, before) == []


def test_a_note_that_names_a_person_s_issue_leads_there_no_more(world: World) -> None:
    """Who may write rows of the ledger may not, by our token, write to what is a person's."""
    world.find()
    (item,) = world.items()
    world.double.put("Ours to say", "people's words", ["infra/now"], author="mallory")
    (theirs,) = world.double.issues
    before = dict(world.double.issues[theirs])
    link = Link(state="open", number=theirs, url="https://x.example", lane="now")
    world.store.note(Note(kind="ticket", name=item.id, at=world.now, said=link.said()))
    assert world.run().created == 1
    world.run()
    assert world.double.issues[theirs] == before
    assert world.said()["number"] != theirs
