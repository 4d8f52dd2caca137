"""Every state of a change is told as what it is, in the mail, in the portal and by explain."""

from __future__ import annotations

from dataclasses import replace

import pytest

from steadyhand.model import STEADYHAND, Change, ChangeState
from steadyhand.portal.rows import change_row
from steadyhand.rhythm.core.changes import GROUPS, HEADS, changes_of, made, outcome
from tests.reports.accounts import stories

SAID = {
    ChangeState.DOING: "Being made",
    ChangeState.UNDOING: "Being undone",
    ChangeState.ROLLING_BACK: "Being undone",
    ChangeState.VERIFIED: "Fixed",
    ChangeState.UNDONE: "Undone",
    ChangeState.FAILED: "Failed",
    ChangeState.THEIRS: "Not ours",
}


def change(state: ChangeState, by: str = STEADYHAND) -> Change:
    facts = stories.usual().facts()
    done = next(one for one in facts.changes if one.ended_at and facts.period.holds(one.ended_at))
    return replace(done, state=state, by=by, ended_at=None if state.moves else done.ended_at)


@pytest.mark.parametrize("state", list(ChangeState))
def test_every_state_is_told_as_what_it_is(state: ChangeState) -> None:
    one, facts = change(state), stories.usual().facts()
    head = SAID[state]
    assert made(one, facts).outcome == change_row(one, facts).head == head
    told = changes_of(replace(facts, changes=(one,)))
    assert [group.title for group in told.groups] == [GROUPS[outcome(one)]]
    assert sum(len(kind.ids) for kind in told.kinds) == 1
    assert outcome(one) in told.told
    is_moving = head.startswith("Being")
    assert is_moving is state.moves, "what rests is not under way, and what moves has not ended"
    assert bool(made(one, facts).undo) <= (state is ChangeState.VERIFIED)


def test_every_outcome_has_a_group_and_a_head() -> None:
    said = {outcome(change(one, by)) for one in ChangeState for by in (STEADYHAND, "maya")}
    assert said == set(GROUPS) == set(HEADS)
