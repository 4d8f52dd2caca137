"""What somebody may have meant: said where a name is not known."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

FEW, LONGEST = 16, 60


def unknown(name: str, allowed: Sequence[str], kind: str, few: int = FEW) -> str:
    """There is no such thing; what there is instead: the nearest, and all if they are `few`."""
    near = get_close_matches(name[:LONGEST], allowed, 1, 0.5)
    perhaps = f", perhaps {near[0]} is meant" if near else ""
    rest = (
        f"there may be {either(allowed)}"
        if len(allowed) <= few
        else "`steadyhand checks` lists all"
    )
    short = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
    return f'there is no {kind} "{short}"{perhaps}; {rest}'


def either(names: Sequence[str]) -> str:
    """A choice in words: "a, b or c"."""
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last
