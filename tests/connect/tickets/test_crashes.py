"""Killed at any write, or run twice at once: it ends as it should."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from steadyhand.connect.tickets import state
from steadyhand.model import FindingStatus
from tests.connect.tickets.test_sync import is_open
from tests.connect.tickets.world import World, writes


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
