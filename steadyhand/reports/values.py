"""A review as JSON: what the mail says, for programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from typing import Any

from steadyhand.rhythm.core.figures import Figure, Named, spoken


def plain(value: Any) -> Any:
    """Nothing but what JSON knows. A figure is its words; its rows are in `explain`."""
    if isinstance(value, Figure):
        return value.words
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        if is_line(value):
            return spoken(tuple(value))
        return [plain(inner) for inner in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value


def is_line(value: Any) -> bool:
    """A sentence in parts: figures or names, and words between them."""
    parts = [one for one in value if isinstance(one, Figure | Named)]
    words = [one for one in value if isinstance(one, str)]
    return bool(parts and words) and all(isinstance(one, Figure | str) for one in value)
