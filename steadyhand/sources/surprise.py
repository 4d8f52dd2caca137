"""What a day costs, and what such a day usually costs. Pure numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from statistics import median
from typing import NamedTuple

ENOUGH_DAYS = 14
ENOUGH_ALIKE = 3
NORMAL = 1.4826
"""Makes the median distance of normally scattered numbers their standard deviation."""


class Day(NamedTuple):
    """What one day cost, in USD."""

    on: date
    usd: float


class Surprise(NamedTuple):
    """How far a day's cost is from what such a day usually costs.

    `score` counts how many times farther than days usually are.
    """

    on: date
    usd: float
    usual: float
    score: float

    @property
    def excess(self) -> float:
        """USD above the usual."""
        return self.usd - self.usual


def surprise(days: Sequence[Day]) -> Surprise | None:
    """The last day held against those before it; None where they are too few to say.

    Usual is the median of the same weekday, or of all days where that weekday was seen less than
    three times; and what the same day of last month cost on top, for a monthly fee is no surprise.
    The measure is how far days usually are from the usual of their weekday (the median again, so
    one bad day does not hide the next), but at least a tenth of the usual, and a dollar.
    """
    if len(days) <= ENOUGH_DAYS:
        return None
    *before, last = days
    medians = by_weekday(before)
    on_top = {day.on: day.usd - medians[day.on.weekday()] for day in before}
    monthly = on_top.get(month_before(last.on), 0.0)
    usual = medians[last.on.weekday()] + max(0.0, monthly)
    measure = max(NORMAL * median(map(abs, on_top.values())), usual / 10, 1.0)
    return Surprise(last.on, last.usd, usual, (last.usd - usual) / measure)


def by_weekday(days: Iterable[Day]) -> dict[int, float]:
    """What each weekday usually costs."""
    alike: dict[int, list[float]] = defaultdict(list)
    for day in days:
        alike[day.on.weekday()].append(day.usd)
    usual = median([usd for found in alike.values() for usd in found])
    return {
        weekday: median(alike[weekday]) if len(alike[weekday]) >= ENOUGH_ALIKE else usual
        for weekday in range(7)
    }


def month_before(on: date) -> date:
    """The same day of last month, or its last day where it has no such day."""
    last = on.replace(day=1) - timedelta(days=1)
    return last.replace(day=min(on.day, last.day))


def latest_surprises(days: Sequence[Day], looks: int) -> list[Surprise]:
    """The last days, each held against those before it, latest first."""
    found = [surprise(days[: len(days) - back]) for back in range(looks)]
    return [one for one in found if one]
