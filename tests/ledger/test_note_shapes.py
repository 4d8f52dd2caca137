"""What a stranger writes into a note is either taken for unreadable, or harms no reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from steadyhand.ledger import codec, rows
from steadyhand.ledger.note_shapes import SHAPES, shape_of
from steadyhand.model import Lane, Note
from steadyhand.reports.compose import compose
from steadyhand.rhythm.backlog.moves import moves_of, note_of
from steadyhand.rhythm.calendar.entries import calendar_of
from steadyhand.rhythm.core.facts import Facts, sweep_of
from steadyhand.rhythm.core.measured import measured_out
from steadyhand.rhythm.incidents.interrupts import interrupts_of
from steadyhand.rhythm.savings.statement import known
from tests.reports.accounts import doubles, stories

ODD: tuple[Any, ...] = (None, 5, -1, True, [], [[]], {}, {"a": 1}, "", "odd", 1e300, "9" * 5000)
ODD += (
    "2026-05-20",
    "2026-05-20T10:00:00",
    "9999-12-31T23:59:59-23:59",
    "0001-01-01",
    "9999-12-31",
)
SAVED = {"check": "gp2_volume", "fixes": ["ch-1"], "findings": ["fi-1"], "first": "2026-05-02"}
SAVED |= {"last": "2026-05-03", "meter": "EC2#x", "before": 2.0, "after": 1.0, "unit": "GB-Mo"}
SAVED |= {"usd": 3.5, "noise": 0.1, "estimate": 3.0}
TOLD = {
    "subject": "a",
    "what": "a fired",
    "ids": ["in-a"],
    "sent": False,
    "why": "late",
    "night": True,
}


@cache
def facts() -> Facts:
    return stories.usual().facts()


def ours() -> Iterator[Note]:
    """What we write, one of each kind that is held to a shape."""
    at = facts().period.since
    yield next(iter(calendar_of(facts()).notes(at)))
    yield doubles.example()
    yield note_of("it-1", Lane.LATER, "maya", "not now", at)
    more = {"slot": {"subject": "a"}, "kept": {"digest": "0a", "parts": 1}}
    to = {"to": "maya@a.example", "how": "bounced", "why": "", "for_good": True}
    more |= {"bounce": {**to, "subject": "a", "message": "1"}}
    more |= {"kept-part": {"text": "a"}, "question": {"by": "2026-05-12"}}
    more |= {"usage": {"on": "2026-05-12", "users": ["web"]}}
    for kind, said in {"saving": SAVED, "interrupt": TOLD, **more}.items():
        yield Note(kind=kind, name="one#1", at=at, said=said)
    begun = {"subject": "a", "digest": "0a", "by": "request-1"}
    yield Note(kind="review", name="mail#weekly#1", at=at, said=begun)
    ended = {"outcome": "sent", "message": "1"}
    yield Note(kind="told", name="mail#weekly#1#ended", at=at, said=ended)
    yield Note(kind="saving", name="one#1#lapsed", at=at, said={"of": "one#1"})


def row(note: Note) -> rows.Row:
    return {"id": note.id, "at": note.at.isoformat(), "body": codec.text(note.said)}


def readers(notes: list[Note]) -> None:
    """Whoever reads notes for a review, a mail or a page."""
    said = replace(facts(), notes={notes[0].kind: notes})
    for read in (calendar_of, interrupts_of, moves_of, lambda one: list(known(one))):
        read(said)
    assert isinstance(said.example, str)


NOTES = {f"{one.kind}-{one.name}": one for one in ours()}


def test_every_kind_is_tried_and_every_field_of_it() -> None:
    assert {one.kind for one in NOTES.values()} - {"review", "told"} == set(SHAPES)
    for one in NOTES.values():
        shape = shape_of(one.kind, one.name, one.said)
        assert shape
        assert set(shape) <= set(one.said)


@pytest.mark.parametrize("note", NOTES.values(), ids=NOTES)
def test_what_we_write_is_read_as_it_was_written(note: Note) -> None:
    assert rows.note_in(row(note)) == note


@pytest.mark.parametrize("note", NOTES.values(), ids=NOTES)
def test_an_odd_field_is_told_or_harmless(note: Note) -> None:
    """Every field in turn is exchanged or left out: refused at the ledger's door, or read by all."""
    refused, taken = 0, [note]
    for name in note.said:
        spoiled = [{**note.said, name: odd} for odd in ODD]
        for said in (*spoiled, {one: said for one, said in note.said.items() if one != name}):
            try:
                found = rows.note_in(row(replace(note, said=said)))
            except (ValueError, TypeError):
                refused += 1
                continue
            readers([found, note])
            taken.append(replace(found, name=note.name.replace("#", f"{len(taken)}#", 1)))
    assert refused, "else nothing is refused at all"
    assert compose(replace(facts(), notes={**facts().notes, note.kind: taken}))


@pytest.mark.parametrize("name", ["checks", "unknown"])
def test_an_odd_sweep_is_told_or_read_by_all(name: str) -> None:
    """Who may write a row of a sweep ends no review."""
    whole: dict[str, Any] = {"checks": ["a"], "unknown": [["a", "eu-west-1", "denied"]]}
    refused = 0
    for odd in (*ODD, [5], [["a"]], [["a", "b", 5]], ["abc"]):
        kept = {"pk": "1#eu-west-1", "at": "2026-05-20T10:00:00+00:00"}
        try:
            found = rows.sweep_in({**kept, "body": codec.text({**whole, name: odd})})
        except (TypeError, ValueError):
            refused += 1
            continue
        assert sweep_of(*found)
    assert refused >= len(ODD) - 1


@pytest.mark.parametrize("spoil", ["edges", "unread", "hosts"])
def test_measures_that_make_no_sense_are_taken_anew_and_told(spoil: str) -> None:
    """One forged row of a month's measures, and the review of that month is still written."""
    story = stories.usual()
    told = story.facts()
    assert told.measured
    said = {**measured_out(told.measured), spoil: "odd"}
    kind, _, name = told.measured.id.partition("#")
    note = Note(kind=kind, name=name, at=told.period.since, said=said)
    forged = replace(story, ledger=replace(story.ledger, remembered={note.id: note}))
    found = forged.facts()
    assert [one for one in found.ledger_unread if "cannot be read" in one]


def test_a_bill_that_makes_no_sense_is_asked_anew_and_told() -> None:
    story = stories.usual()
    told = story.facts()
    assert told.bill
    kind, _, name = told.bill.id.partition("#")
    note = Note(kind=kind, name=name, at=told.period.since, said={"first": "2026-04-01"})
    remembered = story.ledger.remembered | {note.id: note}
    found = replace(story, ledger=replace(story.ledger, remembered=remembered)).facts()
    assert found.bill
    assert found.bill.services == told.bill.services
    assert [one for one in found.ledger_unread if note.name in one]
