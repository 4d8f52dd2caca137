"""Resources of which one call sends every setting anew: what it takes, and what it would lose."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """The call `set` replaces all `fields` of a resource; one that it leaves out is set to nothing.

    `shown` is what AWS shows besides and keeps. `only` are patterns of what the texts of a field may be,
    `documents` the fields that hold JSON as text.
    """

    set: str
    fields: tuple[str, ...]
    shown: tuple[str, ...]
    only: Mapping[str, str]
    documents: tuple[str, ...]

    def settings(self, item: Mapping[str, Any]) -> dict[str, Any]:
        """All that the call would send of a resource as AWS shows it."""
        return {name: item[name] for name in self.fields if not is_empty(item.get(name))}

    def loses(self, item: Mapping[str, Any]) -> str:
        """What sending it anew would lose, or may not send; empty where nothing."""
        for name, value in item.items():
            if name not in (*self.fields, *self.shown) and not is_empty(value):
                return f"it has {name}, which is not sent with it"
        for name, pattern in self.only.items():
            for one in texts(item.get(name)):
                if not re.fullmatch(pattern, one):
                    return f"its {name} says {one}, which is not sent by itself"
        return ""

    def spelled(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Settings in one spelling: lists have no order, 5.0 is 5, and a document is what it says."""
        return {
            name: document(value) if name in self.documents else spelled(value)
            for name, value in sorted(settings.items())
            if not is_empty(value)
        }


def is_empty(value: Any) -> bool:
    """What AWS shows where there is nothing."""
    return value is None or value in ("", [])


def texts(value: Any) -> list[str]:
    """A text, or each of a list of them."""
    return [str(one) for one in (value if isinstance(value, list | tuple) else [value]) if one]


def document(value: Any) -> Any:
    """What a document says; as it is written where it says nothing."""
    try:
        return json.loads(value)
    except (TypeError, ValueError):
        return value


def spelled(value: Any) -> Any:
    """A setting in one spelling."""
    if isinstance(value, list | tuple):
        return sorted(map(spelled, value), key=lambda one: json.dumps(one, sort_keys=True))
    if isinstance(value, Mapping):
        return {str(name): spelled(value[name]) for name in sorted(value)}
    return int(value) if isinstance(value, float) and value.is_integer() else value
