"""What a look saw, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from steadyhand.engine.changes.look import Looking
from steadyhand.model import Change, Finding, Held, Record, Unknown


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong with one subject. It ended nothing else, and is told."""

    subject: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Look:
    """What one subject looks like now, to some checks, and the reads it was seen through.

    `items` are what each check was shown, by its id.
    """

    findings: Sequence[Finding]
    unknown: Sequence[Unknown]
    through: Looking
    items: Mapping[str, Any] = field(default_factory=dict)


@dataclass(kw_only=True)
class Outcome:
    """What came of an event or a sweep. `held` by finding id."""

    findings: list[Finding] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    held: dict[str, Held] = field(default_factory=dict)
    gone: list[Record] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)


@contextmanager
def told(outcome: Outcome, subject: str) -> Iterator[None]:
    """What goes wrong with one subject is part of the outcome, and ends nothing else."""
    try:
        yield
    except Exception as failed:  # noqa: BLE001 - one subject's trouble is not another's
        outcome.troubles.append(Trouble(subject, f"{type(failed).__name__}: {failed}"))
