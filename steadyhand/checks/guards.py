"""Guards that somebody switched off: when they are switched on again without asking."""

from __future__ import annotations

from datetime import datetime, timedelta

from steadyhand.model import Finding, Risk

FRESH = timedelta(days=1)
"""A guard that was off for longer is one that people have got used to: they are asked."""


def was_just_stopped(stopped: datetime | None, now: datetime) -> bool:
    """Was it switched off so lately that nobody can have come to rely on that?"""
    return stopped is not None and now - stopped < FRESH


def since(stopped: datetime | None) -> str:
    """Since when it is off, for the end of a sentence; nothing where nobody says."""
    return f" since {stopped:%d %B %Y}" if stopped else ""


def risk_of(finding: Finding, risk: Risk) -> Risk:
    """The check's own risk where the guard was just stopped, else a question."""
    return risk if finding.evidence["just_stopped"] else Risk.APPROVAL
