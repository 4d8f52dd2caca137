"""The beginning of a change: look at its parts, ask every guardrail, write it down, call."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from steadyhand.check import Check
from steadyhand.engine.changes import guardrails, machine
from steadyhand.engine.changes.guardrails import Case
from steadyhand.engine.changes.look import Looking
from steadyhand.engine.changes.worker import Worker
from steadyhand.engine.tags import read_tags
from steadyhand.ledger import codec
from steadyhand.model import (
    STEADYHAND,
    Change,
    ChangeState,
    Finding,
    FindingStatus,
    Held,
    Mode,
    ReadFailed,
    Record,
    Seen,
    Step,
    WrittenStep,
    filled,
)
from steadyhand.triggers import ApiCalled

LONGEST_INCIDENT = timedelta(days=14)
"""An incident that is older has been forgotten, not fought."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A finding somebody wants fixed. `person` is who; empty for Steadyhand itself."""

    check: Check
    finding: Finding
    looking: Looking
    person: str = ""
    record: Record | None = None
    put_back_by: str = ""
    during_freeze: bool = False


def begin(worker: Worker, wanted: Wanted) -> Change | Held:
    """Fix it, or say why not."""
    check, finding = wanted.check, wanted.finding
    steps = tuple(check.plan(finding))
    by = wanted.person or STEADYHAND
    blank = Change(
        id=f"ch-{secrets.token_hex(5)}",
        finding=finding,
        steps=(),
        state=ChangeState.DOING,
        by=by,
        at=worker.now(),
    )
    try:
        parts = look_at_parts(wanted, steps, blank)
        tags = tags_of(worker, finding, steps, parts)
        doubt = wanted.looking.see(check.doubt(finding, worker.now()))
    except ReadFailed as failed:
        return Held("unseen", f"it could not be looked at: {failed.reason}")
    environment = worker.settings.environment(finding, every(tags))
    case = Case(
        check=check,
        finding=finding,
        steps=steps,
        mode=worker.settings.mode(check.id, environment),
        now=worker.now(),
        looked_at=wanted.looking.at,
        stopped=worker.stopped(),
        exemptions=worker.exemptions(),
        tags=tags,
        hands_off_tag=worker.settings.hands_off_tag,
        zone=worker.settings.time_zone,
        code_owned=worker.settings.code_owned,
        freeze=worker.settings.freeze,
        during_freeze=wanted.during_freeze,
        record=wanted.record,
        person=wanted.person,
        unsure=worker.settings.unknown_environment(every(tags)),
        not_before=not_before(steps, parts),
        environment=environment,
        incident=open_incident(worker) if check.waits_for_incidents else "",
    )
    held = guardrails.ask(case)
    if held and held.guardrail == "too_early" and wanted.record is None:
        known = worker.ledger.known(finding.region, finding.key).get(finding.id)
        held = guardrails.ask(replace(case, record=known))
    if held and held.until and not wanted.person:
        worker.remind(finding.id, finding.region, held.until)
    held = held or unfit(steps, parts, blank)
    if held or doubt:
        return held or Held("doubt", doubt)
    written = tuple(map(as_written, steps, parts))
    change = replace(blank, steps=written, environment=environment)
    change = machine.sent(change, 0, blank.at)
    refusal = worker.ledger.begin(
        change,
        record_of(worker, check, finding, steps, tags),
        looked_at=wanted.looking.at,
        limit=guardrails.limit_of(worker.sizes.get(check.id, 0)),
        author=wanted.put_back_by,
    )
    if refusal:
        return with_name(refusal, wanted.put_back_by)
    change = worker.send(change, 0)
    echoes = len(steps) == 1 and by == STEADYHAND and has_echo(check, steps)
    return change if echoes else worker.advance(change)


def look_at_parts(wanted: Wanted, steps: tuple[Step, ...], blank: Change) -> list[Seen]:
    """What each step's part shows before anything is done."""
    see = wanted.looking.see
    return [
        see(step.owns.look(), partial(filled, change=blank, step=n)) for n, step in enumerate(steps)
    ]


def not_before(steps: Sequence[Step], parts: Sequence[Seen] = ()) -> datetime | None:
    """When AWS takes the first call: the later of what its evidence says and its part shows."""
    said = [step.not_before for step in steps[:1]] + [seen.not_before for seen in parts[:1]]
    return max(filter(None, said), default=None)


def unfit(steps: tuple[Step, ...], parts: list[Seen], blank: Change) -> Held | None:
    """Why what the parts show is no beginning."""
    for n, (step, seen) in enumerate(zip(steps, parts, strict=True)):
        name = f"{step.owns.what} of {step.owns.on}"
        if seen.identity is None:
            return Held("gone", f"{name} is gone")
        if seen.broken or (seen.moving and n == 0):
            return Held("moving", f"{name} is {seen.broken or seen.moving}")
        if machine.same(seen.value, filled(step.makes, blank, n)):
            return Held("gone", f"{name} is as it should be already")
    return None


def tags_of(
    worker: Worker, finding: Finding, steps: tuple[Step, ...], parts: list[Seen]
) -> dict[str, Mapping[str, str] | None]:
    """The tags of the finding's resource and of every resource its plan writes to."""
    tags: dict[str, Mapping[str, str] | None] = {finding.resource: finding.tags}
    for step, seen in zip(steps, parts, strict=True):
        on = step.owns.on
        if seen.tags is not None:
            tags[on] = {**(tags.get(on) or {}), **seen.tags}
        elif seen.value is not None or seen.identity:
            tags.setdefault(on, None)
    return {on: read_tags(on, worker.aws) if known is None else known for on, known in tags.items()}


def open_incident(worker: Worker) -> str:
    """The incident that goes on here, in a clause; the latest of several."""
    since = worker.now() - LONGEST_INCIDENT
    found = [one for one in worker.ledger.incidents(since) if one.ended_at is None]
    here = [one.summary for one in found if one.region == worker.aws.region]
    return here[-1] if here else ""


def case_of(
    worker: Worker,
    check: Check,
    finding: Finding,
    crowd: tuple[int, int] = (0, 0),
    steps: Sequence[Step] = (),
) -> Case:
    """What is known of a finding without asking AWS more."""
    tags = {finding.resource: finding.tags or {}}
    return Case(
        check=check,
        finding=finding,
        steps=steps,
        not_before=not_before(steps),
        mode=Mode.AUTO,
        now=worker.now(),
        looked_at=worker.now(),
        tags=tags,
        hands_off_tag=worker.settings.hands_off_tag,
        zone=worker.settings.time_zone,
        code_owned=worker.settings.code_owned,
        freeze=worker.settings.freeze,
        crowd=crowd,
        unsure=worker.settings.unknown_environment(every(tags)),
    )


def every(tags: Mapping[str, Mapping[str, str] | None]) -> dict[str, str]:
    """All tags together; those of the finding's own resource count first."""
    merged: dict[str, str] = {}
    for one in tags.values():
        merged = {**(one or {}), **merged}
    return merged


def as_written(step: Step, seen: Seen) -> WrittenStep:
    """A step as the ledger keeps it."""
    return WrittenStep(
        step.do,
        step.undo,
        on=step.owns.on,
        what=step.owns.what,
        before=seen.value,
        makes=step.makes,
        identity=seen.identity,
        settles=step.settles.total_seconds(),
    )


def record_of(
    worker: Worker,
    check: Check,
    finding: Finding,
    steps: tuple[Step, ...],
    tags: Mapping[str, Mapping[str, str] | None] | None = None,
) -> Record:
    """A finding as the ledger keeps it."""
    now = worker.now()
    known = every(tags) if tags is not None else finding.tags
    return Record(
        finding=finding,
        status=FindingStatus.OPEN,
        first_seen=now,
        changed_at=now,
        environment=worker.settings.environment(finding, known),
        risk=check.risk_of(finding),
        plan=codec.plan_hash(steps),
        parts=tuple(dict.fromkeys(step.owns.key for step in steps)),
    )


def has_echo(check: Check, steps: tuple[Step, ...]) -> bool:
    """Will our own change wake its own check? Then that look verifies it."""
    woken = {wake.action for wake in check.wakes if isinstance(wake, ApiCalled) and not wake.where}
    return all(step.do.action in woken for step in steps)


def with_name(held: Held, by: str) -> Held:
    """A reason, with who put it back where that is known."""
    if held.guardrail == "contested" and by:
        return Held(held.guardrail, f"{held.reason}; the last to put it back was {by}")
    return held
