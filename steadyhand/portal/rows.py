"""What the tables of the portal show: one value a row, with every word already chosen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from steadyhand.aws.cli_command import folded
from steadyhand.catalogue.lanes import PRODUCTION
from steadyhand.model import (
    Change,
    ChangeState,
    Exemption,
    Incident,
    Lane,
    Record,
    Step,
    WrittenStep,
    priced,
)
from steadyhand.rhythm.backlog.items import EXEMPT, state_of
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.adopted import adopted_by
from steadyhand.rhythm.core.changes import HEADS, how, outcome
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.handling import WORDS, handled, steps_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """An open finding. `plan` and `undo` are commands of the `aws` command line, as we would run.

    `adopt` is a diff of the code that would make it right as it is.
    """

    id: str
    lane: Lane
    what: str
    check: str
    severity: str
    environment: str
    is_production: bool
    resource: str
    day: str
    usd: str
    handled: str
    word: str
    seen: str
    held: str
    plan: tuple[str, ...]
    undo: tuple[str, ...]
    adopt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """A change of ours. `command` undoes it, where something can."""

    id: str
    day: str
    when: str
    head: str
    what: str
    environment: str
    is_production: bool
    how: str
    took: str
    note: str
    check: str
    finding: str
    command: str
    did: tuple[str, ...]
    undo: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExemptionRow:
    """A person's word that something may stay. `left` is empty once it has ended."""

    scope: str
    until: str
    left: str
    because: str
    by: str
    said: str
    findings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRow:
    """An alarm that fired."""

    id: str
    when: str
    what: str
    why: str
    lasted: str
    is_firing: bool


def finding_row(record: Record, lane: Lane, facts: Facts, *, plans: bool = True) -> FindingRow:
    """An open finding, in the lane of its item. Without `plans` nothing is planned: it takes time."""
    finding, year = record.finding, facts.period.until.year
    who = handled(record, facts)
    due = finding.detonates_at and facts.period.local(finding.detonates_at).date()
    steps = steps_of(record, facts) if plans else ()
    return FindingRow(
        id=finding.id,
        lane=lane,
        what=words.told(finding.summary),
        check=words.clean(finding.check, words.NAME),
        severity=finding.severity.value,
        environment=words.clean(record.environment, words.NAME),
        is_production=record.environment == PRODUCTION,
        resource=words.clean(finding.resource),
        day=words.short_day(due, year) if due else "",
        usd=priced(finding.usd_per_month) if finding.usd_per_month else "",
        handled=who.value,
        word=WORDS[who],
        seen=words.day(facts.period.local(record.first_seen).date(), year),
        held=words.told(record.held.reason) if record.held else "",
        plan=tuple(commands(steps, finding.region)),
        undo=tuple(undoing(steps, finding.region)),
        adopt=adopted_by(finding),
    )


def commands(steps: Sequence[Step | WrittenStep], region: str) -> Iterator[str]:
    """What is done, first to last."""
    for step in steps:
        yield folded(step.do, region)


def undoing(steps: Sequence[Step | WrittenStep], region: str) -> Iterator[str]:
    """What undoes it, last to first."""
    for step in reversed(steps):
        if step.undo:
            yield folded(step.undo, region)


def change_row(change: Change, facts: Facts) -> ChangeRow:
    """A change as the portal shows it."""
    at, finding = facts.period.local(change.at), change.finding
    done = change.state is ChangeState.VERIFIED and change.ended_at is not None
    back = change.state is ChangeState.VERIFIED and bool(change.steps)
    back = back and all(step.undo for step in change.steps)
    return ChangeRow(
        id=words.clean(change.id, words.NAME),
        day=words.short_day(at.date(), facts.period.until.year),
        when=words.moment(at, facts.period.until.year),
        head=HEADS[outcome(change)],
        what=words.told(finding.summary),
        environment=words.clean(change.environment, words.NAME),
        is_production=change.environment == PRODUCTION,
        how=how(change),
        took=words.duration(change.ended_at - change.at) if done and change.ended_at else "",
        note=words.told(change.reason),
        check=words.clean(finding.check, words.NAME),
        finding=finding.id,
        command=f"steadyhand undo {words.clean(change.id, words.NAME)}" if back else "",
        did=tuple(commands(change.steps, finding.region)),
        undo=tuple(undoing(change.steps, finding.region)),
    )


def exemption_row(exemption: Exemption, facts: Facts) -> ExemptionRow:
    """An exemption as the portal shows it, and how many open findings it holds."""
    year, until = facts.period.until.year, exemption.until
    last = facts.period.local(until).date()
    days = (last - facts.period.local(facts.period.until).date()).days
    scope = exemption.scope
    held = sum(
        scope in {one.finding.id, one.finding.resource, one.finding.check}
        for one in facts.records
        if until > facts.period.until and state_of(one, facts) == EXEMPT
    )
    return ExemptionRow(
        scope=words.clean(scope, words.NAME),
        until=words.day(facts.period.local(until).date(), year),
        left=words.plural(days, "day") + " left" if until > facts.period.until else "",
        because=words.told(exemption.because),
        by=words.person(exemption.by),
        said=words.day(facts.period.local(exemption.at).date(), year),
        findings=held,
    )


def incident_row(incident: Incident, facts: Facts) -> IncidentRow:
    """An incident as the portal shows it."""
    ended = incident.ended_at or facts.period.until
    return IncidentRow(
        id=incident.id,
        when=words.moment(facts.period.local(incident.began_at), facts.period.until.year),
        what=words.clean(incident.signature, words.NAME),
        why=words.told(incident.summary),
        lasted=words.duration(ended - incident.began_at),
        is_firing=incident.ended_at is None,
    )
