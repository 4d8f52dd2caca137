"""Line numbers in a TOML text: where something is written, and how a sentence quotes it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

SHOWN = 60
"""Characters of a value that a sentence quotes."""


def parsed(text: str) -> dict[str, Any]:
    """A TOML text. `TOMLDecodeError` for whatever is wrong, numbers and depths included."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except ValueError as error:  # Python reads no whole number of more than 4,300 digits
        raise tomllib.TOMLDecodeError(f"{error}".partition(";")[0]) from None
    except RecursionError:
        raise tomllib.TOMLDecodeError("it is nested too deeply") from None


def line_of(text: str, place: Sequence[str | int]) -> int:
    """The line on which something begins, or what it lies in.

    The first lines of a document that can be read and contain it end where it ends.
    """
    lines = text.split("\n")
    while place:
        begins = 1
        for count in range(1, len(lines) + 1):
            try:
                said = parsed("\n".join(lines[:count]))
            except tomllib.TOMLDecodeError:
                continue
            if has(said, place):
                return begins
            begins = count + 1
        place = place[:-1]
    return 1


def broken(text: str, error: str) -> tuple[int, str]:
    """What the TOML reader says, and the line."""
    found = re.search(r"\s*\(at (?:line (\d+), column \d+|end of document)\)", error)
    line = int(found[1]) if found and found[1] else max(1, len(text.splitlines()))
    said = error[: found.start()] if found else error
    return line, f"{said[:1].lower()}{said[1:]}"


def shown(value: Any) -> str:
    """A value as TOML writes it, near enough, and short."""
    if isinstance(value, str):
        text = f'"{value}"'
    elif isinstance(value, int) and value.bit_length() > 300:
        text = "a number of too many digits"
    else:
        text = f"{value}"
    if isinstance(value, bool):
        text = text.lower()
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def one_line(text: str) -> str:
    """A sentence in which nothing breaks a line or a terminal: what cannot be printed is escaped."""
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode() for one in text
    )


def has(said: Any, place: Sequence[str | int]) -> bool:
    """Is there something at this place of a document?"""
    for step in place:
        if isinstance(step, int):
            if not isinstance(said, list) or step >= len(said):
                return False
        elif not isinstance(said, Mapping) or step not in said:
            return False
        said = said[step]
    return True
