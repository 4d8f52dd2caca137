"""Guards that somebody switched off: when they are switched on again without asking."""

from __future__ import annotations

from datetime import datetime, timedelta

FRESH = timedelta(days=1)
"""A guard that was off for longer is one that people have got used to: they are asked."""


def was_just_stopped(stopped: datetime | None, now: datetime) -> bool:
    """Was it switched off so lately that nobody can have come to rely on that?"""
    return stopped is not None and now - stopped < FRESH
