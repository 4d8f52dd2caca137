"""The twin of every event: on a schedule, one message for each region and rhythm."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from functions import chat, mails
from functions.batches import batched, log, metrics
from functions.context import check, deployed, home, ledger, now, reconciler
from steadyhand.catalogue import discovery as catalogue
from steadyhand.catalogue.tokens import may_be_asked
from steadyhand.check import Check
from steadyhand.engine.delivered import delivered
from steadyhand.engine.outcome import Outcome
from steadyhand.model import Call, ReadFailed, Unknown
from steadyhand.readings.alarms import heal
from steadyhand.settings.deployed import PORTAL
from steadyhand.triggers import Every


def due(region: str, hours: float | None) -> list[Check]:
    """The checks of this rhythm (all of them without one) whose sources may be asked; global ones only at home."""
    every = may_be_asked([check(name) for name in catalogue.names()], deployed().settings.tokens)
    rhythm = Every(timedelta(hours=hours)) if hours else None
    return [
        one
        for one in every
        if (rhythm is None or rhythm in one.wakes)
        and (not one.is_global or region == deployed().home)
    ]


def answer(event: Any) -> None:
    """One region: look at everything, fix what may be fixed, write down what was covered."""
    region, hours = event["region"], event.get("hours")
    checks = due(region, hours)
    outcome = reconciler(region, workers=True).sweep(checks)
    alarms(region, outcome)
    tell(region, hours, checks, outcome)
    if region == deployed().home:
        beyond(hours, checks)
    tell_portal(region)


def beyond(hours: float | None, checks: list[Check]) -> None:
    """What lies in a region that the owner did not name, and serves everywhere: looked at, never changed."""
    here = reconciler(deployed().home, workers=True)
    watched = {deployed().home, *deployed().settings.regions}
    there, few = delivered(checks, here.aws.partition, watched)
    if few:
        only = reconciler(there, workers=True)
        only = replace(only, settings=replace(only.settings, modes={}))
        tell(there, hours, few, only.sweep(few))


def tell(region: str, hours: float | None, checks: list[Check], outcome: Outcome) -> None:
    """Write down what was covered and what could not be seen, and tell it."""
    ledger().swept(region, f"{hours or 'all'}", now(), covered(checks, outcome))
    log.info("swept", extra={"region": region} | covered(checks, outcome))
    metrics.add_metric("Sweeps", "Count", 1)
    metrics.add_metric("Findings", "Count", len(outcome.findings))
    metrics.add_metric("Changes", "Count", len(outcome.changes))
    metrics.add_metric("Unknown", "Count", len(outcome.unknown))
    metrics.add_metric("Troubles", "Count", len(outcome.troubles))
    settings = deployed().settings
    if settings.drift_tell and settings.mail_from:
        mails.set_back(outcome.changes)
    if settings.chat == "create":
        chat.sweep(outcome, region)


def alarms(region: str, outcome: Outcome) -> None:
    """Incidents as CloudWatch tells them: an event may be lost, an alarm deleted while it fires."""
    try:
        found = heal(reconciler(region, workers=True).aws, ledger(), now())
    except ReadFailed as failed:
        outcome.unknown.append(Unknown("alarms", region, failed.reason))
        return
    metrics.add_metric("Healed", "Count", len(found))
    for one in found if deployed().settings.chat == "create" else ():
        if one.ended_at is None:
            chat.alarm(one)


def tell_portal(region: str) -> None:
    """Have the private pages written again. A sweep is not less done where that fails."""
    try:
        address = home().ask(Call("sqs:GetQueueUrl", {"QueueName": PORTAL}))["QueueUrl"]
        said = {"QueueUrl": address, "MessageBody": json.dumps({"swept": region})}
        home().ask(Call("sqs:SendMessage", said))
    except ReadFailed as failed:
        log.warning("the portal was not told", extra={"reason": failed.reason})


def covered(checks: list[Check], outcome: Outcome) -> dict[str, Any]:
    """What a sweep saw, and what it could not."""
    return {
        "checks": [one.id for one in checks],
        "seen": dict(outcome.seen),
        "findings": len(outcome.findings),
        "changes": [change.id for change in outcome.changes],
        "held": len(outcome.held),
        "troubles": [[one.subject, one.reason] for one in outcome.troubles],
        "unknown": [[one.check, one.region, one.reason] for one in outcome.unknown],
    }


handler = batched(answer)
