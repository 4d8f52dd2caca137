"""Reads what the portal shows: the ledger, and nothing that costs money or needs another right."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from steadyhand.catalogue import discovery as catalogue
from steadyhand.check import Check
from steadyhand.model import Answer, Call, Note, ReadFailed
from steadyhand.readings.gather import Store, facts_of
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.period import Cadence, period_of
from steadyhand.settings.values import Settings

SENT = re.compile(r"^mail#(?P<name>[\w-]+)#\d+$")
"""How the ledger names an attempt to send a review."""

UNREAD = "NotAsked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A review that was written: its name is its folder in the bucket."""

    name: str
    subject: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalRows:
    """What the pages are made of: the facts until now, every check, and the reviews so far."""

    facts: Facts
    checks: tuple[Check, ...]
    reviews: tuple[Review, ...]


@dataclass(slots=True)
class Silent:
    """A client that asks AWS nothing: what is not remembered stays unread."""

    account: str

    def ask(self, call: Call) -> Answer:
        """Never."""
        raise ReadFailed(UNREAD, f"the portal does not ask {call.action}")


def gather(*, ledger: Store, settings: Settings, account: str, now: datetime) -> PortalRows:
    """All of it, as it is at this moment. `ReadFailed` where the ledger cannot be read."""
    here = now.astimezone(ZoneInfo(settings.time_zone))
    running = period_of(Cadence.MONTHLY, now, settings.time_zone, f"{here:%Y-%m}")
    facts = facts_of(running, ledger=ledger, settings=settings, aws=Silent(account))
    return PortalRows(
        facts=facts,
        checks=tuple(catalogue.load(None, settings.knobs)),
        reviews=reviews_of(ledger.notes("review")),
    )


def reviews_of(notes: Iterable[Note]) -> tuple[Review, ...]:
    """The reviews somebody began to send, each once, the latest first."""
    found: dict[str, Review] = {}
    for note in notes:
        if named := SENT.match(note.name):
            name = named["name"]
            found.setdefault(
                name, Review(name=name, subject=str(note.said.get("subject", name)), at=note.at)
            )
    return tuple(sorted(found.values(), key=lambda one: (one.at, one.name), reverse=True))
