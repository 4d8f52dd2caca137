"""The kill switch: one SSM parameter. What cannot be read is stopped."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from steadyhand.model import Answer, Call, ReadFailed

GO = "go"
LASTS = 20.0
"""Seconds an answer is believed; a stop is obeyed within 30."""


class Client(Protocol):
    """What the switch needs of AWS."""

    def ask(self, call: Call) -> Answer:
        """One call, one answer."""


class Switch:
    """`switch()` says why everything stands still, or nothing."""

    def __init__(
        self, aws: Client, parameter: str, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        self.aws, self.parameter, self.ticks = aws, parameter, ticks
        self.reason, self.read_at = "", float("-inf")

    def __call__(self) -> str:
        """Asked at most every 20 seconds, but asked again at once while it is stopped."""
        if self.reason or self.ticks() - self.read_at > LASTS:
            self.reason, self.read_at = self._read(), self.ticks()
        return self.reason

    def _read(self) -> str:
        try:
            answer = self.aws.ask(Call("ssm:GetParameter", {"Name": self.parameter}))
        except ReadFailed as failed:
            return f"the kill switch {self.parameter} cannot be read ({failed.code})"
        said = str(answer["Parameter"]["Value"]).strip()
        return "" if said.lower() == GO else f"the kill switch {self.parameter} says {said!r}"
