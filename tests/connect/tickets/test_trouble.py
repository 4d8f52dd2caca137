"""Refusals, limits, lost answers, crashes and rivals: nothing is done twice, nothing breaks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from steadyhand.connect.tickets import state
from steadyhand.connect.tickets.tracker import Refused, Unsure
from steadyhand.model import Note
from steadyhand.rhythm.tickets.content import KIND, STATE, gap_of
from tests.connect.tickets.double import Answered
from tests.connect.tickets.github_on_issues import invalid
from tests.connect.tickets.github_on_issues import refusal as said
from tests.connect.tickets.issue_calls import ISSUES, MAKING
from tests.connect.tickets.world import World


def test_a_wrong_token_is_refused_and_never_told(world: World, caplog: object) -> None:
    world.find()
    world.token = "tok-wr0ng"
    done = world.run()
    assert isinstance(done.trouble, Refused)
    assert done.trouble.said == "token refused"
    assert "tok-wr0ng" not in repr(done.trouble) + str(done.trouble)
    assert not world.double.writes


def test_an_unknown_project(world: World) -> None:
    world.find()
    world.project = "acme/elsewhere"
    done = world.run()
    assert isinstance(done.trouble, Refused)
    assert done.trouble.said == "no such project, or the token may not see it"


def test_a_token_that_may_only_read(world: World) -> None:
    world.find()
    world.double.fail(
        "POST", ".", said(403, "Resource not accessible by personal access token"), times=9
    )
    done = world.run()
    assert isinstance(done.trouble, Refused)
    assert "Resource not accessible" in done.trouble.said
    assert world.run().created == 0


def test_issues_are_switched_off(hub: World) -> None:
    hub.find()
    hub.double.fail("GET", ISSUES, said(410, "Issues are disabled for this repo"))
    assert isinstance(hub.run().trouble, Refused)


def test_one_ticket_that_is_not_taken_holds_up_no_other(world: World) -> None:
    world.find("open_admin_ports", n=1)
    world.find("endless_logs", n=2)
    refused = invalid("title") if "hub" in type(world.double).__name__.lower() else None
    world.double.fail(*MAKING, refused or said(400, {"title": ["is invalid"]}))
    done = world.run()
    assert (done.created, len(done.rejected), done.trouble) == (1, 1, None)
    world.turn(hours=1)
    assert world.run().created == 1


@pytest.mark.parametrize("answer", [None, Answered(502, {"message": "Bad Gateway"})])
def test_a_lost_answer_is_looked_at_and_not_repeated(world: World, answer: Answered | None) -> None:
    world.find()
    world.double.fail(*MAKING, answer, after=True)
    done = world.run()
    assert isinstance(done.trouble, Unsure)
    assert len(world.double.issues) == 1
    assert world.said()["state"] == "claimed"
    world.turn(hours=1)
    done = world.run()
    assert (done.created, done.trouble) == (0, None)
    assert len(world.double.issues) == 1
    assert world.said()["number"] == 1


def test_an_answer_that_was_none_is_asked_again_after_a_while(world: World) -> None:
    world.find()
    world.double.fail(*MAKING, None)
    world.run()
    world.turn(minutes=5)
    assert world.run().left == 1  # whoever claimed it may still be at it
    world.turn(minutes=15)
    assert world.run().created == 1


def test_a_tracker_that_fails_ends_the_run(world: World) -> None:
    world.find()
    world.double.fail("GET", ISSUES, Answered(500, None))
    assert isinstance(world.run().trouble, Unsure)
    world.double.fail("GET", "/user$", None)
    assert isinstance(world.run().trouble, Unsure)
    assert world.run().created == 1


def test_a_state_is_written_when_it_changes(world: World) -> None:
    store, now = world.store, world.now
    assert state.remember(store, "", None, now)
    assert not state.remember(store, "", None, now + timedelta(hours=1))
    assert state.remember(store, "token refused", None, now + timedelta(hours=2))
    assert not state.remember(store, "token refused", None, now + timedelta(hours=3))
    assert state.remember(store, "", None, now + timedelta(hours=4))
    past = [one.said["gap"] for one in store.notes("ticket") if one.name.startswith("state#")]
    assert past == ["token refused", ""]
    state.remember(store, "", now + timedelta(hours=9), now + timedelta(hours=5))
    assert state.silent_until(store, now) == now + timedelta(hours=9)


def test_pauses_without_an_end_are_a_gap(world: World) -> None:
    """A token that others use up each hour: no run ends, and none fails."""
    store, start = world.store, world.now
    for hour in range(48):
        at = start + timedelta(hours=hour)
        state.remember(store, "", at + timedelta(minutes=50), at)
        gap = gap_of(replace(world.facts(), notes={"ticket": store.notes("ticket")}))
        assert bool(gap) == (hour > 24), hour
    state.remember(store, "", None, start + timedelta(hours=48))
    assert gap_of(world.facts()) is None


ODD = (None, 5, [], {}, True, "", "soon", "2026-11-23T09:00:00", "0001-01-01T00:00:00+23:59")
ODD += ("9999-12-31T23:59:59-23:59", "2031-01-01T00:00:00+00:00")


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("field", ["until", "since", "gap", "by", "missing"])
def test_a_note_of_ours_that_says_something_odd_holds_no_run(
    world: World, field: str, odd: object
) -> None:
    """Who may write rows can write any body. The next run takes its turn, and says how it went."""
    store, now = world.store, world.now
    for name, good in (("run", "by"), (STATE, "gap")):
        said = {"until": odd} if field == "until" else {"until": ""}
        said |= {} if field == "missing" else {good: "x", field: odd}
        store.note(Note(kind=KIND, name=name, at=now, said=said))
    mine = state.taken(store, "me", now)
    assert mine
    assert state.taken(store, "another", now) is None
    assert state.silent_until(store, now) is None
    state.remember(store, "token refused", None, now)
    state.remember(store, "", now + timedelta(hours=1), now)
    assert state.silent_until(store, now) == now + timedelta(hours=1)
    state.given_back(store, mine, now)
    assert state.taken(store, "another", now)
