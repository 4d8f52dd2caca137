"""One spelling for values that templates and services write in several."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

ON = frozenset({True, "Enabled", "ENABLED", "enabled"})
"""How a protection says that it is on."""


def leaf(value: Any) -> Any:
    """A single value that a service keeps as text, as JSON has it: "30" is 30, "true" is true."""
    if isinstance(value, str):
        if value.lower() in ("true", "false"):
            return value.lower() == "true"
        return int(value) if re.fullmatch(r"-?\d{1,15}", value) else value
    return int(value) if isinstance(value, float) and value.is_integer() else value


HIDDEN = re.compile(r"\*{4,}|.*\{\{resolve:.*", re.DOTALL)
"""How CloudFormation shows what it does not tell, and a template what it does not say: of a `NoEcho` parameter asterisks
("Parameters", CloudFormation's user guide), of a dynamic reference its own text."""


def is_hidden(value: Any) -> bool:
    """Is it, or is anything in it, no value but the place of one?"""
    if isinstance(value, Mapping):
        return any(map(is_hidden, value.values()))
    if isinstance(value, list | tuple):
        return any(map(is_hidden, value))
    return isinstance(value, str) and HIDDEN.fullmatch(value) is not None


def as_number(value: Any) -> float | int | None:
    """A number with or without a fraction, however it is written; None: it is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        said = float(value)
    except ValueError:
        return None
    if not math.isfinite(said):
        return None
    return int(said) if said.is_integer() else said


def plain_object(value: Any) -> Any:
    """A structure whose every single value is spelled as JSON has it."""
    if isinstance(value, Mapping):
        return {str(name): plain_object(value[name]) for name in sorted(value)}
    if isinstance(value, list | tuple):
        return [plain_object(one) for one in value]
    return leaf(value)


def same_tags(template: Any, actual: Any) -> bool:
    """Are the tags of both sides the same but for those that AWS sets, which begin with `aws:`? They have no order."""
    said, there = tags_of(template), tags_of(actual)
    return said is not None and said == there


def tags_of(value: Any) -> dict[str, Any] | None:
    """Tags by their keys, written as a map or as a list; those of AWS left out. None: they are none."""
    if isinstance(value, Mapping):
        pairs = list(value.items())
    elif isinstance(value, list) and all(isinstance(one, Mapping) for one in value):
        pairs = [(one.get("Key"), one.get("Value")) for one in value]
    else:
        return None if value is not None else {}
    if len({key for key, _ in pairs}) < len(pairs) or not all(
        isinstance(key, str) for key, _ in pairs
    ):
        return None
    return {key: said for key, said in pairs if not key.startswith("aws:")}


def is_on(value: Any) -> bool:
    """Does a protection, or every one of several, say that it is on?"""
    if isinstance(value, Mapping):
        return bool(value) and all(is_on(one) for one in value.values())
    return isinstance(value, bool | str) and value in ON
