"""The handler for EventBridge events, called through SQS: look again, here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from functions.batches import batched, log, metrics
from functions.context import check, deployed, home, is_watched, look_later, reconciler, wakes
from steadyhand.engine.event_index import MalformedEvent, region_of, woken_by
from steadyhand.engine.outcome import Outcome
from steadyhand.engine.reconcile import Reconciler
from steadyhand.settings.deployed import ACTOR
from steadyhand.sources.callers import caller_of
from steadyhand.triggers import EVERY


class Unseen(Exception):
    """Something could not be read. The message comes back, and in the end to the dead-letter queue."""


def answer(event: Any) -> None:
    """One event: who is woken, what came of it. Or the time for another look has come."""
    if isinstance(event, dict) and isinstance(event.get("settle"), str):
        region = named(region_of(event) or deployed().home)
        settle(event["settle"], reconciler(region))
        return
    woken_now = woken_by(event, wakes(), home().account)
    if woken_now.ignored is not None:
        metrics.add_metric("Ignored", "Count", 1)
        log.info("ignored", extra={"reason": woken_now.ignored})
        return
    region = named(region_of(event) or deployed().home)
    failed: list[Exception] = []
    for key, names in woken_now.woken.items():
        there = woken_now.regions.get(key, region)
        if not is_watched(there):
            log.info("ignored", extra={"reason": f"{there} is no region the owner named"})
            continue
        try:
            serve(there, key, names, event)
        except Exception as error:  # noqa: BLE001 - each key is served; then it is raised
            failed.append(error)
    if woken_now.malformed:
        failed.append(
            MalformedEvent(f"it names nothing that could be looked at: {woken_now.malformed[0]}")
        )
    if len(failed) > 1:
        raise ExceptionGroup(f"{len(failed)} subjects of one event", failed)
    if failed:
        raise failed[0]


def settle(name: str, here: Reconciler) -> None:
    """Go on with a change that is due, or look again at a finding or a subject that had to wait until now."""
    if name.startswith("fi-") or " " in name:
        from steadyhand.engine.again import again  # noqa: PLC0415 - few events are held

        conclude(name, again(here, name))
    else:
        outcome = here.settle(name)
        tell(name, outcome)
        say_by_mail(outcome)


def named(region: str) -> str:
    """A message's region, if the owner named it: whoever may write to the queue names any."""
    if not is_watched(region):
        raise MalformedEvent(f"{region} is no region the owner named")
    return region


def serve(region: str, key: str, names: Sequence[str], event: Any) -> None:
    """One subject of an event: look again, and do what may be done."""
    checks, by = [check(name) for name in names], actor_of(event)
    here = reconciler(region)
    if key == EVERY:
        outcome = here.sweep(checks)
    else:
        told = caller_of(event["detail"])
        outcome = here.on_event(checks, key, by=by, session=session_of(by), told=told)
    conclude(key, outcome)


def conclude(key: str, outcome: Outcome) -> None:
    """Say what came of it. What could not be seen comes back, or is looked at when that may see more."""
    tell(key, outcome)
    say_by_mail(outcome)
    if (outcome.changes or outcome.held) and deployed().settings.chat == "create":
        from functions import chat  # noqa: PLC0415 - an event that leads to nothing needs none

        chat.changes(outcome)
    look_later(outcome.unknown)
    if lasting := [one for one in outcome.unknown if one.until is None]:
        raise Unseen(f"{key}: {lasting[0].reason}")
    if outcome.troubles:
        raise Unseen(f"{key}: {outcome.troubles[0].reason}")


def say_by_mail(outcome: Outcome) -> None:
    """Tell whoever changed by hand what was set back, where the owner wants that."""
    settings = deployed().settings
    if outcome.changes and settings.drift_tell and settings.mail_from:
        from functions import mails  # noqa: PLC0415 - few events end in a mail

        mails.set_back(outcome.changes)


def actor_of(event: Any) -> str:
    """Who did it, by the ARN that CloudTrail names; nothing where it names none."""
    identity = event["detail"].get("userIdentity")
    arn = identity.get("arn") if isinstance(identity, dict) else ""
    return arn if isinstance(arn, str) else ""


def session_of(actor: str) -> str:
    """The session of our own actor in which it was done, which is called after its change."""
    return actor.partition(f":assumed-role/{ACTOR}/")[2]


def tell(key: str, outcome: Outcome) -> None:
    """One line a person can read, and the numbers."""
    said = {
        "subject": key,
        "findings": [finding.summary for finding in outcome.findings],
        "changes": [f"{change.id} {change.state}" for change in outcome.changes],
        "held": {name: held.reason for name, held in outcome.held.items()},
        "gone": [record.finding.id for record in outcome.gone],
        "troubles": [f"{one.subject}: {one.reason}" for one in outcome.troubles],
        "unknown": [unknown.reason for unknown in outcome.unknown],
    }
    log.info("looked", extra={name: value for name, value in said.items() if value})
    metrics.add_metric("Findings", "Count", len(outcome.findings))
    metrics.add_metric("Changes", "Count", len(outcome.changes))
    metrics.add_metric("Unknown", "Count", len(outcome.unknown))


handler = batched(answer)
