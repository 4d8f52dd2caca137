"""The machine of a change, pure: from what a look shows to what happens next. Do and undo are one table.

A change is DOING, UNDOING, or TAKING BACK (an undo nobody asked for: a later step failed). Its
current step is quiet (no call of ours is out), fresh (it came to rest just now, and a read may lag
behind that), sent (a call is out, or may be; only its goal is believed), or late (whatever was sent
would show by now). The look shows the owned part at the goal, at the start, moving, as somebody
else made it, gone with its resource, broken, or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from steadyhand.ledger.codec import text
from steadyhand.model.changes import Became, Change, ChangeState, Seen, filled
from steadyhand.model.findings import STEADYHAND

LEASE = timedelta(minutes=5)
"""How long after writing it down a worker may still send a call."""

ATTEMPTS = 3
"""How often one step is sent in one direction."""


class Phase(StrEnum):
    """Is a call of ours out?"""

    QUIET = "quiet"
    FRESH = "fresh"
    SENT = "sent"
    LATE = "late"


class Shows(StrEnum):
    """What a look shows, compared with where the step leads."""

    GOAL = "at goal"
    START = "at start"
    MOVING = "moving"
    OTHER = "other"
    GONE = "gone"
    BROKEN = "broken"
    UNSEEN = "unseen"


class Then(StrEnum):
    """What happens next.

    SEND: ask the guardrails, write it down, call. DONE: to the next step, or to rest. FOUND: the
    same, but it was not us. YIELD: somebody else changed it; theirs. FAIL: AWS will not.
    WAIT: a later look.
    """

    SEND = "send"
    DONE = "done"
    FOUND = "found"
    YIELD = "yield"
    FAIL = "fail"
    WAIT = "wait"


def row(*cells: Then) -> Mapping[Shows, Then]:
    """One row of the table, in the order of `Shows`."""
    return dict(zip(Shows, cells, strict=True))


#                   at goal     at start   moving     other       gone        broken     unseen
TABLE: Mapping[Phase, Mapping[Shows, Then]] = {
    Phase.QUIET: row(Then.FOUND, Then.SEND, Then.WAIT, Then.YIELD, Then.YIELD, Then.FAIL, Then.WAIT),
    Phase.FRESH: row(Then.WAIT, Then.SEND, Then.WAIT, Then.YIELD, Then.YIELD, Then.FAIL, Then.WAIT),
    Phase.SENT: row(Then.DONE, Then.WAIT, Then.WAIT, Then.WAIT, Then.WAIT, Then.FAIL, Then.WAIT),
    Phase.LATE: row(Then.DONE, Then.SEND, Then.WAIT, Then.YIELD, Then.YIELD, Then.FAIL, Then.WAIT),
}  # fmt: skip


def phase(change: Change, now: datetime) -> Phase:
    """Where the current step's call is."""
    step = change.current
    if step is None:
        return Phase.QUIET
    settles = timedelta(seconds=change.steps[step].settles)
    if change.sent_at:
        return Phase.SENT if now < change.sent_at + LEASE + settles else Phase.LATE
    fresh = change.ended_at and now < change.ended_at + settles
    return Phase.FRESH if fresh else Phase.QUIET


def shows(change: Change, step: int, seen: Seen | None) -> Shows:
    """One look at one step's part, by where the change is going."""
    written = change.steps[step]
    if seen is None:
        return Shows.UNSEEN
    if seen.broken:
        return Shows.BROKEN
    if seen.identity != written.identity:
        return Shows.GONE
    if seen.moving:
        return Shows.MOVING
    ends = [filled(written.makes, change, step), written.before]
    goal, start = ends if change.state is ChangeState.DOING else ends[::-1]
    if same(seen.value, goal):
        return Shows.GOAL
    return Shows.START if same(seen.value, start) else Shows.OTHER


def same(one: object, other: object) -> bool:
    """Are two owned parts equal?"""
    return text(one) == text(other)


def turn(change: Change, seen: Seen | None, now: datetime) -> tuple[Then, Change]:
    """One turn of the machine. With SEND, the change is as it must be written before the call."""
    step = change.current
    if step is None:
        return Then.DONE, ended(change)
    look = shows(change, step, seen)
    then = TABLE[phase(change, now)][look]
    why = (seen.broken if seen else "") or f"{change.steps[step].what} is {look}"
    if then is Then.SEND and change.state is ChangeState.DOING and change.wish:
        return Then.DONE, turned_back(became(change, step, Became.NOTHING))
    if then is Then.SEND and change.attempts >= ATTEMPTS:
        then, why = Then.FAIL, change.waits or f"sent {ATTEMPTS} times without effect"
    if then is Then.SEND:
        return then, sent(change, step, now)
    if then in (Then.DONE, Then.FOUND):
        return then, ended(became(change, step, _result(change, step, then), seen))
    if then is Then.WAIT:
        return then, change
    if then is Then.YIELD:
        change = became(change, step, Became.THEIRS)
    return then, given_up(change, why, ours=then is Then.FAIL)


def _result(change: Change, step: int, then: Then) -> Became:
    """What became of a step whose part is at its goal."""
    if change.state is ChangeState.DOING:
        return Became.DONE if then is Then.DONE else Became.THEIRS
    never_showed = then is Then.FOUND and change.steps[step].became is Became.SENT
    return Became.LOST if never_showed else Became.UNDONE


def sent(change: Change, step: int, now: datetime) -> Change:
    """As it is written down before a call."""
    if change.state is ChangeState.DOING:
        change = became(change, step, Became.SENT, attempts=change.attempts)
    return replace(change, sent_at=now, attempts=change.attempts + 1, waits="", not_before=None)


def refused(change: Change, step: int, why: str) -> Change:
    """AWS said no for certain: whatever the part is now, it is not our doing."""
    if change.state is ChangeState.DOING:
        change = became(change, step, Became.REFUSED)
    return given_up(change, why, ours=True)


def doubted(change: Change, why: str) -> Change:
    """AWS said no to a call that was sent again: the one before may have done it, so the look decides."""
    return replace(change, attempts=ATTEMPTS, waits=why)


def postponed(change: Change) -> Change:
    """AWS was too busy to listen: a later look sends again. Of what was sent before, the goal is still believed."""
    earlier = change.sent_at if change.attempts > 1 else None
    return replace(change, sent_at=earlier, attempts=change.attempts - 1)


def given_up(change: Change, why: str, *, ours: bool) -> Change:
    """A step will not come to its goal: undo what was done before it, or say so."""
    change = replace(change, reason=why, waits="")
    if change.state is not ChangeState.DOING:
        return replace(change, state=ChangeState.FAILED, sent_at=None, attempts=0)
    if any(one.became.ours for one in change.steps):
        return turned_back(change)
    return replace(change, state=ChangeState.FAILED if ours else ChangeState.THEIRS, sent_at=None)


def turned_back(change: Change) -> Change:
    """From doing to undoing: for a person who wishes it, or because a later step failed."""
    by_person = bool(change.wish) and change.wish != STEADYHAND
    back = ChangeState.UNDOING if by_person else ChangeState.ROLLING_BACK
    return ended(replace(change, state=back, sent_at=None, attempts=0))


def reopened(change: Change, by: str) -> Change:
    """From rest to undoing, because a person says so. What was lost may have landed since."""
    steps = tuple(
        replace(one, became=Became.SENT) if one.became is Became.LOST else one
        for one in change.steps
    )
    return replace(
        change, state=ChangeState.UNDOING, steps=steps, undone_by=by, sent_at=None, attempts=0
    )


def ended(change: Change) -> Change:
    """To rest, where no step is left to see to."""
    if change.current is not None:
        return change
    if change.state is ChangeState.DOING:
        if change.wish and any(one.became.ours and one.undo for one in change.steps):
            return turned_back(change)
        ours = any(one.became.ours for one in change.steps)
        return replace(
            change, state=ChangeState.VERIFIED if ours else ChangeState.THEIRS, sent_at=None
        )
    rest = ChangeState.UNDONE if change.state is ChangeState.UNDOING else ChangeState.FAILED
    return replace(change, state=rest, sent_at=None)


def became(
    change: Change, step: int, what: Became, seen: Seen | None = None, attempts: int = 0
) -> Change:
    """The change with one step's fate written in, and nothing out."""
    keep = dict(seen.keep) if seen and seen.keep else change.steps[step].keep
    told = change.with_step(step, became=what, keep=keep)
    return replace(told, sent_at=None, attempts=attempts, waits="")
