"""Refusals, limits, lost answers, crashes and rivals: nothing is done twice, nothing breaks."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from steadyhand.connect.tickets import state
from steadyhand.connect.tickets.tracker import Paused, Refused, Unsure
from steadyhand.model import FindingStatus
from tests.connect.tickets.double import Answered
from tests.connect.tickets.github_double import invalid
from tests.connect.tickets.github_double import refusal as said
from tests.connect.tickets.test_sync import is_open
from tests.connect.tickets.world import World, writes

ISSUES = r"/issues$"
MAKING = ("POST", ISSUES)


def later(world: World, **by: float) -> str:
    return str(int((world.now + timedelta(**by)).timestamp()))


# Refusals.


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


# What is not taken.


def test_one_ticket_that_is_not_taken_holds_up_no_other(world: World) -> None:
    world.find("open_admin_ports", n=1)
    world.find("endless_logs", n=2)
    refused = invalid("title") if "hub" in type(world.double).__name__.lower() else None
    world.double.fail(*MAKING, refused or said(400, {"title": ["is invalid"]}))
    done = world.run()
    assert (done.created, len(done.rejected), done.trouble) == (1, 1, None)
    world.turn(hours=1)
    assert world.run().created == 1


# Limits.


@pytest.mark.parametrize("status", [403, 429])
def test_a_secondary_limit_says_until_when(hub: World, status: int) -> None:
    hub.find()
    words = (
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
    )
    hub.double.fail(*MAKING, said(status, words, Retry_After="90"))
    done = hub.run()
    assert isinstance(done.trouble, Paused)
    assert done.trouble.until == hub.now + timedelta(seconds=90)
    assert done.created == 0


def test_a_secondary_limit_that_does_not_say(hub: World) -> None:
    hub.find()
    words = (
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
    )
    hub.double.fail(*MAKING, said(403, words))
    done = hub.run()
    assert isinstance(done.trouble, Paused)
    assert done.trouble.until == hub.now + timedelta(minutes=1)


def test_the_primary_limit(hub: World) -> None:
    hub.find()
    headers = {
        "X_RateLimit_Limit": "5000",
        "X_RateLimit_Remaining": "0",
        "X_RateLimit_Reset": later(hub, minutes=17),
    }
    hub.double.fail("GET", ISSUES, said(403, "API rate limit exceeded for user ID 1.", **headers))
    done = hub.run()
    assert isinstance(done.trouble, Paused)
    assert done.trouble.until == hub.now + timedelta(minutes=17)


def test_it_stops_before_the_hour_is_used_up(hub: World) -> None:
    hub.find()
    hub.double.headers = {
        "X-RateLimit-Limit": "5000",
        "X-RateLimit-Remaining": "99",
        "X-RateLimit-Reset": later(hub, minutes=5),
    }
    done = hub.run()
    assert isinstance(done.trouble, Paused)
    assert done.trouble.until == hub.now + timedelta(minutes=5)
    assert len(hub.double.asked) == 1
    hub.turn(minutes=6)
    assert hub.run().created == 1


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"Retry_After": "45"}, 45), ({"RateLimit_Reset": "@120"}, 120), ({}, 60)],
)
def test_gitlabs_limit(lab: World, headers: dict[str, str], seconds: int) -> None:
    lab.find()
    given = {
        name: later(lab, seconds=int(value[1:])) if value.startswith("@") else value
        for name, value in headers.items()
    }
    lab.double.fail(*MAKING, said(429, "429 Too Many Requests", **given))
    done = lab.run()
    assert isinstance(done.trouble, Paused)
    assert done.trouble.until == lab.now + timedelta(seconds=seconds)
    assert len(lab.double.issues) == 0
    lab.turn(hours=1)
    assert lab.run().created == 1


def test_it_stops_before_gitlabs_minute_is_used_up(lab: World) -> None:
    lab.find()
    lab.double.headers = {
        "RateLimit-Limit": "600",
        "RateLimit-Remaining": "5",
        "RateLimit-Reset": later(lab, seconds=30),
    }
    done = lab.run()
    assert isinstance(done.trouble, Paused)
    assert len(lab.double.asked) == 1


def test_no_pause_is_longer_than_a_day(hub: World) -> None:
    hub.find()
    hub.double.fail("GET", ISSUES, said(429, "slow down", Retry_After="99999999"))
    done = hub.run()
    assert isinstance(done.trouble, Paused)
    assert done.trouble.until == hub.now + timedelta(days=1)


# Lost answers and crashes.


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


class Dead(Exception):
    """The function was killed."""


WRITING = ("create", "edit", "relabel", "close", "reopen", "comment", "ensure", "note", "exempt")


class Killed:
    """A tracker or a ledger; the n-th writing call of both is the last one.

    `before`: it was not made any more; else it was, but nobody lived to hear the answer.
    """

    def __init__(self, whole: object, left: list[int], *, before: bool) -> None:
        self.whole, self.left, self.before = whole, left, before

    def __getattr__(self, name: str) -> object:
        found = getattr(self.whole, name)
        if name not in WRITING:
            return found

        def call(*given: object, **named: object) -> object:
            self.left[0] -= 1
            if self.left[0] < 0 and self.before:
                raise Dead
            answer = found(*given, **named)
            if self.left[0] < 0:
                raise Dead
            return answer

        return call


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_killed_at_any_write_it_ends_as_it_should(world: World, before: bool) -> None:
    """Four chapters; in each, every run lives for one more write than the run before it."""
    finding = world.find()
    chapters = (
        lambda: None,
        lambda: world.become(finding, FindingStatus.FIXED),
        lambda: world.become(finding, FindingStatus.OPEN),
        lambda: world.double.move(1, "closed", "not_planned", "maya"),
    )
    store = world.store
    for chapter in chapters:
        chapter()
        for last in range(40):
            made, left = world.tracker(), [last]
            world.store = Killed(store, left, before=before)  # type: ignore[assignment]
            try:
                done = world.run(tracker=Killed(made, left, before=before))  # type: ignore[arg-type]
            except Dead:
                world.turn(hours=1)
                continue
            finally:
                made.close_connections()
                world.store = store
            assert done.trouble is None
            break
        else:
            raise AssertionError("it never ended")
        count = len(world.double.writes)
        world.turn(hours=1)
        world.run()
        assert writes(world.double, count) == []
    assert len(world.double.issues) == 1
    assert not is_open(world.ticket())
    starts = [one.partition(" ")[0] for one in world.comments]
    assert starts == ["Fixed:", "It", "Exempt"]
    assert len(store.exemptions) == 1
    assert not store.notes("move")


# Rivals.


def test_runs_at_the_same_time_make_no_duplicates(world: World) -> None:
    for n, check in enumerate(("open_admin_ports", "endless_logs", "acm_expiring")):
        world.find(check, n=n)
    gate, done = threading.Barrier(6), []

    def run() -> None:
        tracker = world.tracker()
        gate.wait()
        done.append(world.run(tracker=tracker))
        tracker.close_connections()

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one.created for one in done) == 3
    assert len(world.double.issues) == 3
    assert not [one for one in done if one.trouble or one.rejected]


def test_only_one_run_has_the_lease(world: World) -> None:
    mine = state.taken(world.store, "a", world.now)
    assert mine
    assert state.taken(world.store, "b", world.now) is None
    assert state.taken(world.store, "a", world.now + timedelta(seconds=1))
    assert state.taken(world.store, "b", world.now + state.LEASE + timedelta(seconds=2))


def test_a_lease_that_is_given_back_is_free(world: World) -> None:
    mine = state.taken(world.store, "a", world.now)
    assert mine
    state.given_back(world.store, mine, world.now)
    assert state.taken(world.store, "b", world.now + timedelta(seconds=1))


# What is remembered of it.


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
    assert state.silent_until(store) == now + timedelta(hours=9)
