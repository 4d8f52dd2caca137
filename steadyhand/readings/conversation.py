"""Holds a conversation of a source: asks what it wants to know, waits as long as it says."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from typing import Protocol, TypeVar

from steadyhand.model import Answer, Call, ReadFailed, Wait

ROUNDS = 40
"""Questions and waits; whoever needs more does not come to an end."""

T = TypeVar("T")


class Client(Protocol):
    """What asking needs of AWS."""

    def ask(self, call: Call) -> Answer:
        """One call, one answer."""


def held(
    aws: Client,
    talk: Generator[Call | Wait, Answer, T],
    wait: Callable[[float], None] = time.sleep,
) -> T:
    """What a conversation comes to. One that does not end is a read that failed."""
    said: Answer = {}
    try:
        asked = next(talk)
        for _ in range(ROUNDS):
            if isinstance(asked, Wait):
                wait(asked.seconds)
            else:
                said = aws.ask(asked)
            asked = talk.send(said)
    except StopIteration as end:
        found: T = end.value
        return found
    raise ReadFailed("NotReady", "the report was not made in time")
