"""Every mail there is: each account of `stories` in each cadence, written once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from steadyhand.connect.message import Mail
from steadyhand.rhythm.core.period import Cadence
from tests.reports.accounts import extremes, ledger_rows, stories
from tests.reports.accounts.stories import Story

TELLS: dict[str, Callable[[], Story]] = {
    "blank": stories.blank,
    "first month": stories.first_month,
    "usual": stories.usual,
    "quiet": stories.quiet,
    "crowd": extremes.crowd,
    "poisoned": lambda: extremes.poisoned("<b>&amp;</b> https://evil.example/" + "a" * 60),
}
POSTS = [f"{name}, {cadence}" for name in TELLS for cadence in Cadence]


@cache
def post(name: str) -> Mail:
    """The mail of this name: "usual, monthly"."""
    told, _, cadence = name.rpartition(", ")
    return written(TELLS[told](), cadence)


def written(story: Story, cadence: str) -> Mail:
    """As it is sent on its day: the weekly on a Monday."""
    return (story.on(ledger_rows.MONDAY) if cadence == Cadence.WEEKLY else story).mail(cadence)
