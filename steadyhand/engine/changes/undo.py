"""Undo, as a person asks for it: refused if, and only if, a part is not as we made it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from steadyhand.engine.changes import machine
from steadyhand.engine.changes.machine import Shows, Then
from steadyhand.engine.changes.refused import Refused
from steadyhand.engine.changes.worker import Worker, waiting
from steadyhand.model import Became, Change, ChangeState, Held, Seen, Step, filled

UNPROVEN = "nothing proves that this was our doing, and not somebody else's; undone as asked"


def undo(worker: Worker, change: Change, person: str) -> Change:
    """Undo one change, as far as what it made is still as it made it."""
    if change.state in {ChangeState.UNDONE, ChangeState.THEIRS}:
        raise Refused(Held("state", f"{change.id} is {change.state}: nothing of ours is in force"))
    if reason := worker.stopped():
        raise Refused(Held("stopped", reason))
    if change.state is ChangeState.UNDOING:
        return worker.advance(change)
    has_way_back = any(step.undo for step in change.steps)
    begun = any(step.became is not Became.NOTHING for step in change.steps)
    if not has_way_back and (begun or not change.state.moves):
        raise Refused(Held("irreversible", "it has no way back"))
    if change.state.moves:  # being made, or undone: it goes on from there
        wish = replace(change, wish=person, undone_by=person)
        wished = worker.ledger.write(wish, worker.now(), "tell", person)
        return worker.advance(wished) if wished else again(worker, change.id)
    plan = worker.plan(change)
    undoing, at = machine.reopened(change, person), worker.now()
    step, seen = as_made(worker, plan, undoing)
    undoing = replace(undoing, reason="" if is_proven(change) else UNPROVEN)
    then, new = machine.turn(undoing, seen, at)
    if then is Then.SEND and (held := worker.held_again(plan, undoing, seen)):
        then, new = Then.WAIT, waiting(undoing, held, seen)
    if change.state is ChangeState.FAILED and not new.state.moves:
        raise Refused(Held("state", "nothing of it is in force"))
    parts = "claim" if new.state.moves else "note"
    written = worker.ledger.write(new, worker.now(), parts, person)
    if written is None:
        return again(worker, change.id)
    return worker.advance(worker.send(written, step) if then is Then.SEND else written)


def as_made(worker: Worker, plan: tuple[Step, ...], undoing: Change) -> tuple[int, Seen | None]:
    """Is all that is ours as we made it? The step to begin with, and what its part shows."""
    step, first = -1, None
    for n, written in enumerate(undoing.steps):
        if written.became.ours and written.undo:
            seen = worker.see(plan, undoing, n)
            shown = machine.shows(undoing, n, seen)
            if shown in {Shows.OTHER, Shows.GONE, Shows.UNSEEN}:
                name = f"{written.what} of {written.on}"
                if shown is Shows.OTHER:
                    held = Held("changed", f"somebody changed {name} since")
                    raise Refused(held, difference(undoing, n, seen))
                gone = "its resource is gone, or was made anew" if shown is Shows.GONE else (
                    "it could not be looked at"
                )  # fmt: skip
                raise Refused(Held("changed", f"{name}: {gone}"), difference(undoing, n, seen))
            step, first = n, seen
    if step < 0:
        raise Refused(Held("state", "nothing of it is in force"))
    return step, first


def difference(change: Change, step: int, seen: Seen | None) -> dict[str, Any]:
    """Before us, as we made it, and now."""
    written = change.steps[step]
    return {
        "before": written.before,
        "after": filled(written.makes, change, step),
        "now": seen.value if seen else None,
    }


def is_proven(change: Change) -> bool:
    """Does something prove that each step in force is ours?"""
    return all(step.proven for step in change.steps if step.became is Became.DONE)


def again(worker: Worker, change_id: str) -> Change:
    """Somebody was faster: if they undo the same, all is well; else say so."""
    change = worker.ledger.change(change_id)
    if change and change.state in {ChangeState.UNDOING, ChangeState.UNDONE}:
        return change
    raise Refused(Held("busy", "somebody else changed it just now; try again"))
