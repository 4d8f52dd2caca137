"""Until when an answer is wanted, and how often it was asked for: a day that stands once it was said.

The first mail or page that asks writes the day down; whoever asks later says the same day. Once it
has passed it is still that day, and said to be over. What was over and came back is asked anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from steadyhand.model import Note, Record
from steadyhand.rhythm.backlog.clock import due
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.figures import Figure
from steadyhand.rhythm.core.intervals import open_since
from steadyhand.rhythm.core.words import plural

KIND = "question"
"""The kind of the ledger's note: named after the finding and where it was asked; says `by`, a date."""

PAGES = "pages"
"""How the name of where it was asked begins, where that was no review."""

MAX_WAIT = timedelta(days=11)
MARGIN = timedelta(days=3)


def on_pages(asked: Iterable[tuple[str, date]], at: datetime) -> Iterator[Note]:
    """What to remember of findings that pages ask about for the first time, and until when."""
    for finding, by in asked:
        yield Note(kind=KIND, name=f"{finding}#{PAGES}-{by}", at=at, said={"by": by.isoformat()})


def in_mail(name: str, values: str, at: datetime) -> Iterator[Note]:
    """What to remember of a review that was sent: what it asked, by its own values as JSON."""
    for row in json.loads(values)["decisions"]["rows"]:
        yield Note(kind=KIND, name=f"{row['finding']}#{name}", at=at, said={"by": row["by"]})


def asked_of(record: Record, facts: Facts) -> Sequence[Note]:
    """Where it was asked since it is open, oldest first."""
    start = f"{record.finding.id}#"
    since = open_since(record, facts.changes_of(record.finding.id), facts.period.until)
    found = (
        one
        for one in facts.notes.get(KIND, ())
        if one.name.startswith(start) and since <= one.at < facts.period.until
    )
    return sorted(found, key=lambda one: (one.at, one.name))


def answer_by(record: Record, asked: Sequence[Note], facts: Facts) -> date:
    """The day that was said first; where nobody asked yet, the day that this question will say."""
    return date.fromisoformat(asked[0].said["by"]) if asked else first_day(record, facts)


def said_days(facts: Facts) -> dict[str, date]:
    """By finding: until when an answer was asked for, of those that were asked about and are open."""
    named = {one.name.partition("#")[0] for one in facts.notes.get(KIND, ())}
    records = [facts.by_id[name] for name in sorted(named & facts.by_id.keys())]
    said = {one.finding.id: asked_of(one, facts) for one in records}
    return {
        name: answer_by(facts.by_id[name], asked, facts) for name, asked in said.items() if asked
    }


def first_day(record: Record, facts: Facts) -> date:
    """Some days from now, in time for its clock, and before its date; never in the past.

    What is late already still leaves a few days to answer.
    """
    until, at = facts.period.until, record.finding.detonates_at
    latest = min(until + MAX_WAIT, max(due(record, facts, None), until + MARGIN))
    if at:
        latest = min(latest, at - MARGIN)
    return facts.period.local(max(latest, until)).date()


def mails_of(name: str, asked: Sequence[Note]) -> Figure | None:
    """How many mails asked it before: "2 mails"."""
    rows = tuple(one.id for one in asked if not one.name.partition("#")[2].startswith(PAGES))
    return Figure(name, plural(len(rows), "mail"), rows) if rows else None
