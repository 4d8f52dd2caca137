"""Items for tests of the backlog."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from steadyhand.model import Note, Record
from steadyhand.rhythm.backlog.clock import due
from steadyhand.rhythm.backlog.items import Item, items_of
from steadyhand.rhythm.backlog.moves import Move
from steadyhand.rhythm.core.facts import Facts, as_of
from tests.reports.accounts import doubles, ledger_rows, stories
from tests.reports.accounts.ledger_rows import at


def facts(*found: Record, notes: tuple[Note, ...] = (), **more: Any) -> Facts:
    made = stories.Story(doubles.Ledger(found=list(found), swept=[ledger_rows.sweep(at(5, 31))]))
    return as_of(replace(made.facts(), notes={"move": notes}, **more))


def the_item(*found: Record, notes: tuple[Note, ...] = ()) -> Item:
    (one,) = items_of(facts(*found, notes=notes))
    return one


def when(one: Record, move: Move | None = None) -> datetime:
    return due(one, facts(one), move)
