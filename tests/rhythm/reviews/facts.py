"""The facts of some rows, for sections to be held against."""

from __future__ import annotations

from dataclasses import replace

from steadyhand.rhythm.core.facts import Facts, as_of
from tests.reports.accounts import ledger_rows
from tests.reports.accounts.doubles import Client, Ledger
from tests.reports.accounts.ledger_rows import at, record
from tests.reports.accounts.stories import Story

KEY = record("old_access_key", "k", "k is old", seen=at(4, 1))


def told(*, cadence: str = "monthly", settings: object = None, **rows: object) -> Facts:
    """The facts of some rows, with one old finding so that there is a past."""
    ledger = Ledger(aws=Client(), **{"found": [KEY]} | rows)  # type: ignore[arg-type]
    story = Story(ledger, now=ledger_rows.NOW if cadence == "monthly" else ledger_rows.MONDAY)
    if settings:
        story = replace(story, settings=settings)
    return as_of(story.facts(cadence))
