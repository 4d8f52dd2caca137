"""Which rows of the ledger a number was made from: found by its words or its name, and told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from steadyhand.model import Change, Exemption, FindingStatus, Incident, Note, Record
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.changes import outcome
from steadyhand.rhythm.core.facts import Facts, Sweep, is_open
from steadyhand.rhythm.core.words import person

NEAR, CLOSE = 3, 0.5
"""So many suggestions, at least so alike."""

Noted = Callable[[str, str], Note | None]
"""What the ledger says under a kind and a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedRow:
    """One row: its id and kind, when, what, and in which state. `what` is a stranger's word."""

    id: str
    kind: str
    at: datetime | None
    what: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One figure with its rows."""

    name: str
    words: str
    rows: tuple[ExplainedRow, ...]

    def plain(self) -> Mapping[str, Any]:
        """As JSON knows it."""
        rows = [asdict(one) | {"at": one.at and one.at.isoformat()} for one in self.rows]
        return {"name": self.name, "words": self.words, "rows": rows}


def alike(said: str) -> str:
    """Without what a keyboard makes hard: another minus, capitals, blanks."""
    return " ".join(said.replace(words.MINUS, "-").replace("±", "+-").casefold().split())


def found(figures: Mapping[str, Sequence[str]], asked: str) -> list[str]:
    """The keys of the figures that are called so, or that read so; else those that begin so.

    "cost.total", "$318", "−$318", "318", "31 minutes" and "incidents.minutes" all find theirs.
    """
    wanted = alike(asked)
    for fits in (_is, _is_bare, _begins):
        if those := [key for key in figures if fits(key, wanted)]:
            return those
    return []


def _is(key: str, wanted: str) -> bool:
    name, _, said = key.partition(": ")
    return wanted in {alike(name), alike(said), alike(key)}


def _is_bare(key: str, wanted: str) -> bool:
    """The same without a sign and a currency."""
    return alike(key.partition(": ")[2]).lstrip("+-$") == wanted.lstrip("+-$") != ""


def _begins(key: str, wanted: str) -> bool:
    """As "318" begins "318 a month", and "cost." begins "cost.total"."""
    name, _, said = key.partition(": ")
    bare, start = alike(said).lstrip("+-$"), wanted.lstrip("+-$")
    is_name = wanted.endswith(".") and alike(name).startswith(wanted)
    return is_name or bool(start and re.match(rf"{re.escape(start)}(?![\w.,])", bare))


def nearest(figures: Mapping[str, Sequence[str]], asked: str) -> list[str]:
    """What somebody may have meant: names and words that look alike."""
    known = dict.fromkeys(
        part for key in figures for part in (key.partition(": ")[2], key.partition(": ")[0])
    )
    plain = {alike(one): one for one in known}
    return [plain[one] for one in get_close_matches(alike(asked), plain, NEAR, CLOSE)]


def explained(
    key: str, ids: Sequence[str], known: Mapping[str, ExplainedRow], noted: Noted
) -> Explained:
    """One figure, with its rows told; `known` is `rows_of` the review's facts."""
    name, _, said = key.partition(": ")
    rows = tuple(known.get(one) or other(one, noted) for one in ids)
    return Explained(name=name, words=said, rows=rows)


def rows_of(facts: Facts) -> dict[str, ExplainedRow]:
    """Every row that the review was made from, by its id; as it stood at the period's end."""
    return {one.id: one for one in every(facts)}


def every(facts: Facts) -> Iterator[ExplainedRow]:
    """All rows; findings first, so that an exemption of one of them is told as what it is."""
    for record in facts.records:
        yield finding(record, facts)
    for change in facts.changes:
        yield made(change)
    for incident in facts.incidents:
        yield fired(incident)
    scopes = {record.finding.id for record in facts.records}
    for exemption in facts.exemptions:
        if exemption.scope not in scopes:
            yield exempt(exemption, facts)
    for sweep in facts.sweeps:
        yield swept(sweep)
        yield from unread(sweep)
    for notes in facts.notes.values():
        for note in notes:
            yield noticed(note)


def finding(record: Record, facts: Facts) -> ExplainedRow:
    """A finding, and what became of it."""
    until = facts.period.until
    state = FindingStatus.OPEN.value if is_open(record, until) else record.status.value
    if record.exempt_until and record.exempt_until > until and state == FindingStatus.OPEN:
        last = facts.period.local(record.exempt_until).date()
        state = f"exempt until {words.day(last, facts.period.year)}"
    one = record.finding
    return ExplainedRow(
        id=one.id, kind="finding", at=record.first_seen, what=words.told(one.summary), state=state
    )


def made(change: Change) -> ExplainedRow:
    """A change, and how it ended."""
    return ExplainedRow(
        id=change.id,
        kind="change",
        at=change.at,
        what=words.told(change.finding.summary),
        state=outcome(change),
    )


def fired(incident: Incident) -> ExplainedRow:
    """An alarm, and for how long it fired."""
    state = "firing" if incident.ended_at is None else "over after "
    if incident.ended_at:
        state += words.brief(incident.ended_at - incident.began_at)
    what = words.clean(": ".join(filter(None, (incident.signature, incident.summary))))
    return ExplainedRow(
        id=incident.id, kind="incident", at=incident.began_at, what=what, state=state
    )


def exempt(one: Exemption, facts: Facts) -> ExplainedRow:
    """An exemption, and until when it holds."""
    return ExplainedRow(
        id=one.scope,
        kind="exemption",
        at=one.at,
        what=words.clean(f"{one.because} ({person(one.by)})"),
        state=f"until {words.day(facts.period.local(one.until).date(), facts.period.year)}",
    )


def swept(sweep: Sweep) -> ExplainedRow:
    """The last look at a region."""
    unread = words.plural(len(sweep.unknown), "check")
    return ExplainedRow(
        id=sweep.id,
        kind="sweep",
        at=sweep.at,
        what=f"{words.plural(len(sweep.checks), 'check')} in {words.clean(sweep.region)}",
        state=f"{unread} not read" if sweep.unknown else "all read",
    )


def unread(sweep: Sweep) -> Iterator[ExplainedRow]:
    """What it could not read, part by part."""
    for check, region, why in sweep.unknown:
        yield ExplainedRow(
            id=f"{sweep.id}#{region}#{check}",
            kind="sweep",
            at=sweep.at,
            what=words.clean(f"{check} in {region}: {why}"),
            state="not read",
        )


def noticed(note: Note) -> ExplainedRow:
    """A note, as far as it is words; what a review wrote down is what AWS had answered it."""
    said, state = note.said, "noted"
    if note.kind == "review":
        what = f"{note.name.replace('#', ', ')}: as AWS answered then"
    elif note.kind == "interrupt":
        what = str(said.get("what") or said.get("subject", ""))
        state = "sent" if said.get("sent") else "waited"
    elif note.kind == "move":
        what = f"{note.name.partition('#')[0]} to {said.get('lane')}: {said.get('because')}"
        state = f"moved by {person(str(said.get('by', '')))}"
    else:
        plain = (f"{key} {value}" for key, value in said.items() if isinstance(value, str | int))
        what = ", ".join(plain)
    return ExplainedRow(id=note.id, kind=note.kind, at=note.at, what=words.clean(what), state=state)


def other(name: str, noted: Noted) -> ExplainedRow:
    """A row that facts do not hold as such: the bill, what was measured.

    "not in the ledger" is told of one that nobody wrote down: the answer was asked of AWS for this
    review, and a review that is sent remembers it.
    """
    kind, _, rest = name.partition("#")
    note = noted(kind, rest) if rest else None
    if note:
        return noticed(note)
    what = "read from AWS for this review" if rest else "no row of this name is kept"
    return ExplainedRow(
        id=name, kind=kind if rest else "", at=None, what=what, state="not in the ledger"
    )
