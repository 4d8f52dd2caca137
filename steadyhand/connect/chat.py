"""Interrupts people through an SNS topic, each subject once, within the budget of the week.

The ledger decides by conditional writes: a place in the week's budget, then the word on the
subject. Which places it may have is `urgent.places_for`; one source gets half of them at most. Whoever says that word first sends, and writes down that it was sent. A sender that died
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
from steadyhand.rhythm.incidents.urgent import (
    KIND,
    SLOT,
    Interrupt,
    is_night,
    places_for,
    share,
    week_of,
)
from steadyhand.settings.values import Settings

TOPIC = "steadyhand-chat"
SUBJECT = 100
"""Characters of a subject that SNS takes."""

SENDING, SENT, UNSENT = "it is being sent", "it could not wait", "it could not be sent"
LAST = "the last interrupt of this week is kept for what is critical and was seen by ourselves"
SHARE = "its source has had its half of this week's interrupts"
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
    place = take(one, week, budget, ledger, at)
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
            "why": place.why,
            "night": is_night(at, settings.time_zone),
        },
    )
    if not ledger.note(word, over=before):
        return Delivery(sent=False, why="somebody else decides")
    if place.note is None:
        return Delivery(sent=False, why=place.why)
    left = f"Interrupt {place.number} of at most {budget} this week."
    return _send(one, word, place.note, left=left, ledger=ledger, aws=aws, topic=topic)


def is_open(word: Note, at: datetime) -> bool:
    """Could it not be sent, or did its sender die before that, as far as anybody knows?"""
    why = str(word.said.get("why"))
    return why.startswith(UNSENT) or (why == SENDING and at - word.at > WORKING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`note` is its row, None where there is no place; `number`, how many of the week are then used."""

    note: Note | None
    number: int
    why: str = SENDING


def take(one: Interrupt, week: str, budget: int, ledger: Store, at: datetime) -> Place:
    """A place in the budget: the one it has already, or the first that is free and open to it.

    Two of one check at the same moment may each have counted without the other; alarms cannot, by number.
    """
    names = {number: f"{week}#{number}" for number in range(1, budget + 1)}
    held = {number: ledger.noted(SLOT, name) for number, name in names.items()}
    used = [note for note in held.values() if _subject(note)]
    for note in used:
        if _subject(note) == one.subject:
            return Place(note=note, number=len(used))
    full = f"the {words.plural(budget, 'interrupt')} of this week are used"
    if len(used) == budget:
        return Place(note=None, number=budget, why=full)
    if sum(note.said.get("source") == one.source for note in used if note) >= share(budget):
        return Place(note=None, number=len(used), why=SHARE)
    for number in places_for(one, budget):
        if not _subject(note := held[number]):
            said = {"subject": one.subject, "source": one.source}
            mine = Note(kind=SLOT, name=names[number], at=at, said=said)
            if ledger.note(mine, over=note):
                return Place(note=mine, number=len(used) + 1)
            now = ledger.noted(SLOT, names[number])
            if _subject(now) == one.subject:
                return Place(note=now, number=len(used) + 1)
    return Place(note=None, number=len(used), why=LAST if budget - len(used) <= 1 else SHARE)


def _subject(note: Note | None) -> str:
    return str(note.said.get("subject") or "") if note else ""


def _send(
    one: Interrupt, word: Note, place: Note, *, left: str, ledger: Store, aws: Client, topic: str
) -> Delivery:
    said = notification(one, account=aws.account, left=left)
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
