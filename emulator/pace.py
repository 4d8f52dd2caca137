"""How slow a running account is: its clock stands still until somebody turns it (`bridge/slow.py`)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from emulator.launcher import Emulator


@dataclass
class Pace:
    """The slow mode of one account, while it is on."""

    aws: Emulator
    waits: bool = False
    """Is anything on its way, as of the last turn?"""

    def turn(self, now: datetime) -> None:
        """What is due by now shows."""
        said = self.aws.page("/_bridge/slow", {"now": now.timestamp()})
        self.waits = bool(said["waits"])


@contextmanager
def slowly(aws: Emulator, now: datetime, *, back: bool = False) -> Iterator[Pace]:
    """Inside, every write settles late, in the states that AWS documents.

    After it everything shows; with `back`, nothing of it was ever written, but for data.
    """
    pace = Pace(aws)
    pace.turn(now)
    try:
        yield pace
    finally:
        aws.page("/_bridge/slow", {"now": None, "back": back})
