"""What a person hears where nothing may be done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steadyhand.model import Held


class Refused(Exception):
    """A guardrail, or what became of the resource meanwhile, says no. A sentence for a person."""

    def __init__(self, held: Held, difference: Mapping[str, Any] | None = None) -> None:
        super().__init__(held.reason)
        self.held, self.difference = held, difference or {}
