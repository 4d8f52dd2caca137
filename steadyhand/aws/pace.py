"""How hard each service of AWS may be asked, and who waits for whose turn."""

from __future__ import annotations

import time
from collections.abc import Mapping
from threading import Lock
from typing import NamedTuple


class Pace(NamedTuple):
    """How hard a service may be asked: calls in flight, calls a second, seconds for an answer."""

    at_once: int = 8
    a_second: float = 100
    seconds: float = 10


PACES: Mapping[str, Pace] = {
    "s3": Pace(32, 500),
    "dynamodb": Pace(16, 200),
    "cloudwatch": Pace(8, 50),
    "acm": Pace(4, 8),
    "ce": Pace(2, 5, 30),
    "cloudtrail": Pace(2, 2),
    "iam": Pace(4, 15),
    "lambda": Pace(8, 100, 60),
    "route53": Pace(2, 4),
    "sqs": Pace(16, 200),
    "cloudflare": Pace(2, 3),
    "dns": Pace(16, 20),
    "github": Pace(2, 3),
    "gitlab": Pace(2, 3),
    "https": Pace(4, 5),
    "rdap": Pace(2, 1),
    "tls": Pace(16, 20),
}


class Metronome:
    """A token bucket that holds one second of tokens: bursts pass, a flood is spread out."""

    def __init__(self, a_second: float) -> None:
        self.gap, self.due, self.lock = 1 / a_second, 0.0, Lock()

    def wait(self) -> None:
        """Return when it is this call's turn."""
        with self.lock:
            now = time.monotonic()
            self.due = max(self.due, now - 1) + self.gap
            early = self.due - now
        if early > 0:
            time.sleep(early)
