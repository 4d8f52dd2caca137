"""The machine, walked cell by cell in both directions: pure, so nothing else is needed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.engine.changes import machine
from steadyhand.engine.changes.machine import ATTEMPTS, LEASE, TABLE, Phase, Shows, Then
from steadyhand.model import STEADYHAND, Call, Finding, Severity
from steadyhand.model.changes import Became, Change, ChangeState, Seen, WrittenStep

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SETTLES = 60.0
FINDING = Finding(
    check="c", account="1", region="r", resource="a", key="k", name="n", summary="s",
    severity=Severity.LOW,
)  # fmt: skip
STEP = WrittenStep(
    Call("ec2:Close"), Call("ec2:Open"), "arn:sg", "port 22", before="open", makes="closed",
    identity="born", settles=SETTLES,
)  # fmt: skip
WAYS = (ChangeState.DOING, ChangeState.UNDOING, ChangeState.ROLLING_BACK)


def change(state: ChangeState = ChangeState.DOING, *steps: WrittenStep, wish: str = "") -> Change:
    steps = steps or (STEP,)
    if state is not ChangeState.DOING:
        steps = tuple(replace(one, became=Became.DONE) for one in steps)
    return Change(
        id="ch-1", finding=FINDING, steps=steps, state=state, by=STEADYHAND, at=NOW, wish=wish
    )


def in_phase(phase: Phase, state: ChangeState) -> Change:
    one = change(state)
    since = {
        Phase.QUIET: {},
        Phase.FRESH: {"ended_at": NOW},
        Phase.SENT: {"sent_at": NOW, "attempts": 1},
        Phase.LATE: {"sent_at": NOW - LEASE - timedelta(seconds=SETTLES), "attempts": 1},
    }[phase]
    one = replace(one, **since)
    return one.with_step(0, became=Became.SENT) if "sent_at" in since else one


def sight(shows: Shows, state: ChangeState) -> Seen | None:
    goal, start = ("closed", "open") if state is ChangeState.DOING else ("open", "closed")
    return {
        Shows.GOAL: Seen(value=goal, identity="born"),
        Shows.START: Seen(value=start, identity="born"),
        Shows.MOVING: Seen(value=goal, identity="born", moving="modifying"),
        Shows.OTHER: Seen(value="ajar", identity="born"),
        Shows.GONE: Seen(value=start, identity="born again"),
        Shows.BROKEN: Seen(value=start, identity="born", broken="failed"),
        Shows.UNSEEN: None,
    }[shows]


def test_the_table_is_whole() -> None:
    assert set(TABLE) == set(Phase)
    assert all(set(cells) == set(Shows) for cells in TABLE.values())


@pytest.mark.parametrize("state", WAYS)
@pytest.mark.parametrize("shows", Shows)
@pytest.mark.parametrize("phase", Phase)
def test_every_cell_in_every_direction(phase: Phase, shows: Shows, state: ChangeState) -> None:
    one = in_phase(phase, state)
    assert machine.phase(one, NOW) is phase
    seen = sight(shows, state)
    assert machine.shows(one, 0, seen) is shows
    then, new = machine.turn(one, seen, NOW)
    assert then is TABLE[phase][shows]
    if then is Then.SEND:
        assert (new.sent_at, new.attempts, new.state) == (NOW, one.attempts + 1, state)
        was = one.steps[0].became
        assert new.steps[0].became is (Became.SENT if state is ChangeState.DOING else was)
    elif then is Then.WAIT:
        assert new == one
    else:
        assert new.sent_at is None


EXPECTED = {
    (Phase.QUIET, Shows.GOAL): (ChangeState.THEIRS, Became.THEIRS),
    (Phase.SENT, Shows.GOAL): (ChangeState.VERIFIED, Became.DONE),
    (Phase.LATE, Shows.GOAL): (ChangeState.VERIFIED, Became.DONE),
    (Phase.QUIET, Shows.OTHER): (ChangeState.THEIRS, Became.THEIRS),
    (Phase.LATE, Shows.OTHER): (ChangeState.THEIRS, Became.THEIRS),
    (Phase.QUIET, Shows.GONE): (ChangeState.THEIRS, Became.THEIRS),
    (Phase.QUIET, Shows.BROKEN): (ChangeState.FAILED, Became.NOTHING),
}


@pytest.mark.parametrize(("phase", "shows"), EXPECTED)
def test_how_doing_ends(phase: Phase, shows: Shows) -> None:
    _, new = machine.turn(in_phase(phase, ChangeState.DOING), sight(shows, ChangeState.DOING), NOW)
    assert (new.state, new.steps[0].became) == EXPECTED[phase, shows]


def test_a_step_that_broke_while_it_was_sent_is_undone() -> None:
    one = in_phase(Phase.SENT, ChangeState.DOING)
    _, new = machine.turn(one, sight(Shows.BROKEN, ChangeState.DOING), NOW)
    assert (new.state, new.reason) == (ChangeState.ROLLING_BACK, "failed")


@pytest.mark.parametrize("shows", [Shows.OTHER, Shows.GONE])
def test_an_undo_yields_to_whoever_changed_it(shows: Shows) -> None:
    one = in_phase(Phase.LATE, ChangeState.UNDOING).with_step(0, became=Became.DONE)
    _, new = machine.turn(one, sight(shows, ChangeState.UNDOING), NOW)
    assert (new.state, new.steps[0].became) == (ChangeState.FAILED, Became.THEIRS)


@pytest.mark.parametrize(
    ("state", "rest"),
    [(ChangeState.UNDOING, ChangeState.UNDONE), (ChangeState.ROLLING_BACK, ChangeState.FAILED)],
)
def test_how_going_back_ends(state: ChangeState, rest: ChangeState) -> None:
    one = in_phase(Phase.SENT, state).with_step(0, became=Became.DONE)
    _, new = machine.turn(one, sight(Shows.GOAL, state), NOW)
    assert (new.state, new.steps[0].became) == (rest, Became.UNDONE)


def test_what_never_showed_is_lost_and_can_be_undone_when_it_lands() -> None:
    one = change(ChangeState.UNDOING).with_step(0, became=Became.SENT)
    _, new = machine.turn(one, sight(Shows.GOAL, ChangeState.UNDOING), NOW)
    assert (new.steps[0].became, new.in_force) == (Became.LOST, "unknown")
    again = machine.reopened(new, "ann")
    assert (again.steps[0].became, again.current) == (Became.SENT, 0)


def test_three_times_without_effect_is_the_end() -> None:
    one = replace(in_phase(Phase.LATE, ChangeState.DOING), attempts=ATTEMPTS)
    then, new = machine.turn(one, sight(Shows.START, ChangeState.DOING), NOW)
    assert then is Then.FAIL
    assert new.reason == "sent 3 times without effect"


def test_a_wish_turns_back_instead_of_sending() -> None:
    one = change(wish="ann")
    then, new = machine.turn(one, sight(Shows.START, ChangeState.DOING), NOW)
    assert (then, new.state) == (Then.DONE, ChangeState.UNDONE)


def test_a_wish_for_what_is_done_and_has_no_way_back_undoes_nothing() -> None:
    one = replace(in_phase(Phase.SENT, ChangeState.DOING), wish="ann")
    one = replace(one, steps=tuple(replace(step, undo=None) for step in one.steps))
    _, new = machine.turn(one, sight(Shows.GOAL, ChangeState.DOING), NOW)
    assert new.state is ChangeState.VERIFIED


def test_a_certain_no_takes_back_what_was_done_before_it() -> None:
    first = replace(STEP, became=Became.DONE)
    one = change(ChangeState.DOING, first, STEP)
    new = machine.refused(machine.sent(one, 1, NOW), 1, "denied")
    assert (new.state, new.current) == (ChangeState.ROLLING_BACK, 0)
    alone = machine.refused(machine.sent(change(), 0, NOW), 0, "denied")
    assert (alone.state, alone.steps[0].became) == (ChangeState.FAILED, Became.REFUSED)


sights = st.sampled_from(list(Shows))
minutes = st.integers(0, 20)


@given(st.lists(st.tuples(sights, minutes, st.booleans()), max_size=40), st.integers(1, 3))
def test_no_walk_ends_in_what_was_not_seen(walk: list[tuple[Shows, int, bool]], count: int) -> None:
    """Verified and undone are only ever reached from a look that showed the goal."""
    one, now = change(ChangeState.DOING, *[STEP] * count), NOW
    for shows, passed, wished in walk:
        now += timedelta(minutes=passed)
        if wished and one.state.moves:
            one = replace(one, wish="ann")
        then, new = machine.turn(one, sight(shows, one.state), now)
        if new.state is ChangeState.VERIFIED:
            assert shows is Shows.GOAL
        fate = [step.became for step in new.steps]
        if new.state is ChangeState.UNDONE:
            assert not {Became.SENT, Became.DONE} & set(fate)
        assert new.attempts <= ATTEMPTS
        assert then is not Then.SEND or not new.wish or new.state is not ChangeState.DOING
        if not new.state.moves:
            break
        one = new
