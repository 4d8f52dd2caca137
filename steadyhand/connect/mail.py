"""Sends a mail through SES, once: what was begun is written down before, how it ended after.

SES has no word for "only if you have not yet", so the ledger decides. Each attempt is claimed by a
conditional write. If SES refuses it, that is written down and a later attempt may follow. If
nobody knows what became of it, we do not send again by ourselves: the mail lies in the report
bucket, the caller fails loudly, and a person may ask for it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Protocol

from steadyhand.connect.message import PICTURE, Mail, kind_of
from steadyhand.model import Answer, Call, Note, ReadFailed
from steadyhand.sources.ses import CONFIGURATION

REFUSED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AccountSuspendedException",
        "BadRequestException",
        "LimitExceededException",
        "MailFromDomainNotVerifiedException",
        "MessageRejected",
        "NotFoundException",
        "SendingPausedException",
        "TooManyRequestsException",
        "ValidationException",
    }
)
"""What SES says when it certainly sent nothing."""

REVIEW = "review"
"""The kind of the notes that remember the sending of a review."""

WORKING = timedelta(minutes=15)
"""How long a function lives at most. Until then, whoever claimed an attempt may still be at it."""


class Client(Protocol):
    """The client of the region that sends."""

    def ask(self, call: Call) -> Answer:
        """One call, one answer."""


class Store(Protocol):
    """The ledger, as far as sending is concerned."""

    def note(self, new: Note, over: Note | None = None) -> bool:
        """True for the first who says this name."""

    def noted(self, kind: str, name: str) -> Note | None:
        """What was said under a name."""


class Unsure(Exception):
    """Nobody knows if a mail was sent. It is not sent again until a person asks for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Who sends, who gets it, when, and by which call of which function."""

    sender: str
    to: Sequence[str]
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What became of it. `sent` is true only for the one who sent it."""

    sent: bool
    why: str
    message: str = ""


def deliver(
    mail: Mail,
    envelope: Envelope,
    *,
    ledger: Store,
    aws: Client,
    again: bool = False,
    kind: str = REVIEW,
) -> Delivery:
    """Send it, if nobody did. `again` is a person's word that an unsure attempt did not arrive.

    `kind` is that of the notes that remember it.
    """
    for attempt in count(1):
        name = f"mail#{mail.name}#{attempt}"
        said = {"subject": mail.subject, "digest": mail.digest, "by": envelope.by}
        begun = Note(kind=kind, name=name, at=envelope.at, said=said)
        if ledger.note(begun):
            return _send(mail, envelope, begun, ledger, aws)
        ended = ledger.noted(kind, f"{name}#ended")
        if ended is None:
            if is_at_it(ledger, begun):
                return Delivery(sent=False, why="somebody is sending it")
            if not again:
                raise Unsure(f"nobody knows if {mail.name} was sent; see attempt {attempt}")
        elif ended.said["outcome"] == "sent":
            return Delivery(sent=False, why="it was sent before", message=ended.said["message"])
    raise AssertionError("count never ends")


def is_at_it(ledger: Store, mine: Note) -> bool:
    """May somebody else still be sending? A second try of the same call knows that nobody is."""
    begun = ledger.noted(mine.kind, mine.name)
    if begun is None:
        return False
    return begun.said["by"] != mine.said["by"] and mine.at - begun.at < WORKING


def _send(mail: Mail, envelope: Envelope, begun: Note, ledger: Store, aws: Client) -> Delivery:
    name = f"{begun.name}#ended"
    try:
        answer = aws.ask(Call("sesv2:SendEmail", content(mail, envelope)))
    except ReadFailed as failed:
        if failed.code in REFUSED:
            said = {"outcome": "refused", "code": failed.code}
            ledger.note(replace(begun, name=name, said=said))
            raise
        raise Unsure(f"nobody knows if {mail.name} was sent: {failed.code}") from failed
    message = str(answer["MessageId"])
    ended = {"outcome": "sent", "message": message}
    ledger.note(replace(begun, name=name, said=ended))
    return Delivery(sent=True, why="it was sent", message=message)


def content(mail: Mail, envelope: Envelope) -> dict[str, Any]:
    """The mail as SES takes it. Raw MIME would need the permission to send anything as anybody.

    The configuration set, which the stack makes, is how we hear that it came back.
    """
    attached = [
        *(_attachment(name, data, PICTURE, name) for name, data in sorted(mail.images.items())),
        *(
            _attachment(name, data, kind_of(name))
            for name, data in sorted(mail.attachments.items())
        ),
    ]
    simple: dict[str, Any] = {
        "Subject": _text(mail.subject),
        "Body": {"Text": _text(mail.text), "Html": _text(mail.html)},
    }
    if attached:
        simple["Attachments"] = attached
    return {
        "FromEmailAddress": envelope.sender,
        "Destination": {"ToAddresses": list(envelope.to)},
        "Content": {"Simple": simple},
        "ConfigurationSetName": CONFIGURATION,
    }


def _text(said: str) -> dict[str, str]:
    return {"Data": said, "Charset": "UTF-8"}


def _attachment(name: str, data: bytes, kind: str, cid: str = "") -> dict[str, Any]:
    """A picture within the page by its Content-ID, or a file beside it."""
    return {
        "RawContent": data,
        "FileName": name,
        "ContentType": kind,
        "ContentTransferEncoding": "BASE64",
        "ContentDisposition": "INLINE" if cid else "ATTACHMENT",
    } | ({"ContentId": cid} if cid else {})
