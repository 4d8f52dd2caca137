"""What a person asks for: mend this, take that back. Where the answer is no, `Refused` says why.

It goes the same road as what nobody asked for, past the same guardrails; each of them knows whether
a person's word outweighs it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from steadyhand.check import Check
from steadyhand.engine.actor import Abandoned, Overreach
from steadyhand.engine.outcome import Outcome, Refused
from steadyhand.ledger import codec
from steadyhand.model import Change, ChangeState, FindingStatus, Held, ReadFailed, Record

if TYPE_CHECKING:
    from steadyhand.engine.reconcile import Reconciler


def fix(reconciler: Reconciler, check: Check, record: Record, person: str, plan: str) -> Change:
    """Mend one finding because a person says so; `plan` is the hash of what they saw."""
    finding = record.finding
    look = reconciler.look([check], finding.key)
    if look.unknown:
        raise Refused(Held("unknown", look.unknown[0].reason))
    seen = {one.id: one for one in look.findings}
    if finding.id not in seen:
        raise Refused(Held("gone", "it is not there any more"))
    steps = tuple(check.plan(seen[finding.id]))
    if plan and codec.plan_hash(steps) != plan:
        raise Refused(Held("stale", "the plan is not the one you saw; look again"))
    outcome = Outcome()
    change = reconciler.carry_out(
        check, seen[finding.id], steps, look, outcome, person=person, record=record
    )
    if change is None:
        raise Refused(outcome.held[finding.id])
    return change


def undo(reconciler: Reconciler, check: Check, change: Change, person: str) -> Change:
    """Take one change back, if nobody changed the resource since."""
    if change.state is not ChangeState.VERIFIED:
        raise Refused(Held("state", f"{change.id} is {change.state}, so there is nothing to undo"))
    if not any(step.undo for step in change.steps):
        raise Refused(Held("irreversible", "it has no way back"))
    if reason := reconciler.stopped():
        raise Refused(Held("stopped", reason))
    volatile = check.reads[0].volatile
    look = reconciler.look([check], change.finding.key)
    here = codec.canonical(look.items.get(check.id, ()), volatile)
    if look.unknown or codec.text(here) != codec.text(change.after):
        difference = {"before": change.before, "after": change.after, "now": here}
        raise Refused(Held("changed", "somebody changed it since"), difference)
    undoing = replace(change, state=ChangeState.UNDOING, undone_by=person)
    if not reconciler.ledger.reopen(undoing, reconciler.now()):
        raise Refused(Held("busy", "another change of it is being made"))
    answers = change.answers or tuple({} for _ in change.steps)
    try:
        reconciler.actor.undo(
            change.steps,
            check.writes,
            name=change.finding.id,
            region=change.finding.region,
            since=reconciler.now(),
            answers=answers,
        )
    except (ReadFailed, Abandoned, Overreach) as failed:
        reconciler.ledger.conclude(
            replace(change, reason=f"undo failed: {failed}"), FindingStatus.FIXED, tried=False
        )
        raise Refused(Held("failed", f"{failed}")) from failed
    return reconciler.undone(check, undoing)
