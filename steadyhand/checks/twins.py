"""Compares what is production's with its twin in staging."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from steadyhand.sources.twins import PRODUCTION, STAGING, family

T = TypeVar("T")
MOST = 4
LONGEST = 24

Fields = Mapping[str, Any]
"""What of a resource is compared, by what people call it; sets are compared member by member."""


def by_family(items: Iterable[T], name: Callable[[T], str]) -> dict[str, list[T]]:
    """Those of staging, by their name without the word that says so."""
    found: dict[str, list[T]] = {}
    for item in items:
        if alike := family(name(item), STAGING):
            found.setdefault(alike, []).append(item)
    return found


def twin(items: Mapping[str, Sequence[T]], name: str) -> T | None:
    """The one in staging; none where there is none, or nobody can tell which."""
    found = items.get(family(name, PRODUCTION), ())
    return found[0] if len(found) == 1 else None


def differences(ours: Fields, theirs: Fields, but: Iterable[str] = ()) -> list[str]:
    """What differs, each in a few words: production's value first."""
    return [
        said
        for field in ours
        if field not in set(but)
        for said in difference(field, ours[field], theirs[field])
    ]


def difference(field: str, ours: Any, theirs: Any) -> Iterator[str]:
    """One field: two values, or what of a set each lacks."""
    if isinstance(ours, frozenset):
        for there, lacks in (("production", theirs - ours), ("staging", ours - theirs)):
            if lacks:
                yield f"{there} lacks {field} {counted(sorted(lacks))}"
    elif ours != theirs:
        yield f"{field} {shown(ours)} here, {shown(theirs)} in staging"


def summary(name: str, other: str, found: Sequence[str]) -> str:
    """A sentence of what differs, the first few named."""
    return f"{name} is not as {other}: {counted(found, '; ')}"[:200]


def counted(found: Sequence[str], between: str = ", ") -> str:
    """The first few, and how many more."""
    more = f"{between}{len(found) - MOST} more" if len(found) > MOST else ""
    return between.join(found[:MOST]) + more


def shown(value: Any) -> str:
    """A value in a few letters."""
    if isinstance(value, bool):
        return "on" if value else "off"
    text = "not set" if value in (None, "") else str(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
