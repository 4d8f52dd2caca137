"""Mails of ours that bounced: what SES said of them, and what the reviews say.

What became of an address for good is a finding (`mail_bounced`); this is each time it happened.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from steadyhand.model import Note, pick
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.figures import Figure, counted

if TYPE_CHECKING:
    from steadyhand.rhythm.core.facts import Facts

KIND = "bounce"
VISIBLE = 4
SAID: Mapping[str, tuple[str, str, str]] = {
    "Email Bounced": ("bounced", "bounce.bouncedRecipients", "diagnosticCode"),
    "Email Complaint Received": ("complaint", "complaint.complainedRecipients", ""),
    "Email Delivery Delayed": ("delayed", "deliveryDelay.delayedRecipients", "diagnosticCode"),
    "Email Rejected": ("rejected", "mail.destination", ""),
    "Email Rendering Failed": ("failed", "mail.destination", ""),
}
"""EventBridge's detail-type: what we call it, where its people are, and where one says why."""

HOW = {
    "bounced": "came back",
    "complaint": "was called spam",
    "delayed": "is late",
    "rejected": "was rejected by SES",
    "failed": "could not be written",
}


def bounces_in(event: Mapping[str, Any]) -> Iterator[Note]:
    """One note for each person an event of SES speaks of.

    `KeyError`, `TypeError` or `ValueError` where it is no such event.
    """
    if not isinstance(event, Mapping) or not isinstance(event.get("detail-type"), str):
        raise TypeError("no event")
    how, people, reason = SAID[event["detail-type"]]
    detail = event["detail"]
    mail = detail["mail"]
    message = written(mail["messageId"])
    lasts = how == "complaint" or "Permanent" in pick(detail, "bounce.bounceType")
    for one in pick(detail, people):
        for person in one if isinstance(one, list) else [one]:
            to = written(person["emailAddress"] if isinstance(person, Mapping) else person)
            why = person.get(reason, "") if isinstance(person, Mapping) else ""
            yield Note(
                kind=KIND,
                name=f"{message}#{how}#{to}",
                at=utc(event["time"]),
                said={
                    "to": to,
                    "how": how,
                    "why": text(why or next(pick(detail, "reject.reason"), "")),
                    "for_good": lasts,
                    "subject": text(next(pick(mail, "commonHeaders.subject"), "")),
                    "message": message,
                },
            )


def written(said: Any) -> str:
    """What must be a text. JSON can spell half a surrogate pair, which no table takes."""
    if not isinstance(said, str) or not said:
        raise TypeError("no text")
    return said.encode("utf-8", "replace").decode()


def text(said: Any) -> str:
    """What may be one, and is nothing else."""
    return written(said) if isinstance(said, str) and said else ""


def utc(said: Any) -> datetime:
    """A moment that there is in UTC too."""
    try:
        return datetime.fromisoformat(written(said)).astimezone(UTC)
    except OverflowError:
        raise ValueError("no time") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class CameBack:
    """One mail that bounced for one person."""

    id: str
    when: str
    what: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounces:
    """Those of a period, the last first."""

    count: Figure
    rows: tuple[CameBack, ...]
    folded: Figure | None


def bounces_of(facts: Facts) -> Bounces:
    """From what SES said, as it was noted."""
    here = [one for one in facts.notes.get(KIND, ()) if facts.period.holds(one.at)][::-1]
    rest = [one.id for one in here[VISIBLE:]]
    return Bounces(
        count=counted("bounces", (one.id for one in here), "mail of ours", "mails of ours"),
        rows=tuple(bounced(one, facts) for one in here[:VISIBLE]),
        folded=counted("bounces.folded", rest, "more", "more") if rest else None,
    )


def bounced(note: Note, facts: Facts) -> CameBack:
    """As it is read."""
    said = note.said
    how, lasting = HOW[said["how"]], " for good" if said["for_good"] else ""
    return CameBack(
        id=note.id,
        when=words.moment(facts.period.local(note.at), facts.period.year),
        what=f"Our mail to {words.clean(said['to'], words.NAME)} {how}{lasting}.",
        why=words.told(said["why"]),
    )
