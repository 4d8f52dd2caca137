"""The handler for CloudWatch alarms and SES bounces, called through SQS: each is written down."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from functions.batches import batched, log, metrics
from functions.context import deployed, home, ledger, now, remind
from steadyhand.engine.event_index import ALARM, MalformedEvent, region_of
from steadyhand.model import FindingStatus, Incident, Note
from steadyhand.rhythm.incidents.merged import merged
from steadyhand.rhythm.incidents.twin import FIRING, id_of

SES = "aws.ses"


def incident(event: Any) -> Incident | None:
    """What an alarm's change means: it began, it ended, or nothing.

    Both ends know when it began, so they meet in one row in whichever order they come.
    """
    if not isinstance(event, dict) or event.get("detail-type") != ALARM:
        raise MalformedEvent("not a CloudWatch alarm's change of state")
    detail = table(event, "detail")
    state, before = table(detail, "state"), detail.get("previousState") or {}
    was = before.get("value") if isinstance(before, dict) else None
    if text(state, "value") == FIRING:
        began, ended = moment(state), None
    elif was == FIRING:
        began, ended = moment(before), moment(state)
    else:
        return None
    name, where = text(detail, "alarmName"), (text(event, "account"), region(event))
    setup = detail.get("configuration")
    described = setup.get("description") if isinstance(setup, dict) else ""
    said = [one for one in (described, state.get("reason")) if isinstance(one, str) and one]
    return Incident(
        id=id_of(*where, name, began),
        account=where[0],
        region=where[1],
        signature=name,
        summary=whole(said[0]) if said else "",
        began_at=began,
        ended_at=ended,
    )


def quiet(event: Any) -> datetime | None:
    """Since when an alarm that begins to fire had not fired, where the event says so."""
    before = event["detail"].get("previousState") or {}
    is_known = isinstance(before, dict) and before.get("value") != FIRING and "timestamp" in before
    return min(moment(before), moment(event["detail"]["state"])) if is_known else None


def text(said: Any, name: str) -> str:
    """A word of an alarm's event; `MalformedEvent` where it has none."""
    found = said.get(name)
    if not isinstance(found, str) or not found:
        raise MalformedEvent(f"an alarm's change of state has a {name}")
    return whole(found)


def whole(said: str) -> str:
    """JSON can spell half a surrogate pair, which no text has and no table takes."""
    return said.encode("utf-8", "replace").decode()


def table(said: Any, name: str) -> dict[str, Any]:
    """An object in an alarm's event; `MalformedEvent` where it has none."""
    found = said.get(name)
    if not isinstance(found, dict):
        raise MalformedEvent(f"an alarm's change of state has a {name}, an object")
    return found


def region(event: Any) -> str:
    """Where the alarm is."""
    if not (found := region_of(event)):
        raise MalformedEvent("an alarm's change of state has a region")
    return found


def moment(state: Any) -> datetime:
    """A time as CloudWatch writes it: 2026-11-23T09:10:11.000+0000."""
    said = text(state, "timestamp")
    try:
        found = datetime.fromisoformat(said)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (OverflowError, ValueError):
        raise MalformedEvent(f"no time: {ascii(said)[:60]}") from None


def bounces(event: Any) -> list[Note]:
    """What SES says of a mail of ours, one note for each person. `MalformedEvent` where it is no such event."""
    from steadyhand.rhythm.incidents.bounces import bounces_in  # noqa: PLC0415 - few mails bounce

    try:
        return list(bounces_in(event))
    except (KeyError, RecursionError, TypeError, ValueError) as error:
        said = f"{type(error).__name__} {ascii(error.args[0] if error.args else '')[:60]}"
        raise MalformedEvent(f"not what SES says of a mail: {said}") from None


def the_bounces(event: Any) -> None:
    """A bounce, complaint, delay or rejection of a mail of ours."""
    for note in bounces(event):
        written = ledger().note(note)
        log.warning("a mail bounced", extra={"mail": note.name, "new": written})
        metrics.add_metric("Bounces", "Count", int(written))


def look_again(where: str) -> None:
    """Have somebody look at what was held because of the incident: nothing else would before the next sweep."""
    for name, record in ledger().known(where).items():
        is_open = record.status is FindingStatus.OPEN
        if is_open and record.held and record.held.guardrail == "in_incident":
            remind(name, where, now())


def answer(event: Any) -> None:
    """One state change of one alarm, or one mail that bounced."""
    if isinstance(event, dict) and event.get("source") == SES:
        the_bounces(event)
        return
    found = incident(event)
    if found is None:
        metrics.add_metric("Ignored", "Count", 1)
        return
    if found.account != home().account:
        log.info("ignored", extra={"reason": f"account {found.account} is not ours"})
        metrics.add_metric("Ignored", "Count", 1)
        return
    rows = merged(found, ledger().incidents_like(found), quiet(event))
    written = sum(ledger().incident(row) for row in rows) > 0
    log.info("incident", extra={"incident": found.id, "alarm": found.signature, "new": written})
    metrics.add_metric("Incidents", "Count", int(written and found.ended_at is None))
    if written and found.ended_at is not None:
        look_again(found.region)
    if written and found.ended_at is None and deployed().settings.chat == "create":
        from functions import chat  # noqa: PLC0415 - few alarms interrupt, and none waits for it

        chat.alarm(found)


handler = batched(answer)
