"""Where the schedule calls, weekly and monthly: write the review, keep it, send it once."""

from __future__ import annotations

from typing import Any

from functions.batches import log, metrics
from functions.house import deployed, home, ledger, now
from steadyhand.connect.mail import Delivery, Envelope, deliver
from steadyhand.model import Call, Note
from steadyhand.reports import Mail, compose, gather
from steadyhand.rhythm.bill import bill_out
from steadyhand.rhythm.facts import Facts


@log.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """`{"cadence": "weekly"|"monthly"}`, the one that is due, or `"period": "2026-10"`.

    With `"again": true` a person resolves an unsure sending.
    """
    metrics.add_metric("Reviews", "Count", 1)
    facts = gather(
        event["cadence"],
        ledger=ledger(),
        settings=deployed().settings,
        aws=home(),
        now=now(),
        period=event.get("period", ""),
    )
    remember(facts)
    mail = compose(facts)
    keep(mail)
    done = send(mail, context.aws_request_id, again=event.get("again") is True)
    metrics.add_metric("Mails", "Count", int(done.sent))
    told = {"review": mail.name, "subject": mail.subject, "sent": done.sent, "why": done.why}
    log.info("reviewed", extra=told | {"bill": facts.bill_unread or "read"})
    return told


def remember(facts: Facts) -> None:
    """The bill, so that the same period is asked once and stays as it was."""
    if facts.bill:
        name = facts.bill.id.removeprefix("review#")
        said = bill_out(facts.bill)
        ledger().note(Note(kind="review", name=name, at=now(), said=said))


def keep(mail: Mail) -> None:
    """Every form of it, in the bucket of reports. The same review is the same objects."""
    bucket = deployed().bucket
    if not bucket:
        return
    for name, (kind, body) in forms(mail).items():
        params = {
            "Bucket": bucket,
            "Key": f"reviews/{mail.name}/{name}",
            "Body": body,
            "ContentType": kind,
        }
        home().ask(Call("s3:PutObject", params))


def forms(mail: Mail) -> dict[str, tuple[str, bytes]]:
    """What is kept: for people, for programs, and for whoever doubts a number."""
    kept = {
        "mail.html": ("text/html; charset=utf-8", mail.page.encode()),
        "mail.txt": ("text/plain; charset=utf-8", mail.text.encode()),
        "mail.json": ("application/json", mail.values.encode()),
        "explain.json": ("application/json", mail.explained().encode()),
    }
    for name, data in mail.attachments.items():
        kept[name] = ("text/calendar; charset=utf-8", data)
    return kept


def send(mail: Mail, by: str, *, again: bool) -> Delivery:
    """To those whom the owner named."""
    settings = deployed().settings
    if not (settings.mail_from and settings.mail_to):
        return Delivery(sent=False, why="nobody is named to send it to")
    envelope = Envelope(sender=settings.mail_from, to=settings.mail_to, at=now(), by=by)
    once = home().also(attempts=1)  # a mail whose fate is not known is not sent again by itself
    return deliver(mail, envelope, ledger=ledger(), aws=once, again=again)
