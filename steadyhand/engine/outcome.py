"""What a look saw, what came of it, and what a person hears where nothing may."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from steadyhand.model import Change, Finding, Held, Record, Unknown


class Refused(Exception):
    """A guardrail, or what became of the resource meanwhile, says no. A sentence for a person."""

    def __init__(self, held: Held, difference: Mapping[str, Any] | None = None) -> None:
        super().__init__(held.reason)
        self.held, self.difference = held, difference or {}


@dataclass(frozen=True, kw_only=True)
class Look:
    """What one subject looks like now, to some checks. `items` by check id."""

    findings: Sequence[Finding]
    unknown: Sequence[Unknown]
    items: Mapping[str, Any]
    at: datetime


@dataclass(kw_only=True)
class Outcome:
    """What came of a doorbell or a sweep. `held` by finding id."""

    findings: list[Finding] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    held: dict[str, Held] = field(default_factory=dict)
    gone: list[Record] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
