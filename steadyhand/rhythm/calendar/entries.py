"""Everything with a date in the next half year, on one page; and what a calendar was told of it.

Findings with a date, exemptions that end, and our own next reviews. The day on which a question
should be answered is not here: it moves with every review, and what it is about has its own date.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from steadyhand.model import Exemption, Note
from steadyhand.rhythm.calendar.bombs import Bomb, ahead, thing
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.figures import Figure
from steadyhand.rhythm.core.handling import Handled
from steadyhand.rhythm.core.period import Cadence
from steadyhand.rhythm.core.words import person

DAYS = 180
EVER = timedelta(days=100_000)
KIND = "date"
IN_FILE = 100
"""More dates than that, and nobody looks at the calendar."""
IN_NOTE = 50
"""So many of the findings of one event are remembered."""
KEPT = timedelta(days=30)
"""So long a file still says that something was called off."""
HOUR = 9
"""When reviews are sent, in the owner's time zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One date. `uid` stays for life; `sequence` and `modified` move only with what it says."""

    uid: str
    kind: str
    at: datetime
    on: date
    is_timed: bool
    day: str
    what: str
    then: str
    handled: Handled
    certainty: str
    is_certain: bool
    note: str
    ids: tuple[str, ...]
    others: Figure | None = None
    is_off: bool = False
    sequence: int = 0
    modified: datetime | None = None
    is_news: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The dates, soonest first; `called_off` are those that went away and may stand somewhere.

    `entries` are all, `in_file` as many as a calendar program should be given.
    """

    owner: str
    account: str
    at: datetime
    last_day: date
    entries: tuple[Entry, ...]
    called_off: tuple[Entry, ...]

    @property
    def in_file(self) -> tuple[Entry, ...]:
        """What a calendar file holds: the first of all, and what an earlier file said of."""
        told_of = (one for one in self.entries[IN_FILE:] if one.sequence or not one.is_news)
        return (*self.entries[:IN_FILE], *told_of, *self.called_off)

    @property
    def is_worth_sending(self) -> bool:
        """Is there more in it than our own reviews?"""
        return any(one.kind != "review" for one in (*self.entries, *self.called_off))

    def notes(self, at: datetime) -> Iterator[Note]:
        """What the ledger should remember of it: each thing that a file says for the first time."""
        for one in self.in_file:
            if one.is_news:
                yield Note(
                    kind=KIND,
                    name=f"{one.uid}#{one.sequence}",
                    at=at,
                    said={
                        "hash": hashed(one),
                        "sequence": one.sequence,
                        "modified": (one.modified or self.at).isoformat(),
                        "on": one.on.isoformat(),
                        "kind": one.kind,
                        "what": one.what,
                        "is_off": one.is_off,
                        "ids": list(one.ids[:IN_NOTE]),
                    },
                )


def calendar_of(facts: Facts, days: int = DAYS, *, is_deployed: bool = True) -> Calendar:
    """What is known at the period's end. Where nothing is deployed, nobody sends reviews."""
    until = facts.period.until
    within = timedelta(days=days)
    ending = [one for one in facts.exemptions if one.until >= until]
    about = subjects((one.scope for one in ending), facts)
    found = [
        *(of_bomb(one) for one in ahead(facts, EVER)),
        *(of_exemption(one, about[one.scope], facts) for one in ending),
        *(reviews(facts) if is_deployed else ()),
    ]
    said = told(facts)
    found = list(named(found, said))
    entries = tuple(
        since(one, said.get(one.uid), until)
        for one in sorted(found, key=lambda one: (one.on, one.at, one.uid))
        if one.at <= until + within or (one.uid in said and not said[one.uid].said["is_off"])
    )
    there = {one.uid for one in found}
    return Calendar(
        owner=words.clean(facts.settings.owner, words.NAME),
        account=words.account(facts.account),
        at=until,
        last_day=facts.period.local(until + within).date(),
        entries=entries,
        called_off=tuple(called_off(said, there, facts)),
    )


def named(found: Sequence[Entry], said: Mapping[str, Note]) -> Iterator[Entry]:
    """Each under the name that it was told by, though the finding that lent it is over.

    Dates alike are one event. Where its lead is fixed, the others keep the event, by its name.
    """
    free = {uid: note for uid, note in said.items() if not note.said["is_off"]}
    for one in found:
        free.pop(one.uid, None)
    for one in found:
        mine = set(one.ids)
        known = one.uid in said or one.kind != "finding"
        heir = (uid for uid in sorted(free) if mine.intersection(free[uid].said.get("ids", ())))
        uid = one.uid if known else next(heir, one.uid)
        free.pop(uid, None)
        yield replace(one, uid=uid)


def of_bomb(bomb: Bomb) -> Entry:
    """A finding with a date, or several of a kind."""
    return Entry(
        uid=bomb.lead,
        kind="finding",
        at=bomb.at,
        on=bomb.on,
        is_timed=False,
        day=bomb.day,
        what=bomb.what,
        then=bomb.then,
        handled=bomb.handled,
        certainty=bomb.certainty,
        is_certain=bomb.is_certain,
        note=bomb.note,
        ids=bomb.ids,
        others=bomb.others,
    )


def subjects(scopes: Iterable[str], facts: Facts) -> dict[str, str]:
    """What exemptions are about, in words: a finding by what it is about, all else by its name."""
    said = {one: words.clean(one, words.NAME) for one in scopes}
    for record in facts.records:
        if record.finding.id in said:
            said[record.finding.id] = thing(record.finding.summary)
    return said


def of_exemption(exemption: Exemption, scope: str, facts: Facts) -> Entry:
    """The end of a person's word. `scope` says what it is about."""
    on = facts.period.local(exemption.until).date()
    name = hashlib.sha256(exemption.scope.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    because = words.clean(exemption.because)
    return Entry(
        uid=f"ex-{name}",
        kind="exemption",
        at=exemption.until,
        on=on,
        is_timed=False,
        day=words.short_day(on, facts.period.year),
        what=f"An exemption ends: {scope}.",
        then=f"From then on it counts again. {words.sentence(because)}".strip(),
        handled=Handled.PLANNED,
        certainty="certain: a person set this date",
        is_certain=True,
        note=f"set by {person(exemption.by)}",
        ids=(exemption.scope,),
    )


def reviews(facts: Facts) -> Iterator[Entry]:
    """Our own next mails: next Monday's, and that of the first of next month."""
    today = facts.period.local(facts.period.until).date()
    monday = today + timedelta(days=7 - today.weekday())
    first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    for cadence, on in ((Cadence.WEEKLY, monday), (Cadence.MONTHLY, first)):
        at = datetime.combine(on, time(HOUR), ZoneInfo(facts.period.zone))
        yield Entry(
            uid=f"review-{cadence}-{on}",
            kind="review",
            at=at,
            on=on,
            is_timed=True,
            day=words.short_day(on, facts.period.year),
            what=f"The {cadence} review is sent.",
            then="",
            handled=Handled.AUTO,
            certainty="certain: our own schedule",
            is_certain=True,
            note=f"steadyhand review {cadence}",
            ids=(),
        )


def told(facts: Facts) -> Mapping[str, Note]:
    """The last thing that was said of each date, by its uid."""
    last: dict[str, Note] = {}
    for note in facts.notes.get(KIND, ()):
        uid = note.name.rpartition("#")[0]
        if uid not in last or last[uid].said["sequence"] < note.said["sequence"]:
            last[uid] = note
    return last


def since(entry: Entry, note: Note | None, until: datetime) -> Entry:
    """With its sequence: as it was said, or one more where it now says something else."""
    if note is None:
        return replace(entry, modified=until)
    sequence = int(note.said["sequence"])
    if note.said["hash"] == hashed(entry):
        modified = datetime.fromisoformat(note.said["modified"])
        return replace(entry, sequence=sequence, modified=modified, is_news=False)
    return replace(entry, sequence=sequence + 1, modified=until)


def called_off(said: Mapping[str, Note], there: Iterable[str], facts: Facts) -> Iterator[Entry]:
    """What was said once, is no longer so, and whose day is still to come."""
    until, known = facts.period.until, set(there)
    today = facts.period.local(until).date()
    for uid, note in sorted(said.items()):
        on, kind = date.fromisoformat(note.said["on"]), note.said["kind"]
        if uid in known or on < today or (on == today and kind != "finding") or kind == "review":
            continue
        modified = datetime.fromisoformat(note.said["modified"])
        was_off = bool(note.said["is_off"])
        if was_off and until - modified > KEPT:
            continue
        yield Entry(
            uid=uid,
            kind=str(kind),
            at=datetime.combine(on, time(), ZoneInfo(facts.period.zone)),
            on=on,
            is_timed=False,
            day=words.short_day(on, facts.period.year),
            what=words.clean(str(note.said["what"])),
            then="It is no longer so.",
            handled=Handled.AUTO,
            certainty="certain: it was called off",
            is_certain=True,
            note="",
            ids=(),
            is_off=True,
            sequence=int(note.said["sequence"]) + (0 if was_off else 1),
            modified=modified if was_off else until,
            is_news=not was_off,
        )


def hashed(entry: Entry) -> str:
    """What it says, in short: the same as long as a reader would see the same."""
    said = [
        entry.on.isoformat(),
        entry.at.isoformat() if entry.is_timed else "",
        entry.what,
        entry.then,
        str(entry.handled),
        entry.note,
        str(entry.others or ""),
        entry.certainty,
        str(entry.is_off),
    ]
    whole = json.dumps(said, ensure_ascii=True)
    return hashlib.sha256(whole.encode()).hexdigest()[:16]
