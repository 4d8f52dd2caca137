"""The first shape of a change. It goes as soon as the engine stands on `changes`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from steadyhand.model.calls import Answer, Call
from steadyhand.model.findings import Finding


class ChangeState(StrEnum):
    """How far a change has come."""

    INTENDED = "intended"
    ACTED = "acted"
    VERIFIED = "verified"
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Answered:
    """A parameter that an earlier step's answer fills in: the step's number and a dotted path."""

    step: int
    path: str


@dataclass(frozen=True, slots=True)
class Until:
    """A step is done when this read, asked again and again, says so.

    `path` leads to a value of the answer, `wanted` is what it must be; at most `seconds`.
    """

    call: Call
    path: str
    wanted: Any
    seconds: float = 300


@dataclass(frozen=True, slots=True)
class Step:
    """One move of a fix, and the move that takes it back."""

    do: Call
    undo: Call | None = None
    until: Until | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One fix that was written down before it was done.

    Its id is also the token that fences its finding: who finds another change's id there does
    nothing more. `before` and `after` are the subject as it was read; `answers` are what AWS said
    to the steps already done. `by` is "steadyhand" or a person's ARN.
    """

    id: str
    finding: Finding
    steps: Sequence[Step]
    state: ChangeState
    by: str
    at: datetime
    environment: str = ""
    before: Sequence[Any] = ()
    after: Sequence[Any] | None = None
    answers: Sequence[Answer] = ()
    ended_at: datetime | None = None
    reason: str = ""
    undone_by: str = ""
