"""One line of the doctor, and how it asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from steadyhand.engine.reading import Aws
from steadyhand.model import Answer, Call, ReadFailed

ABSENT = frozenset(
    {
        "ResourceNotFoundException",
        "NoSuchEntity",
        "ParameterNotFound",
        "NotFoundException",
        "NoSuchConfigurationRecorderException",
    }
)


class Sign(StrEnum):
    """How one thing is."""

    OK = "ok"
    MISSING = "missing"
    UNREAD = "not read"
    LATER = "not needed yet"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing: its name, how it is, a few words, and what to do next, a line each."""

    name: str
    sign: Sign
    said: str
    then: str = ""


def asked(aws: Aws, action: str, params: Mapping[str, Any]) -> Answer | None:
    """The answer; None where there is no such thing."""
    try:
        return aws.ask(Call(action, params))
    except ReadFailed as failed:
        if failed.code in ABSENT:
            return None
        raise
