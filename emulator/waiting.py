"""Waiting for an effect: asked for again and again, never longer than was said."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
OFTEN = 0.02
SELDOM = 0.5


class TooLate(Exception):
    """An effect did not show in its time. The message says which."""


def until(effect: Callable[[], T | None], what: str, seconds: float) -> T:
    """What `effect` answers once it answers anything but None; `TooLate` after so many seconds."""
    began = time.monotonic()
    pause = OFTEN
    while True:
        found = effect()
        if found is not None:
            return found
        if time.monotonic() - began > seconds:
            raise TooLate(f"{what} did not happen within {seconds:.0f} s")
        time.sleep(pause)
        pause = min(SELDOM, pause * 1.1)
