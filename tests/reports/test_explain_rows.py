"""A number is found by its words or its name, and every row behind it can be told."""

from __future__ import annotations

import pytest

from steadyhand.model import Note
from steadyhand.reports.explain import every, explained, found, nearest, rows_of
from steadyhand.rhythm.core.facts import as_of
from tests.reports.accounts import extremes, ledger_rows, stories
from tests.reports.accounts.busy import busy
from tests.reports.accounts.ledger_rows import at
from tests.reports.accounts.stories import Story

FIGURES = {
    "cost.total: $4,212": ("review#bill",),
    "cost.delta: −$318": ("review#bill",),
    "cost.difference: $318 less": ("review#bill",),
    "incidents.minutes: 31 minutes": ("in-1", "in-2"),
    "changes: 5 changes": ("ch-1",),
    "backlog.a.age: 41 days old": ("fi-1",),
    "backlog.b.age: 41 days old": ("fi-2",),
    "decisions.x.others: 13 more like it": ("fi-3",),
}


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("cost.total", ["cost.total"]),
        ("$4,212", ["cost.total"]),
        ("4,212", ["cost.total"]),
        ("−$318", ["cost.delta"]),
        ("-$318", ["cost.delta"]),
        ("$318", ["cost.delta"]),
        ("$318 less", ["cost.difference"]),
        ("31 Minutes", ["incidents.minutes"]),
        ("31", ["incidents.minutes"]),
        ("5  changes", ["changes"]),
        ("changes", ["changes"]),
        ("41 days old", ["backlog.a.age", "backlog.b.age"]),
        ("cost.", ["cost.total", "cost.delta", "cost.difference"]),
        ("3", []),
        ("$4", []),
        ("", []),
        ("$", []),
        ("cost", []),
    ],
)
def test_what_is_asked_for(asked: str, names: list[str]) -> None:
    assert [key.partition(": ")[0] for key in found(FIGURES, asked)] == names


def test_what_is_alike_is_suggested() -> None:
    assert nearest(FIGURES, "cost.totl")[0] == "cost.total"
    assert "31 minutes" in nearest(FIGURES, "32 minutes")
    assert nearest(FIGURES, "zzzzzzzz") == []


STORIES = [
    (stories.usual(), "monthly"),
    (stories.usual().on(ledger_rows.MONDAY), "weekly"),
    (extremes.crowd(500), "monthly"),
    (busy(), "monthly"),
]


@pytest.mark.parametrize(("story", "cadence"), STORIES)
def test_every_row_of_every_figure_is_told(story: Story, cadence: str) -> None:
    facts = as_of(story.facts(cadence))
    known = rows_of(facts)
    for key, ids in story.mail(cadence).explain.items():
        one = explained(key, ids, known, story.ledger.noted)
        assert [row.id for row in one.rows] == list(ids)
        for row in one.rows:
            assert row.kind, (key, row)
            assert row.what, (key, row)
            is_asked = row.id.startswith("review#")
            assert is_asked or row.state != "not in the ledger", (key, row)


def test_a_row_is_told_as_it_stood() -> None:
    story = stories.usual()
    facts = as_of(story.facts())
    told = {one.id: one for one in every(facts)}
    assert told["ch-5e6f00bb19"].state == "undone"
    assert told["ch-9f1d77ab02"].state == "approved"
    assert told["in-a1-20260519"].state == "over after 22 min"
    assert told["in-a1-20260519"].what.startswith("api-5xx: More than 1%")
    exempt = next(one for one in facts.records if one.exempt_until)
    assert told[exempt.finding.id].state == "exempt until 24 June"
    assert told[f"sweep#{ledger_rows.REGION}"].kind == "sweep"


def test_a_part_of_a_sweep_says_what_was_not_read() -> None:
    story = stories.usual()
    facts = as_of(story.facts())
    name = f"sweep#{ledger_rows.REGION}#{ledger_rows.REGION}#stack_drift"
    one = explained("x: 1", [name], rows_of(facts), story.ledger.noted).rows[0]
    assert one.what == "stack_drift in eu-west-1: cloudformation:DetectStackDrift was denied"
    assert (one.kind, one.state) == ("sweep", "not read")


def test_what_a_review_wrote_down_is_read_from_the_ledger() -> None:
    story = stories.usual()
    note = Note(kind="review", name="bill#a", at=at(6, 1), said={"days": 31, "rows": [1]})
    story.ledger.remembered[note.id] = note
    told = explained("x: 1", [note.id, "fi-0", "review#b"], {}, story.ledger.noted).rows
    assert (told[0].kind, told[0].what, told[0].at) == (
        "review",
        "bill, a: as AWS answered then",
        at(6, 1),
    )
    assert [row.state for row in told[1:]] == ["not in the ledger"] * 2
    assert told[1].what == "no row of this name is kept"


def test_strangers_words_stay_on_one_line() -> None:
    facts = as_of(extremes.poisoned("a\nb\x1b[31m\u202ec").facts())
    for one in every(facts):
        assert one.what.isprintable(), one
        assert one.state.isprintable(), one
