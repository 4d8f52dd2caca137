"""SSH that is open, and events that say so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Deploy = Callable[..., None]


def failures(answer: Any) -> list[str]:
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
