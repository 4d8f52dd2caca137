"""Secrets in free text, by the shapes that vendors document: taken out before anything is shown or logged.

People put passwords into tags, descriptions and names, and AWS repeats some of them in its errors.
What is only shaped like a secret is taken out too: a word less is better than a password more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from steadyhand.reference.dated import dated

REDACTED = "[redacted]"
SHORTEST = 12
"""Nothing shorter has one of these shapes."""

NAME = re.compile(r"^([\"']?[\w.-]+[\"']?\s*[=:]\s*[\"']?|[Bb]earer\s+|[Bb]asic\s+)")


BARE_LENGTH = 40
"""A secret access key has no mark but its length and its mixed characters."""


@cache
def _fragments() -> tuple[str, ...]:
    """What is in every secret but bare ones, in small letters: a cheap first look."""
    return tuple(dated("secret_formats")["fragments"])


@cache
def _shapes() -> re.Pattern[str]:
    formats = dated("secret_formats")
    named = formats["after"]["named"].removeprefix("(?i)")
    after = [said for name, said in formats["after"].items() if name != "named"]
    every = [*formats["whole"].values(), *after, f"(?i:{named})"]
    return re.compile("|".join(f"(?:{one})" for one in every))


@cache
def _bare() -> re.Pattern[str]:
    return re.compile(dated("secret_formats")["bare"])


def redacted(text: str) -> str:
    """The same text without secrets; a name before one stays: "password=[redacted]"."""
    if len(text) < SHORTEST:
        return text
    small = text.lower()
    if any(one in small for one in _fragments()):
        text = _shapes().sub(_hidden, text)
    return _bare().sub(_mixed, text) if len(text) >= BARE_LENGTH else text


def _hidden(found: re.Match[str]) -> str:
    name = NAME.match(found[0])
    return f"{name[0] if name else ''}{REDACTED}"


def _mixed(found: re.Match[str]) -> str:
    """Capitals, small letters and digits together; a hash, a path or a long word is none."""
    said = found[0]
    kinds = (str.isupper, str.islower, str.isdigit)
    return REDACTED if all(any(map(kind, said)) for kind in kinds) else said


def _under(name: Any, value: Any) -> Any:
    """What stands under a name, which may be the name of a secret."""
    if isinstance(name, str) and isinstance(value, str):
        whole = f"{name}={value}"
        return REDACTED if redacted(whole) == f"{name}={REDACTED}" else redacted(value)
    return redacted_in(value)


def redacted_in(value: Any) -> Any:
    """The same of every text in a JSON value, keys too."""
    if isinstance(value, str):
        return redacted(value)
    if isinstance(value, Mapping):
        return {redacted_in(name): _under(name, inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [redacted_in(inner) for inner in value]
    return value
