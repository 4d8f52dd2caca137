"""The handler for reviews, called weekly, monthly and once after the first deployment: write, keep, send."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import Any

from functions import first
from functions.batches import log, metrics
from functions.context import deployed, home, ledger, now
from steadyhand.connect import kept_mail
from steadyhand.connect.mail import Delivery, Envelope, deliver
from steadyhand.connect.message import Mail, kind_of
from steadyhand.model import Call, Note
from steadyhand.portal.publish import written
from steadyhand.readings import usage
from steadyhand.readings.gather import gather
from steadyhand.readings.measures.read import as_note
from steadyhand.reports.calendar_file import feed
from steadyhand.reports.compose import compose
from steadyhand.rhythm.backlog import questions
from steadyhand.rhythm.calendar.entries import calendar_of
from steadyhand.rhythm.core.facts import Facts, as_of
from steadyhand.rhythm.cost.remembered import bill_out
from steadyhand.rhythm.first.report import CADENCE
from steadyhand.rhythm.savings.proven import notes_of

ICS = "text/calendar; charset=utf-8"
ALONE = "portal/today.html"
LINK_SECONDS = 7 * 24 * 3600
FEED = "portal/calendar.ics"
"""Beside the private pages, which are written after every sweep that changed something."""

PAGE = "mail.html"


@log.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """`{"cadence": "weekly"|"monthly"}`, the one that is due, or `"period": "2026-10"`.

    `"first-48-hours"` looks at the account, and is made once.

    With `"again": true` a person resolves an unsure sending.
    """
    metrics.add_metric("Reviews", "Count", 1)
    if event["cadence"] == CADENCE:
        return welcome(event, context)
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
    if not facts.period.is_running:
        mail = kept_mail.keep(mail, ledger(), now())
    keep(mail)
    if "period" not in event:
        announce(facts)
    done = send(linked(mail), context.aws_request_id, again=event.get("again") is True)
    if done.message:  # it was sent, now or before
        asked_at = facts.period.until.astimezone(UTC)
        for note in questions.in_mail(mail.name, mail.values, asked_at):
            ledger().note(note)  # of its time, whenever it was written
    metrics.add_metric("Mails", "Count", int(done.sent))
    told = {"review": mail.name, "subject": mail.subject, "sent": done.sent, "why": done.why}
    log.info("reviewed", extra=told | {"bill": facts.bill_unread or "read"})
    return told


def welcome(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """The report of the first 48 hours; the files that a mail must cut are kept whole."""
    is_again = event.get("again") is True
    made = first.made(again=is_again)
    if made is None:
        return {"review": CADENCE, "subject": "", "sent": False, "why": "it was made before"}
    keep(made.report)
    letter = linked(made.mail, f"reviews/{made.mail.name}/{PAGE}")
    done = send(letter, context.aws_request_id, again=is_again)
    first.ended()
    metrics.add_metric("Mails", "Count", int(done.sent))
    told: dict[str, Any] = {"review": made.mail.name, "subject": made.mail.subject}
    told |= {"sent": done.sent, "why": done.why}
    log.info("reviewed", extra=told)
    return told


def remember(facts: Facts) -> None:
    """What AWS was asked, so that it is asked once and the period stays as it was; and savings."""
    if facts.bill:
        name = facts.bill.id.removeprefix("review#")
        said = bill_out(facts.bill)
        ledger().note(Note(kind="review", name=name, at=now(), said=said))
        for note in notes_of(as_of(facts), now()):
            ledger().note(note)
    if facts.measured:
        ledger().note(as_note(facts.measured, now()))
    usage.remember(facts, ledger())


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
        if name == PAGE:
            written(f"reviews/{mail.name}/{name}", body, ledger(), now())


def announce(facts: Facts) -> None:
    """What the mail's calendar says, remembered; and the file to subscribe to, as it is now."""
    at = now()
    for note in calendar_of(as_of(facts)).notes(at):
        ledger().note(note)
    dates = ledger().notes("date")
    until = facts.period.local(at)
    current = replace(
        facts,
        period=replace(facts.period, until=until, is_running=True),
        notes={**facts.notes, "date": dates},
    )
    calendar = calendar_of(current)
    for note in calendar.notes(at):
        ledger().note(note)
    if bucket := deployed().bucket:
        params = {
            "Bucket": bucket,
            "Key": FEED,
            "Body": (body := feed(calendar)),
            "ContentType": ICS,
        }
        home().ask(Call("s3:PutObject", params))
        written(FEED, body, ledger(), at)


def linked(mail: Mail, page: str = ALONE) -> Mail:
    """With a link to one of the private pages, if the owner wants one.

    It works as long as the credentials of this function do: some hours, twelve at most.
    """
    if not (deployed().settings.portal_link and deployed().bucket):
        return mail
    where = {"Bucket": deployed().bucket, "Key": page}
    url = home().client("s3").generate_presigned_url("get_object", where, ExpiresIn=LINK_SECONDS)
    return mail.linked(url)


def forms(mail: Mail) -> dict[str, tuple[str, bytes]]:
    """What is kept: for people, for programs, and for whoever doubts a number."""
    kept = {
        PAGE: ("text/html; charset=utf-8", mail.page.encode()),
        "mail.txt": ("text/plain; charset=utf-8", mail.text.encode()),
        "mail.json": ("application/json", mail.values.encode()),
        "explain.json": ("application/json", mail.explained().encode()),
    }
    for name, data in mail.attachments.items():
        kept[name] = (f"{kind_of(name)}; charset=utf-8", data)
    return kept


def send(mail: Mail, by: str, *, again: bool) -> Delivery:
    """To those whom the owner named."""
    settings = deployed().settings
    if not (settings.mail_from and settings.mail_to):
        return Delivery(sent=False, why="nobody is named to send it to")
    envelope = Envelope(sender=settings.mail_from, to=settings.mail_to, at=now(), by=by)
    once = home().with_(attempts=1)  # a mail whose fate is not known is not sent again by itself
    return deliver(mail, envelope, ledger=ledger(), aws=once, again=again)
