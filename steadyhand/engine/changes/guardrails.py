"""Reasons not to touch. Each answers None or a reason; the first reason is shown to a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from steadyhand.check import Check
from steadyhand.ledger.caps import FEW
from steadyhand.ledger.change_rows import MONTH
from steadyhand.model import (
    Exemption,
    Finding,
    FindingStatus,
    Held,
    Mode,
    Record,
    Risk,
    Step,
    Until,
)
from steadyhand.settings import freeze
from steadyhand.settings.local_date import day_of, minute_of

FRESH = timedelta(minutes=15)
SHARE = 0.05
LEAVE = ("", "false", "no", "0")
Tags = Mapping[str, str]

STACK = "aws:cloudformation:stack-name"
MANAGED_BY = ("managedby", "managed-by", "managed_by", "provisioner", "created-by", "createdby")
TOOLS = ("terraform", "opentofu", "pulumi", "cdk", "cloudformation")
OF_STACKS = re.compile("cdk|cloudformation", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All a guardrail may look at.

    `stopped` says why everything stands still, or nothing. `tags` are those of every resource that
    the plan writes to, None where they could not be read. `person` is who asked for it, empty for
    Steadyhand itself. `crowd` is how many of how many seen would be changed in this sweep.
    `freeze` are the owner's windows; `during_freeze` says that the person meant to act in one.
    `unsure` says which word in an environment's tag nobody knows, `environment` which one it is.
    `not_before` is when AWS takes the next change of what is to be changed. `incident` is the open
    one, in a clause; nothing where there is none, or the check does not wait.
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
    tags: Mapping[str, Tags | None] = field(default_factory=dict)
    hands_off_tag: str = "steadyhand:hands-off"
    code_owned: str = "propose"
    record: Record | None = None
    person: str = ""
    crowd: tuple[int, int] = (0, 0)
    freeze: Sequence[str] = ()
    during_freeze: bool = False
    unsure: str = ""
    not_before: datetime | None = None
    environment: str = ""
    incident: str = ""


def stopped(case: Case) -> str | None:
    """The kill switch."""
    return case.stopped or None


def hands_off(case: Case) -> str | None:
    """The owner's tag, on any resource the plan writes to. Unreadable tags are a reason too."""
    for resource, tags in case.tags.items():
        if tags is None:
            return f"the tags of {resource} could not be read, so nobody knows if it may be touched"
        said = tags.get(case.hands_off_tag)
        if said is not None and said.lower() not in LEAVE[1:]:
            return f"{resource} carries the tag {case.hands_off_tag}"
    return None


def undeclared(case: Case) -> str | None:
    """A plan may use only what its check declares."""
    declared = {permit.action for permit in case.check.writes}
    calls = [call for step in case.steps for call in (step.do, step.undo) if call]
    wild = sorted({call.granted_by for call in calls} - declared)
    return f"its plan uses {', '.join(wild)}, which the check does not declare" if wild else None


def no_plan(case: Case) -> str | None:
    """Some things only a person can fix."""
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
    return "it cannot be undone completely, so we ask"


def risky(case: Case) -> str | None:
    """Safe means safe for production; everything else is asked, for the check's own reason where it has one."""
    if case.person or case.check.risk_of(case.finding) is Risk.SAFE:
        return None
    if reasons := case.check.asks(case.finding):
        return f"{reasons[0]}, so we ask"
    return "it may affect users, so we ask"


def undone(case: Case) -> str | None:
    """A person undid our change. We ask before we act here again."""
    if case.person or case.record is None or case.record.undone_at is None:
        return None
    return f"our change here was undone on {case.record.undone_at:%d %B}, so we ask"


def contested(case: Case) -> str | None:
    """The third time in thirty days: somebody wants it so, and we do not fight."""
    if case.person or case.record is None:
        return None
    recent = [when for when in case.record.fixed_at if case.now - when < MONTH]
    if len(recent) < 2:
        return None
    return "we fixed it twice in thirty days and it is back; somebody or something wants it so"


def crowded(case: Case) -> str | None:
    """Too many at once is more likely our mistake than theirs."""
    count, seen = case.crowd
    limit = limit_of(seen)
    if case.person or count <= limit:
        return None
    return (
        f"{count} of {seen} would be changed at once, more than {limit}, so we change none and ask"
    )


def limit_of(seen: int) -> int:
    """How many of a kind may be changed by a check in an hour."""
    return max(FEW, int(SHARE * seen))


def owned_by_code(case: Case) -> str | None:
    """What a template made is changed in the template; in place only where it is open to the world."""
    if case.person or case.code_owned == "fix" or case.check.category == "exposure":
        return None
    for resource, tags in case.tags.items():
        if owner := code_owner(tags or {}, beside_its_stack=case.check.puts_back_code):
            return f"{resource} belongs to {owner}, so we propose the change to its code"
    return None


def code_owner(tags: Tags, *, beside_its_stack: bool = False) -> str:
    """The code that a resource's tags name as its owner; nothing where they name none.

    `beside_its_stack`: what else than the stack it is in, and the CDK that wrote that stack.
    """
    if STACK in tags and not beside_its_stack:
        return f"the stack {tags[STACK]}"
    if STACK in tags:
        tags = {name: said for name, said in tags.items() if not OF_STACKS.search(f"{name}={said}")}
    for name, value in tags.items():
        if name.lower() in MANAGED_BY and any(tool in value.lower() for tool in TOOLS):
            return value
        if name.lower() in TOOLS and value.lower() not in LEAVE:
            return name
    return ""


def too_early(case: Case) -> Until | None:
    """Whoever did it may yet bring it into the code, or take it back."""
    if case.person:
        return None
    seen = open_since(case.record, case.now)
    return case.check.early(case.finding, case.environment, seen, case.now)


def open_since(record: Record | None, now: datetime) -> datetime:
    """When a finding was first seen since it was last fixed or gone; now where it was not open before."""
    if record is None or record.status is not FindingStatus.OPEN:
        return now
    began = [at for at, status in record.history if status is FindingStatus.OPEN]
    return max(began, default=record.first_seen)


def in_incident(case: Case) -> str | None:
    """Repairs by hand while something is down are rightful."""
    if case.person or not case.incident:
        return None
    return (
        f"an incident is open ({case.incident}), and what is repaired by hand meanwhile is rightful"
    )


def not_yet_trusted(case: Case) -> str | None:
    """Nothing is changed until the owner says so, for each check and environment."""
    if case.person or case.mode is Mode.AUTO:
        return None
    beside = f" ({case.unsure})" if case.unsure else ""
    return f"the mode is {case.mode}; only auto acts by itself{beside}"


def frozen(case: Case) -> str | None:
    """A window in which the owner wants nothing changed. A person may say that they know of it."""
    window = "" if case.during_freeze else freeze.frozen(case.freeze, case.now, case.zone)
    return f"changes are frozen: {window}, as [freeze] says" if window else None


def cooling(case: Case) -> Until | None:
    """AWS would refuse it for now: after some changes it takes no other one for hours."""
    if case.not_before is None or case.not_before <= case.now:
        return None
    then = minute_of(case.not_before, case.zone)
    return Until(f"AWS takes no further change of it before {then}", case.not_before)


def exempt(case: Case) -> str | None:
    """A person said it may stay, until a day. An exemption without an end is none."""
    scopes = {case.finding.id, case.finding.resource, case.check.id}
    for exemption in case.exemptions:
        if exemption.scope in scopes and exemption.until > case.now:
            if not exemption.by:
                return f"exempt: {exemption.because}"
            day = day_of(exemption.until, case.zone)
            return f"exempt until {day:%d %B %Y}: {exemption.because}"
    until = case.record.exempt_until if case.record else None
    if until is None or until <= case.now:
        return None
    return f"exempt until {day_of(until, case.zone):%d %B %Y}"


Guardrail = Callable[[Case], str | Until | None]

GUARDRAILS: tuple[Guardrail, ...] = (
    stopped,
    no_plan,
    undeclared,
    exempt,
    hands_off,
    stale,
    irreversible,
    risky,
    undone,
    contested,
    crowded,
    owned_by_code,
    not_yet_trusted,
    too_early,
    in_incident,
    frozen,
    cooling,
)

AGAIN: tuple[Guardrail, ...] = (stopped, undeclared, exempt, hands_off, frozen, cooling)
"""What is asked before every later step too, whoever asked for the change."""

BACK: tuple[Guardrail, ...] = (stopped, undeclared, cooling)
"""What is asked before every step of an undo: a tag set since does not keep our change in force."""

LOOKED_AT: tuple[Guardrail, ...] = tuple(one for one in GUARDRAILS if one is not hands_off)
"""What can be told without reading tags."""


def ask(case: Case, guardrails: Sequence[Guardrail] = GUARDRAILS) -> Held | None:
    """The first reason not to touch, or None."""
    for guardrail in guardrails:
        if said := guardrail(case):
            if isinstance(said, Until):
                return Held(guardrail.__name__, said.reason, said.at)
            return Held(guardrail.__name__, said)
    return None
