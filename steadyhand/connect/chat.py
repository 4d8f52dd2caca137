"""Interrupts people through an SNS topic, each subject once, within the budget of the week.

The ledger decides by conditional writes: a place in the week's budget, then the word on the
subject. Whoever says that word first sends, and writes down that it was sent. A sender that died
in between is taken over after a while: what cannot wait is rather said twice than never.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from steadyhand.model import Answer, Call, Note, ReadFailed
from steadyhand.rhythm.core import words
from steadyhand.rhythm.incidents.notification import notification
from steadyhand.rhythm.incidents.urgent import KIND, SLOT, Interrupt, is_night, week_of
from steadyhand.settings.values import Settings

TOPIC = "steadyhand-chat"
SUBJECT = 100
"""Characters of a subject that SNS takes."""

SENDING, SENT, UNSENT = "it is being sent", "it could not wait", "it could not be sent"
WORKING = timedelta(minutes=2)
"""Until then, whoever began to send may still be at it."""


class Client(Protocol):
    """The client of the region that the topic is in."""

    account: str

    def ask(self, call: Call) -> Answer:
        """One call, one answer."""


class Store(Protocol):
    """The ledger, as far as interrupts are concerned."""

    def note(self, new: Note, over: Note | None = None) -> bool:
        """True for the first who says this name."""

    def noted(self, kind: str, name: str) -> Note | None:
        """What was said under a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What became of it. `sent` is true only for the one who sent it."""

    sent: bool
    why: str


def interrupt(
    one: Interrupt, *, settings: Settings, ledger: Store, aws: Client, topic: str, at: datetime
) -> Delivery:
    """Send it, if nobody did and the budget has a place left; write down which it was."""
    before = ledger.noted(KIND, one.subject)
    if before and not is_open(before, at):
        return Delivery(sent=False, why="it was decided before")
    week, budget = week_of(at, settings.time_zone), settings.interrupts_a_week
    place = take(one.subject, week, budget, ledger, at)
    spent = f"the {words.plural(budget, 'interrupt')} of this week are used"
    word = Note(
        kind=KIND,
        name=one.subject,
        at=at,
        said={
            "subject": one.subject,
            "cause": str(one.cause),
            "what": words.clean(one.title),
            "ids": list(one.ids),
            "sent": False,
            "why": SENDING if place else spent,
            "night": is_night(at, settings.time_zone),
        },
    )
    if not ledger.note(word, over=before):
        return Delivery(sent=False, why="somebody else decides")
    if place is None:
        return Delivery(sent=False, why=spent)
    return _send(one, word, place, budget=budget, ledger=ledger, aws=aws, topic=topic)


def is_open(word: Note, at: datetime) -> bool:
    """Could it not be sent, or did its sender die before that, as far as anybody knows?"""
    why = str(word.said["why"])
    return why.startswith(UNSENT) or (why == SENDING and at - word.at > WORKING)


def take(subject: str, week: str, budget: int, ledger: Store, at: datetime) -> Note | None:
    """A place in the budget: the one it has already, or the first that is free."""
    names = [f"{week}#{number}" for number in range(1, budget + 1)]
    held = {name: ledger.noted(SLOT, name) for name in names}
    for note in held.values():
        if note and note.said["subject"] == subject:
            return note
    for name, note in held.items():
        if note is None or not note.said["subject"]:
            mine = Note(kind=SLOT, name=name, at=at, said={"subject": subject})
            if ledger.note(mine, over=note):
                return mine
            now = ledger.noted(SLOT, name)
            if now and now.said["subject"] == subject:
                return now
    return None


def _send(
    one: Interrupt, word: Note, place: Note, *, budget: int, ledger: Store, aws: Client, topic: str
) -> Delivery:
    number = place.name.rpartition("#")[2]
    said = notification(
        one, account=aws.account, left=f"Interrupt {number} of at most {budget} this week."
    )
    try:
        aws.ask(Call("sns:Publish", message(said, topic)))
    except ReadFailed as failed:
        why = f"{UNSENT} ({failed.code})"
        free = Note(kind=SLOT, name=place.name, at=place.at, said={"subject": ""})
        ledger.note(free, over=place)
        ledger.note(_as(word, sent=False, why=why), over=word)
        return Delivery(sent=False, why=why)
    ledger.note(_as(word, sent=True, why=SENT), over=word)
    return Delivery(sent=True, why=SENT)


def message(said: dict[str, Any], topic: str) -> dict[str, str]:
    """As SNS takes it. The subject is for whoever subscribes by mail, and in ASCII."""
    title = said["content"]["title"].encode("ascii", "replace").decode()
    body = json.dumps(said, ensure_ascii=False)
    return {"TopicArn": topic, "Subject": title[:SUBJECT], "Message": body}


def _as(word: Note, *, sent: bool, why: str) -> Note:
    said = {**word.said, "sent": sent, "why": why}
    return Note(kind=word.kind, name=word.name, at=word.at, said=said)
