"""The handler for CloudWatch alarms and SES bounces, called through SQS: each is written down."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from functions.batches import batched, log, metrics
from functions.context import deployed, ledger
from steadyhand.engine.event_index import ALARM, Malformed
from steadyhand.model import Incident

FIRING = "ALARM"
SES = "aws.ses"


def incident(event: Any) -> Incident | None:
    """What an alarm's change means: it began, it ended, or nothing.

    Both ends know when it began, so they meet in one row in whichever order they come.
    """
    if not isinstance(event, dict) or event.get("detail-type") != ALARM:
        raise Malformed("not a CloudWatch alarm's change of state")
    detail = event["detail"]
    state, before = detail["state"], detail.get("previousState") or {}
    if state["value"] == FIRING:
        began, ended = state["timestamp"], None
    elif before.get("value") == FIRING:
        began, ended = before["timestamp"], state["timestamp"]
    else:
        return None
    name, where = detail["alarmName"], (event["account"], event["region"])
    signature = hashlib.sha256("\n".join((*where, name)).encode()).hexdigest()[:10]
    said = detail.get("configuration", {}).get("description") or state.get("reason") or ""
    return Incident(
        id=f"in-{signature}-{moment(began):%Y%m%dT%H%M%S}",
        account=where[0],
        region=where[1],
        signature=name,
        summary=said,
        began_at=moment(began),
        ended_at=moment(ended) if ended else None,
    )


def moment(text: str) -> datetime:
    """A time as CloudWatch writes it: 2026-11-23T09:10:11.000+0000."""
    return datetime.fromisoformat(text)


def the_bounces(event: Any) -> None:
    """A bounce, complaint, delay or rejection of a mail of ours."""
    from steadyhand.rhythm.incidents.bounces import bounces_in  # noqa: PLC0415 - few mails bounce

    try:
        notes = list(bounces_in(event))
    except (KeyError, TypeError, ValueError) as error:
        raise Malformed(f"not what SES says of a mail: {error!r}") from error
    for note in notes:
        written = ledger().note(note)
        log.warning("a mail bounced", extra={"mail": note.name, "new": written})
        metrics.add_metric("Bounces", "Count", int(written))


def answer(event: Any) -> None:
    """One state change of one alarm, or one mail that bounced."""
    if isinstance(event, dict) and event.get("source") == SES:
        the_bounces(event)
        return
    found = incident(event)
    if found is None:
        metrics.add_metric("Ignored", "Count", 1)
        return
    written = ledger().incident(found)
    log.info("incident", extra={"incident": found.id, "alarm": found.signature, "new": written})
    metrics.add_metric("Incidents", "Count", int(written and found.ended_at is None))
    if written and found.ended_at is None and deployed().settings.chat == "create":
        from functions import chat  # noqa: PLC0415 - few alarms interrupt, and none waits for it

        chat.alarm(found)


handler = batched(answer)
