"""What cannot wait for Monday: the few things that may interrupt people.

An alarm of production that fires, messages of our own that nobody could process, nobody looking, a
change of ours that failed, something critical that we would fix and are kept from, a date within
hours that waits for a person, the kill switch. Each is told of once: its subject is its name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from steadyhand.catalogue.lanes import PRODUCTION
from steadyhand.model import STEADYHAND, Change, ChangeState, Finding, Held, Incident, Severity
from steadyhand.rhythm.core import words
from steadyhand.settings.values import WORDS, Settings

KIND, SLOT = "interrupt", "slot"
"""The kinds of the ledger's notes: what was decided of each subject, and the budget's places."""

ALARMS = "alarms"
OURS = "steadyhand-"
SILENT = "steadyhand-silent"
DEAD_LETTERS = "-dead-letters"
BOMB, DECISION = timedelta(hours=24), timedelta(hours=48)
MARGIN = timedelta(days=3)
"""How long before its date an answer is asked for; that of `decisions`."""

MORNING, EVENING = 7, 22
"""The hours of the owner's clock between which it is not night."""

PLAIN = re.compile(r"[\w./:+][\w./:+-]*", re.ASCII)
"""A word that a shell and the AWS command line take as it is."""

VISIBLE = 4
LOUD = ("contested", "crowded")
"""The guardrails that somebody else can bring about, by doing the same often or many things at once."""


class Cause(StrEnum):
    """Why people are interrupted."""

    INCIDENT = "incident"
    DEAD_LETTERS = "dead-letters"
    SILENCE = "silence"
    CHANGE = "change"
    DECISION = "decision"
    BOMB = "bomb"
    HELD = "held"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interrupt:
    """One thing that cannot wait. `steps` are sentences, commands within backticks.

    `ids` are the ledger's rows that it is about, `resources` what AWS calls what it is about.
    `source` is who could bring many of it about: all alarms together, each check for itself. `is_grave`:
    our own look saw it, and it is critical or stops us. No alarm is: whoever may make one says anything.
    Titles, stories and steps may hold strangers' words: whoever shows them makes those harmless.
    """

    subject: str
    cause: Cause
    source: str
    title: str
    story: str
    is_grave: bool = False
    steps: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    region: str = ""


def of_alarm(incident: Incident, settings: Settings) -> Interrupt | None:
    """An alarm that began to fire, where it is grave: once a day for each alarm.

    Of our own alarms only those count that say that something is lost or nobody is looking.
    """
    name, local = incident.signature, incident.began_at.astimezone(ZoneInfo(settings.time_zone))
    if name.startswith(OURS):
        cause = _of_ours(name)
    else:
        cause = Cause.INCIDENT if environment_of(name, settings) == PRODUCTION else None
    if cause is None:
        return None
    said = words.told(incident.summary, words.STORY)
    return Interrupt(
        subject=f"{incident.id.rpartition('-')[0]}#{local:%Y-%m-%d}",
        cause=cause,
        source=ALARMS,
        title=f"{words.clean(name, words.NAME)} fires",
        story=f"Since {local:%H:%M}, in {incident.region}. {said}".strip(),
        steps=(_look(cause, name, incident.region),),
        ids=(incident.id,),
        resources=(name,),
        region=incident.region,
    )


def _look(cause: Cause, name: str, region: str) -> str:
    """What to do first. Whoever may make alarms names them: such a name is pasted into no shell."""
    if cause is Cause.SILENCE:
        return "`steadyhand doctor` says what is missing."
    if not (PLAIN.fullmatch(name) and PLAIN.fullmatch(region)):
        return "Open the alarm in CloudWatch."
    if cause is Cause.DEAD_LETTERS:
        return f"`aws sqs receive-message --queue-url {name}` shows them; an operator may move them back."
    return f"`aws cloudwatch describe-alarm-history --alarm-name {name} --region {region}`"


def _of_ours(name: str) -> Cause | None:
    if name == SILENT:
        return Cause.SILENCE
    return Cause.DEAD_LETTERS if name.endswith(DEAD_LETTERS) else None


def environment_of(name: str, settings: Settings) -> str:
    """Where something with this name belongs, judged as resources are."""
    said = set(WORDS.findall(name.lower()))
    for environment, names in settings.environments.items():
        if said.intersection(names) or environment in said:
            return environment
    return settings.default_environment


def of_changes(changes: Sequence[Change]) -> list[Interrupt]:
    """Changes of ours that failed, or were undone by us, or did not come back as they were."""
    return [_of_change(one) for one in changes if went_wrong(one)]


def went_wrong(change: Change) -> bool:
    """Would a person want to hear of it now? What a person undid themselves, they know."""
    if change.state is ChangeState.UNDONE:
        return change.undone_by == STEADYHAND or bool(change.reason)
    return change.state is ChangeState.FAILED


def _of_change(change: Change) -> Interrupt:
    finding = change.finding
    ended = "failed" if change.state is ChangeState.FAILED else "was undone"
    return Interrupt(
        subject=change.id,
        cause=Cause.CHANGE,
        source=finding.check,
        is_grave=finding.severity is Severity.CRITICAL,
        title=f"A change of ours {ended} in {words.clean(change.environment or 'your account')}",
        story=" ".join((words.told(finding.summary), words.told(change.reason, words.STORY))),
        steps=(f"`steadyhand show {finding.id}` prints it, and what was done.",),
        ids=(change.id, finding.id),
        resources=(finding.resource,),
        region=finding.region,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A finding that waits for a person. `is_asked`: there is a plan to approve."""

    finding: Finding
    environment: str
    consequence: str
    is_asked: bool


def of_dates(waiting: Sequence[Waiting], now: datetime, zone: str) -> list[Interrupt]:
    """Dates within hours: what happens, and what must be answered. Equal ones are one."""
    groups: dict[str, list[Waiting]] = {}
    for one in sorted(waiting, key=lambda one: (one.finding.detonates_at or now, one.finding.id)):
        at = one.finding.detonates_at
        if at is None or at < now:
            continue
        cause = Cause.BOMB if at - now <= BOMB else Cause.DECISION
        if cause is Cause.DECISION and not (one.is_asked and at - MARGIN - now <= DECISION):
            continue
        on = at.astimezone(ZoneInfo(zone)).date()
        subject = f"{cause}#{one.finding.region}#{one.finding.check}#{one.environment}#{on}"
        groups.setdefault(subject, []).append(one)
    return [_of_date(subject, group, now, zone) for subject, group in groups.items()]


def _of_date(subject: str, group: Sequence[Waiting], now: datetime, zone: str) -> Interrupt:
    first, finding = group[0], group[0].finding
    cause = Cause(subject.partition("#")[0])
    on = (finding.detonates_at or now).astimezone(ZoneInfo(zone))
    more = f" {len(group) - 1} more like it." if len(group) > 1 else ""
    then = words.sentence(words.clean(first.consequence))
    verb = "approve" if first.is_asked else "show"
    when = f"{words.weekday(on.date())}, {on:%H:%M}"
    head = "Happens" if cause is Cause.BOMB else "Needs your answer before"
    return Interrupt(
        subject=subject,
        cause=cause,
        source=finding.check,
        is_grave=any(one.finding.severity is Severity.CRITICAL for one in group),
        title=f"{head} {when}: {words.clean(finding.summary)}",
        story=f"{first.environment.capitalize()}.{more} {then} It waits for you.",
        steps=(f"`steadyhand {verb} {finding.id}`",),
        ids=tuple(one.finding.id for one in group),
        resources=tuple(one.finding.resource for one in group[:VISIBLE]),
        region=finding.region,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Refrained:
    """A finding that we would have fixed and did not, since something stood in the way."""

    finding: Finding
    held: Held


def of_holds(kept: Sequence[Refrained], now: datetime, zone: str) -> list[Interrupt]:
    """What is critical and held back by what anybody may bring about: once a day for each reason."""
    day = now.astimezone(ZoneInfo(zone)).date()
    groups: dict[str, list[Refrained]] = {}
    for one in sorted(kept, key=lambda one: one.finding.id):
        if one.finding.severity is Severity.CRITICAL and one.held.guardrail in LOUD:
            about = f"{one.finding.region}#{one.finding.check}#{one.held.guardrail}"
            groups.setdefault(f"{Cause.HELD}#{about}#{day}", []).append(one)
    return [_of_hold(subject, group) for subject, group in groups.items()]


def _of_hold(subject: str, group: Sequence[Refrained]) -> Interrupt:
    finding, held = group[0].finding, group[0].held
    more = f" {len(group) - 1} more like it." if len(group) > 1 else ""
    return Interrupt(
        subject=subject,
        cause=Cause.HELD,
        source=finding.check,
        is_grave=True,
        title=f"Critical, and not fixed by itself: {words.clean(finding.summary)}",
        story=f"{words.sentence(words.told(held.reason, words.STORY))}{more} It waits for you.",
        steps=(f"`steadyhand approve {finding.id}`",),
        ids=tuple(one.finding.id for one in group),
        resources=tuple(one.finding.resource for one in group[:VISIBLE]),
        region=finding.region,
    )


def of_switch(reason: str, version: str, parameter: str) -> Interrupt:
    """The kill switch was pulled, or cannot be read: told of once for each version of it."""
    return Interrupt(
        subject=f"stop#{version}",
        cause=Cause.STOPPED,
        source=parameter,
        is_grave=True,
        title="Steadyhand stands still",
        story=f"{words.told(reason)} It looks and tells, and changes nothing.",
        steps=(f"`aws ssm put-parameter --name {parameter} --value go --overwrite`",),
        resources=(parameter,),
    )


def places_for(one: Interrupt, budget: int) -> range:
    """The places of a week's budget that it may have, by number, in the order to try.

    The last is kept for what is grave; alarms get to the first half, rounded up. A single place is for
    all. Who may have more begins above, so that nobody takes what another could not do without.
    """
    top = budget if one.is_grave or budget < 2 else budget - 1
    if one.source == ALARMS:
        return range(1, min(top, share(budget)) + 1)
    return range(top, 0, -1)


def share(budget: int) -> int:
    """How many places of a week one source may have: half, rounded up."""
    return (budget + 1) // 2


def week_of(at: datetime, zone: str) -> str:
    """The week whose budget it is, on the owner's clock: "2026-W43"."""
    year, week, _ = at.astimezone(ZoneInfo(zone)).isocalendar()
    return f"{year}-W{week:02}"


def is_night(at: datetime, zone: str) -> bool:
    """Would it wake somebody?"""
    return not MORNING <= at.astimezone(ZoneInfo(zone)).hour < EVENING
