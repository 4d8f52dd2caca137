"""What happens on a day: the dates ahead, what happens then, and who takes care of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from steadyhand.catalogue.lanes import PRODUCTION
from steadyhand.model import Record
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import Facts, is_open
from steadyhand.rhythm.core.figures import Figure, counted, number
from steadyhand.rhythm.core.handling import WAITING, Handled, handled

AHEAD = timedelta(days=90)
VISIBLE = 10
THING = 52
IN_FILE = 100
"""More dates than that, and nobody looks at the calendar."""

GIVEN = {
    "certificates": "the certificate carries this date",
    "lifecycle": "AWS has published this date",
}
"""Whose dates are somebody's word, by category. All others are worked out from what we read."""
DERIVED = "worked out from what we read"

ENDS = re.compile(r"[:;,(]| (?:expires|expired|ends|ended|runs out|is due)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bomb:
    """Something that happens on a day; equal ones are one.

    `lead` is the finding that was seen first: the name by which a calendar knows it, for life.
    """

    lead: str
    ids: tuple[str, ...]
    at: datetime
    on: date
    day: str
    thing: str
    what: str
    then: str
    handled: Handled
    note: str
    others: Figure | None
    is_production: bool
    is_certain: bool
    certainty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bombs:
    """Those of the next 90 days, and those whose day has passed; soonest first."""

    rows: tuple[Bomb, ...]
    every: tuple[Bomb, ...]
    folded: Figure | None
    is_all_in_file: bool
    count: Figure
    yours: Figure
    last_day: date


def bombs_of(facts: Facts) -> Bombs:
    """The dates ahead. An exempted one stays: its day comes all the same."""
    every = ahead(facts)
    rest = [name for one in every[VISIBLE:] for name in one.ids]
    ids = [name for one in every for name in one.ids]
    yours = [name for one in every if one.handled in WAITING for name in one.ids]
    return Bombs(
        rows=tuple(every[:VISIBLE]),
        every=tuple(every),
        folded=number("bombs.folded", rest) if rest else None,
        is_all_in_file=len(every) <= IN_FILE,
        count=counted("bombs", ids, "date"),
        yours=number("bombs.yours", yours),
        last_day=(facts.period.until + AHEAD).date(),
    )


def ahead(facts: Facts, within: timedelta = AHEAD) -> list[Bomb]:
    """Open and dated, folded by check, environment, day and who takes care of them, until when."""
    groups = defaultdict[tuple[object, ...], list[Record]](list)
    until = facts.period.until
    for record in facts.records:
        at = record.finding.detonates_at
        if at and at - until <= within and is_open(record, until):
            on = facts.period.local(at).date()
            how = handled(record, facts)
            stays = note(record, how, facts) if how is Handled.PLANNED else ""
            groups[on, record.finding.check, record.environment, how, stays].append(record)
    bombs = [bomb(group, facts) for group in groups.values()]
    return sorted(bombs, key=lambda one: (one.at, one.ids))


def bomb(group: Sequence[Record], facts: Facts) -> Bomb:
    """Findings of one kind and day."""
    first, *others = sorted(group, key=lambda one: (_when(one), one.finding.id))
    finding, how = first.finding, handled(first, facts)
    on = facts.period.local(_when(first)).date()
    ids = [one.finding.id for one in others]
    given = GIVEN.get(facts.kind(finding).category)
    return Bomb(
        lead=min(group, key=lambda one: (one.first_seen, one.finding.id)).finding.id,
        ids=(finding.id, *ids),
        at=_when(first),
        on=on,
        day=words.short_day(on, facts.period.year),
        thing=thing(finding.summary),
        what=words.told(finding.summary),
        then=words.sentence(words.clean(facts.kind(finding).consequence)),
        handled=how,
        note=note(first, how, facts),
        others=counted(f"bombs.{finding.id}.others", ids, "more like it", "more like it")
        if ids
        else None,
        is_production=first.environment == PRODUCTION,
        is_certain=given is not None,
        certainty=f"{'likely' if given is None else 'certain'}: {given or DERIVED}",
    )


def thing(summary: str) -> str:
    """What a finding is about, short enough for a subject: the summary's first words."""
    said = words.clean(summary)
    short = ENDS.split(said)[0].strip() or said
    for article in ("the ", "a ", "an "):
        short = short.removeprefix(article)
    return words.clean(short, THING)


def note(record: Record, how: Handled, facts: Facts) -> str:
    """What is meant by who takes care of it."""
    if how is Handled.PLANNED and record.exempt_until:
        on = facts.period.local(record.exempt_until).date()
        return f"exempt until {words.day(on, facts.period.year)}"
    if how is Handled.AUTO:
        return "with an undo"
    if how is Handled.LEFT:
        return f"its tag {facts.settings.hands_off_tag} says hands off"
    if how is Handled.YOU:
        return f"steadyhand approve {record.finding.id}"
    return f"steadyhand show {record.finding.id}"


def _when(record: Record) -> datetime:
    when = record.finding.detonates_at
    if when is None:
        raise ValueError(f"{record.finding.id} has no date")
    return when
