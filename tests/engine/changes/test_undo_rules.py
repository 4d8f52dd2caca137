"""What a person's undo does in every state of a change, on a ledger and an account of paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from steadyhand.engine.changes import undo as undoing
from steadyhand.engine.changes.refused import Refused
from steadyhand.engine.changes.worker import Worker
from steadyhand.model import Became, Call, Change, ChangeState, Held, Seen, Step, WrittenStep
from tests.verbs import ANY, NOW

DO, UNDO = Call("x:Close"), Call("x:Open")
STEP = WrittenStep(
    DO, UNDO, on="arn:x", what="port 22", before="open", makes="closed", identity="born",
    became=Became.DONE, proven=True,
)  # fmt: skip
DONE = Change(
    id="ch-1", finding=ANY, steps=(STEP,), state=ChangeState.VERIFIED, by="steadyhand", at=NOW,
    ended_at=NOW - timedelta(hours=1), version=3,
)  # fmt: skip
AS_MADE = Seen(value="closed", identity="born")
AS_BEFORE = Seen(value="open", identity="born")


@dataclass
class Ledger:
    """One row, written only over the version it was read in. `rival` writes just before us."""

    row: Change
    rival: Change | None = None
    parts: list[tuple[str, str]] = field(default_factory=list)

    def write(self, new: Change, now: Any, parts: str = "", word: str = "") -> Change | None:
        if self.rival:
            self.row, self.rival = replace(self.rival, version=self.row.version + 1), None
        if new.version != self.row.version:
            return None
        self.row = replace(new, version=new.version + 1)
        self.parts.append((parts, word))
        return self.row

    def change(self, change_id: str) -> Change:
        return self.row


@dataclass(frozen=True, kw_only=True)
class Desk(Worker):
    """A worker whose account is what each part shows; a call sent makes its part show the goal."""

    shown: dict[int, Seen | None]
    sent: list[int]
    held: list[Held]

    def plan(self, change: Change) -> tuple[Step, ...]:
        return ()

    def see(self, plan: Sequence[Step], change: Change, step: int) -> Seen | None:
        return self.shown[step]

    def held_again(self, plan: Sequence[Step], change: Change, seen: Seen | None) -> Held | None:
        return self.held[0] if self.held else None

    def send(self, change: Change, step: int) -> Change:
        self.sent.append(step)
        self.shown[step] = AS_BEFORE
        return change


def desk(change: Change, *shown: Seen | None, stopped: str = "") -> Desk:
    unused: Any = None
    ledger: Any = Ledger(change)
    return Desk(
        aws=unused, ledger=ledger, settings=unused, actor=unused, checks=unused,
        stopped=lambda: stopped, exemptions=lambda: (), now=lambda: NOW,
        shown=dict(enumerate(shown)), sent=[], held=[],
    )  # fmt: skip


def kept(here: Desk) -> Any:
    return here.ledger


def refused(here: Desk, change: Change) -> Refused:
    with pytest.raises(Refused) as found:
        undoing.undo(here, change, "ann")
    assert here.sent == []
    return found.value


def test_what_is_as_we_made_it_is_claimed_in_the_person_s_name_sent_and_seen() -> None:
    here = desk(DONE, AS_MADE)
    change = undoing.undo(here, DONE, "ann")
    assert here.sent == [0]
    assert (change.state, change.undone_by, change.reason) == (ChangeState.UNDONE, "ann", "")
    assert kept(here).parts[0] == ("claim", "ann")


@pytest.mark.parametrize("state", [ChangeState.UNDONE, ChangeState.THEIRS])
def test_where_nothing_of_ours_is_in_force_it_says_so(state: ChangeState) -> None:
    change = replace(DONE, state=state)
    why = refused(desk(change, AS_MADE), change).held
    assert (why.guardrail, why.reason) == (
        "state",
        f"ch-1 is {state}: nothing of ours is in force",
    )


def test_the_kill_switch_stops_an_undo_too() -> None:
    why = refused(desk(DONE, AS_MADE, stopped="it says stop"), DONE).held
    assert (why.guardrail, why.reason) == ("stopped", "it says stop")


def test_what_has_no_way_back_is_refused() -> None:
    change = replace(DONE, steps=(replace(STEP, undo=None),))
    assert refused(desk(change, AS_MADE), change).held.guardrail == "irreversible"


def test_an_undo_on_its_way_goes_on_and_is_not_begun_anew() -> None:
    change = replace(DONE, state=ChangeState.UNDOING, undone_by="zoe")
    here = desk(change, AS_BEFORE)
    ended = undoing.undo(here, change, "ann")
    assert (ended.state, ended.undone_by) == (ChangeState.UNDONE, "zoe")
    assert here.sent == []


@pytest.mark.parametrize("state", [ChangeState.DOING, ChangeState.ROLLING_BACK])
def test_one_that_is_still_being_made_is_wished_back(state: ChangeState) -> None:
    step = replace(STEP, became=Became.SENT if state is ChangeState.DOING else Became.DONE)
    change = replace(DONE, state=state, steps=(step,), sent_at=NOW, attempts=1, ended_at=None)
    here = desk(change, None)
    undoing.undo(here, change, "ann")
    assert (here.ledger.row.wish, here.ledger.row.undone_by) == ("ann", "ann")  # type: ignore[attr-defined]
    assert kept(here).parts[0] == ("tell", "ann")
    assert here.sent == []


def test_what_has_no_way_back_is_refused_while_its_call_is_out_and_wished_back_before() -> None:
    step = replace(STEP, undo=None, became=Became.SENT)
    change = replace(
        DONE, state=ChangeState.DOING, steps=(step,), sent_at=NOW, attempts=1, ended_at=None
    )
    assert refused(desk(change, None), change).held.guardrail == "irreversible"
    quiet = replace(change, steps=(replace(step, became=Became.NOTHING),), sent_at=None, attempts=0)
    assert undoing.undo(desk(quiet, AS_BEFORE), quiet, "ann").state is ChangeState.UNDONE


FIRST: list[tuple[str, Change, Seen | None]] = [
    ("at rest", DONE, AS_MADE),
    ("being made", replace(DONE, state=ChangeState.DOING, sent_at=NOW, attempts=1), None),
]


@pytest.mark.parametrize(("name", "change", "shown"), FIRST, ids=["at rest", "being made"])
@pytest.mark.parametrize("theirs", [ChangeState.UNDOING, ChangeState.UNDONE])
def test_who_asks_second_is_told_what_the_first_one_did(
    name: str, change: Change, shown: Seen | None, theirs: ChangeState
) -> None:
    here = desk(change, shown)
    kept(here).rival = replace(change, state=theirs, undone_by="zoe")
    told = undoing.undo(here, change, "ann")
    assert (told.state, told.undone_by, here.sent) == (theirs, "zoe", [])


@pytest.mark.parametrize(("name", "change", "shown"), FIRST, ids=["at rest", "being made"])
def test_who_lost_a_race_to_something_else_is_told_to_try_again(
    name: str, change: Change, shown: Seen | None
) -> None:
    here = desk(change, shown)
    kept(here).rival = replace(change, state=ChangeState.VERIFIED)
    assert refused(here, change).held.guardrail == "busy"


TWO = replace(DONE, steps=(STEP, replace(STEP, what="port 3389", before="ajar")))
NOT_AS_MADE: list[tuple[Seen | None, str, Any]] = [
    (Seen(value="else", identity="born"), "somebody changed port 3389 of arn:x since", "else"),
    (Seen(value="closed", identity="anew"), "is gone, or was made anew", "closed"),
    (Seen(identity=None), "is gone, or was made anew", None),
    (None, "could not be looked at", None),
]


@pytest.mark.parametrize(("shown", "why", "now"), NOT_AS_MADE, ids=lambda one: str(one)[:30])
@pytest.mark.parametrize("which", [0, 1])
def test_each_part_must_be_as_we_made_it_else_before_after_and_now_are_shown(
    shown: Seen | None, why: str, now: Any, which: int
) -> None:
    sights = [AS_MADE, AS_MADE]
    sights[which] = shown  # type: ignore[call-overload]
    found = refused(desk(TWO, *sights), TWO)
    assert found.held.guardrail == "changed"
    assert why.replace("port 3389", TWO.steps[which].what) in found.held.reason
    assert found.difference == {
        "before": TWO.steps[which].before, "after": "closed", "now": now,
    }  # fmt: skip


def test_the_last_step_is_undone_first() -> None:
    here = desk(TWO, AS_MADE, AS_MADE)
    undoing.undo(here, TWO, "ann")
    assert here.sent == [1]


@pytest.mark.parametrize("became", [Became.REFUSED, Became.THEIRS, Became.NOTHING])
def test_a_part_that_is_not_ours_is_neither_looked_at_nor_undone(became: Became) -> None:
    steps = (STEP, replace(TWO.steps[1], became=became))
    change = replace(TWO, state=ChangeState.FAILED, steps=steps)
    here = desk(change, AS_MADE, None)
    undoing.undo(here, change, "ann")
    assert here.sent == [0]
    nothing = replace(change, steps=steps[1:])
    assert refused(desk(nothing, AS_MADE), nothing).held.reason == "nothing of it is in force"


def test_a_part_without_a_way_back_is_left_out() -> None:
    change = replace(TWO, steps=(STEP, replace(TWO.steps[1], undo=None)))
    here = desk(change, AS_MADE, None)
    undoing.undo(here, change, "ann")
    assert here.sent == [0]


def test_what_failed_and_shows_as_before_is_not_in_force() -> None:
    change = replace(DONE, state=ChangeState.FAILED)
    assert refused(desk(change, AS_BEFORE), change).held.reason == "nothing of it is in force"


def test_what_a_stranger_took_back_already_is_undone_without_a_call_and_noted() -> None:
    here = desk(DONE, AS_BEFORE)
    assert undoing.undo(here, DONE, "ann").state is ChangeState.UNDONE
    assert here.sent == []
    assert kept(here).parts == [("note", "ann")]


UNPROVEN = [
    (Became.DONE, True, False),
    (Became.DONE, False, True),
    (Became.SENT, False, False),  # whether it is in force at all, this undo finds out
]


@pytest.mark.parametrize(("became", "proven", "said"), UNPROVEN)
def test_what_nothing_proves_ours_is_undone_as_asked_and_says_so(
    became: Became, proven: bool, said: bool
) -> None:
    change = replace(DONE, steps=(replace(STEP, became=became, proven=proven),))
    here = desk(change, AS_MADE)
    assert (undoing.undo(here, change, "ann").reason == undoing.UNPROVEN) is said


def test_a_guardrail_that_holds_it_is_written_down_and_nothing_is_sent() -> None:
    until = NOW + timedelta(hours=6)
    here = desk(DONE, replace(AS_MADE, not_before=until))
    here.held.append(Held("cooling", "AWS takes no change before 15:00"))
    change = undoing.undo(here, DONE, "ann")
    assert (here.sent, change.state) == ([], ChangeState.UNDOING)
    assert (change.waits, change.not_before) == ("AWS takes no change before 15:00", until)
