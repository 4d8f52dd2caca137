"""What is remembered of the tickets as a whole: who is at it, what went wrong, when to be silent.

A note that says what no run of ours would say holds nobody: the next run writes over it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from steadyhand.connect.tickets.links import Store
from steadyhand.ledger.rows import moment
from steadyhand.model import Note
from steadyhand.rhythm.tickets.content import KIND, STATE

RUN = "run"
"""The name of the note that says who is at it."""

LEASE = timedelta(minutes=10)
"""How long one run has the tickets for itself; longer than the function lives."""

PATIENCE = timedelta(days=1)
"""For so long a tracker may pause us before that is told; no single pause is longer."""


def taken(ledger: Store, by: str, now: datetime) -> Note | None:
    """The tickets for one run alone. None: another run is at it."""
    old = ledger.noted(KIND, RUN)
    until = said_moment(old, "until")
    if old and until and now < until <= now + 2 * LEASE and old.said.get("by") != by:
        return None
    said = {"by": by, "until": (now + LEASE).isoformat()}
    mine = Note(kind=KIND, name=RUN, at=now, said=said)
    return mine if ledger.note(mine, over=old) else None


def given_back(ledger: Store, mine: Note, now: datetime) -> None:
    """The next run may begin. Where this fails, it may when the lease ends."""
    said = {"by": mine.said["by"], "until": now.isoformat()}
    ledger.note(Note(kind=KIND, name=RUN, at=now, said=said), over=mine)


def silent_until(ledger: Store, now: datetime) -> datetime | None:
    """Until when the tracker wanted silence; never for longer than a pause may be."""
    until = said_moment(ledger.noted(KIND, STATE), "until")
    return until if until and until <= now + 2 * PATIENCE else None


def said_moment(note: Note | None, name: str) -> datetime | None:
    """A time that a note says; none where it says no time, whoever wrote it."""
    try:
        return moment(note.said[name]) if note else None
    except (KeyError, TypeError, ValueError):
        return None


def remember(ledger: Store, gap: str, until: datetime | None, now: datetime) -> bool:
    """How it went, if it went otherwise than the last time. True: there is something new.

    The state as it is now is one note; each new state is one of its own, too, so that a review
    rendered later says what was so at its time. Runs that end in a pause for longer than `PATIENCE`
    are a gap.
    """
    old = ledger.noted(KIND, STATE)
    since = said_moment(old, "since") or now
    if until and not gap and now - since > PATIENCE:
        gap = "every run for more than a day was told to wait: too much is asked with its token"
    said = {"gap": gap, "until": until.isoformat() if until else ""}
    said |= {"since": since.isoformat()} if until else {}
    is_new = old is None or old.said.get("gap") != gap
    if old is None or dict(old.said) != said:
        ledger.note(Note(kind=KIND, name=STATE, at=now, said=said), over=old)
    if is_new and (gap or old):
        name = f"{STATE}#{now.isoformat()}"
        ledger.note(Note(kind=KIND, name=name, at=now, said={"gap": gap}))
    return is_new
