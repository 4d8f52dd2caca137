"""Notifications of what cannot wait, sent by the other functions to the SNS topic, if there is one.

A notification that fails never fails its caller: the incident, the change, the sweep stand.
"""

from __future__ import annotations

from collections.abc import Iterator

from functions.batches import log, metrics
from functions.context import check, deployed, home, ledger, now, reconciler
from steadyhand.connect.chat import TOPIC, UNSENT, interrupt
from steadyhand.engine.outcome import Outcome
from steadyhand.model import Call, Finding, Incident, ReadFailed, Risk
from steadyhand.rhythm.incidents import urgent
from steadyhand.rhythm.incidents.urgent import Interrupt, week_of


def alarm(incident: Incident) -> None:
    """An alarm that fired."""
    found = urgent.of_alarm(incident, deployed().settings)
    say([found] if found else [])


def changes(outcome: Outcome) -> None:
    """What an event led to."""
    say([*urgent.of_changes(outcome.changes), *holds(outcome)])


def sweep(outcome: Outcome, region: str) -> None:
    """What a sweep led to, the dates it saw, and the kill switch."""
    zone = deployed().settings.time_zone
    waiting = list(waits(outcome, region))
    found = [*urgent.of_changes(outcome.changes), *urgent.of_dates(waiting, now(), zone)]
    say([*found, *holds(outcome), *stopped(region)])


def holds(outcome: Outcome) -> list[Interrupt]:
    """What is critical and was kept from being fixed."""
    there = {finding.id: finding for finding in outcome.findings}
    kept = [
        urgent.Refrained(finding=there[name], held=held)
        for name, held in outcome.held.items()
        if name in there
    ]
    return urgent.of_holds(kept, now(), deployed().settings.time_zone)


def waits(outcome: Outcome, region: str) -> Iterator[urgent.Waiting]:
    """The dated findings of a sweep that wait for a person."""
    for finding in outcome.findings:
        if finding.detonates_at and not is_left(finding, outcome, region):
            one = check(finding.check)
            yield urgent.Waiting(
                finding=finding,
                environment=deployed().settings.environment(finding),
                consequence=one.consequence,
                is_asked=one.risk_of(finding) is not Risk.ADVICE and any(one.plan(finding)),
            )


def is_left(finding: Finding, outcome: Outcome, region: str) -> bool:
    """Do we fix it ourselves, or is it exempt?"""
    here, one = reconciler(region, workers=True), check(finding.check)
    scopes = {finding.id, finding.resource, finding.check}
    if any(said.scope in scopes and said.until > now() for said in here.exemptions()):
        return True
    return here.may_fix(one, finding) and finding.id not in outcome.held


def stopped(region: str) -> list[Interrupt]:
    """The kill switch, if it is on: once for each version of it, else once a week."""
    settings = deployed().settings
    reason = reconciler(region, workers=True).stopped()
    if not reason:
        return []
    try:
        answer = home().ask(Call("ssm:GetParameter", {"Name": settings.stop_parameter}))
        version = str(answer["Parameter"]["Version"])
    except ReadFailed:
        version = week_of(now(), settings.time_zone)
    return [urgent.of_switch(reason, version, settings.stop_parameter)]


def say(found: list[Interrupt]) -> None:
    """Interrupt people, or write down why not."""
    client = home().with_(attempts=2)  # what calls us has its own work to end
    for one in found:
        place = ":".join(("arn", home().partition, "sns", home().region, home().account, TOPIC))
        try:
            told = interrupt(
                one,
                settings=deployed().settings,
                ledger=ledger(),
                aws=client,
                topic=place,
                at=now(),
            )
        except ReadFailed as failed:  # the ledger itself
            log.warning("not sent", extra={"about": one.subject, "reason": failed.reason})
            continue
        metrics.add_metric("Interrupts", "Count", int(told.sent))
        write = log.warning if told.why.startswith(UNSENT) else log.info
        write("interrupt", extra={"about": one.subject, "sent": told.sent, "why": told.why})
