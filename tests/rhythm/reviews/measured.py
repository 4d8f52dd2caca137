"""A measured month, for its sections."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from steadyhand.model import Incident
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.measured import (
    Measured,
)
from tests.reports.accounts import stories
from tests.reports.accounts.ledger_rows import at, incident

FACTS = stories.blank().facts()
EMPTY = Measured(id="review#measures#2026-05", target=99.9)


def of(measured: Measured | None = EMPTY, **more: Any) -> Facts:
    return replace(FACTS, measured=measured, **more)


def fired(name: str, summary: str = "") -> Incident:
    return incident("in-1", name, at(5, 19), 20, summary)
