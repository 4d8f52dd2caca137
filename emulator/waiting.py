"""Waiting for an effect: asked for again and again, as long as whatever brings it about still works.

A wall clock alone gives up on a busy machine, where all takes ten times as long and nothing is wrong. So
a wait ends when for some seconds neither the effect showed nor any account moved that this process
started (see `Emulator.progress`); and in any case after `TIMES_AS_LONG` times as long.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")
Progress = Callable[[], object]
"""What changes as long as there is hope."""

OFTEN = 0.02
SELDOM = 0.5
LOOK = 1.0
"""Seconds between two looks at the progress."""
TIMES_AS_LONG = 10
"""How many times longer than said a wait may last while there is progress."""

_watched: list[Progress] = []


class TooLate(Exception):
    """An effect did not show in its time. The message says which."""


@contextmanager
def watched(progress: Progress) -> Iterator[None]:
    """Inside, every wait of this process lasts while this progresses."""
    _watched.append(progress)
    try:
        yield
    finally:
        _watched.remove(progress)


def until(
    effect: Callable[[], T | None],
    what: str,
    seconds: float,
    *,
    pause: float = OFTEN,
    progress: Progress | None = None,
) -> T:
    """What `effect` answers once it answers anything but None.

    `TooLate` after so many seconds without progress: of `progress`, or of what is `watched`.
    """
    began = moved = looked = time.monotonic()
    hopes = [*_watched, *([progress] if progress else [])]
    seen = [hope() for hope in hopes]
    while True:
        found = effect()
        if found is not None:
            return found
        now = time.monotonic()
        if now - looked >= min(LOOK, seconds):
            looked, before, seen = now, seen, [hope() for hope in hopes]
            moved = now if seen != before else moved
        if now - moved > seconds or now - began > TIMES_AS_LONG * seconds:
            still = "" if now - moved > seconds else ", though there was progress"
            raise TooLate(f"{what} did not happen within {now - began:.0f} s{still}")
        time.sleep(pause)
        pause = min(SELDOM, pause * 1.1)
