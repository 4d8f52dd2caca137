"""Reasons not to touch. Each answers None or a reason; the first reason is shown to a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from steadyhand.check import Check
from steadyhand.model import Exemption, Finding, Held, Mode, Record, Risk, Step
from steadyhand.settings.local_date import day_of

FRESH = timedelta(minutes=15)
DAY = timedelta(hours=24)
FEW = 3
SHARE = 0.05
LEAVE = ("", "false", "no", "0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All a guardrail may look at.

    `stopped` says why everything stands still, or nothing. `tags` is None where they could not be
    read. `person` is who asked for it, empty for Steadyhand itself. `crowd` is how many of how
    many seen would be changed in this sweep.
    """

    check: Check
    finding: Finding
    steps: Sequence[Step]
    mode: Mode
    now: datetime
    looked_at: datetime
    stopped: str = ""
    exemptions: Sequence[Exemption] = ()
    zone: str = "UTC"
    tags: Mapping[str, str] | None = None
    hands_off_tag: str = "steadyhand:hands-off"
    record: Record | None = None
    person: str = ""
    crowd: tuple[int, int] = (0, 0)


def stopped(case: Case) -> str | None:
    """The kill switch."""
    return case.stopped or None


def hands_off(case: Case) -> str | None:
    """The owner's tag on the resource. Tags that cannot be read are a reason too."""
    if case.tags is None:
        return "its tags could not be read, so nobody knows if it may be touched"
    said = case.tags.get(case.hands_off_tag)
    if said is None or said.lower() in LEAVE[1:]:
        return None
    return f"it carries the tag {case.hands_off_tag}"


def undeclared(case: Case) -> str | None:
    """A plan may use only what its check declares."""
    declared = {permit.action for permit in case.check.writes}
    calls = [call for step in case.steps for call in (step.do, step.undo) if call]
    wild = sorted({call.granted_by for call in calls} - declared)
    return f"its plan uses {', '.join(wild)}, which the check does not declare" if wild else None


def no_plan(case: Case) -> str | None:
    """Some things only a person can mend."""
    return None if case.steps else "there is no plan for it; the runbook is for a person"


def stale(case: Case) -> str | None:
    """What was seen a while ago may be otherwise now."""
    return (
        "it was looked at more than 15 minutes ago" if case.now - case.looked_at > FRESH else None
    )


def irreversible(case: Case) -> str | None:
    """Without a way back for every step, a person decides."""
    if case.person or all(step.undo for step in case.steps):
        return None
    return "it cannot be taken back completely, so we ask"


def risky(case: Case) -> str | None:
    """Safe means safe for production; everything else is asked."""
    risk = case.check.risk_of(case.finding)
    if case.person or risk is Risk.SAFE:
        return None
    return "it may be felt in production, so we ask"


def taken_back(case: Case) -> str | None:
    """A person took our change back. We ask before we act here again."""
    if case.person or case.record is None or case.record.undone_at is None:
        return None
    return f"our change here was taken back on {case.record.undone_at:%d %B}, so we ask"


def contested(case: Case) -> str | None:
    """Put back twice in a day: somebody wants it so, and we do not fight."""
    if case.person or case.record is None:
        return None
    recent = [when for when in case.record.fixed_at if case.now - when < DAY]
    if len(recent) < 2:
        return None
    return "it was put back twice in 24 hours; somebody or something wants it so"


def crowded(case: Case) -> str | None:
    """Too many at once is more likely our mistake than theirs."""
    count, seen = case.crowd
    limit = max(FEW, int(SHARE * seen))
    if case.person or count <= limit:
        return None
    return (
        f"{count} of {seen} would be changed at once, more than {limit}, so we change none and ask"
    )


def not_yet_trusted(case: Case) -> str | None:
    """Nothing is changed until the owner says so, for each check and environment."""
    if case.person or case.mode is Mode.AUTO:
        return None
    return f"the mode is {case.mode}; only auto acts by itself"


def exempt(case: Case) -> str | None:
    """A person said it may stay, until a day. An exemption without an end is none."""
    scopes = {case.finding.id, case.finding.resource, case.check.id}
    for exemption in case.exemptions:
        if exemption.scope in scopes and exemption.until > case.now:
            day = day_of(exemption.until, case.zone)
            return f"exempt until {day:%d %B %Y}: {exemption.because}"
    until = case.record.exempt_until if case.record else None
    if until is None or until <= case.now:
        return None
    return f"exempt until {day_of(until, case.zone):%d %B %Y}"


GUARDRAILS: tuple[Callable[[Case], str | None], ...] = (
    stopped,
    no_plan,
    undeclared,
    exempt,
    hands_off,
    stale,
    irreversible,
    risky,
    taken_back,
    contested,
    crowded,
    not_yet_trusted,
)


def ask(case: Case) -> Held | None:
    """The first reason not to touch, or None."""
    for guardrail in GUARDRAILS:
        if reason := guardrail(case):
            return Held(guardrail.__name__, reason)
    return None
