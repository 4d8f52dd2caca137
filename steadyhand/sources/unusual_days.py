"""Which days cost more than such a day usually does: the one measure, for a check as for a review.

Pure: the bill is read elsewhere. A dear Monday is no surprise on a Monday, and a fee of the first is
none on the first.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from statistics import median
from typing import NamedTuple

ALIKE = 5
"""A day is held against so many of the same weekday before it, the latest …"""
ENOUGH_ALIKE = 3
"""… where there are at least so many; else against all days before it …"""
ENOUGH_DAYS = 14
"""… of which there must be so many, or nothing is said."""
SCORE = 3.5
"""How many times farther from the usual than days usually are (Iglewicz and Hoaglin, 1993)."""
NORMAL = 1.4826
"""Makes the median distance of normally scattered numbers their standard deviation."""


class Least(NamedTuple):
    """What a day must cost above the usual to run high, however little its days scatter.

    A share of the usual, because a bill that never moves has no distance at all, and USD.
    """

    share: float
    usd: float

    def bar(self, usual: float, scatter: float) -> float:
        """The dollars above the usual from which a day runs high."""
        return max(self.usd, SCORE * scatter, self.share * usual)


class UnusualDay(NamedTuple):
    """How far a day's cost is from what such a day usually costs.

    `score` counts how many times farther than days usually are; at `SCORE` a day runs high. `alike`
    is how many of the same weekday it was held against.
    """

    on: date
    usd: float
    usual: float
    score: float
    alike: int

    @property
    def excess(self) -> float:
        """USD above the usual."""
        return self.usd - self.usual


def judged(usd: Sequence[float], first: date, least: Least) -> list[UnusualDay | None]:
    """Each day held against those before it; None where they are too few. `usd` starts at `first`.

    The usual is the median of the same weekday, lowered where the week before ran lower than usual
    (`fallen`), so that a peak is seen after the level fell; and what the same day of last month cost on top
    where that ran high, for a monthly fee is no surprise. The measure is the median distance from the usual (MAD), of
    the same weekday or of all days before, whichever is wider. Days that ran high count for
    neither, but become the usual of their weekday if they last. The first of a month, when taxes,
    support and reservations are billed, is never a day's usual.
    """
    found: list[UnusualDay | None] = []
    distances: list[float] = []
    high: list[bool] = []

    def same(at: int, until: int) -> list[float]:
        """The latest days of one weekday."""
        days = (n for n in range(at % 7, until, 7) if not is_first(first, n))
        return [usd[n] for n in days][-ALIKE:]

    for at, cost in enumerate(usd):
        alike = same(at, at)
        is_known = len(alike) >= ENOUGH_ALIKE
        if at < ENOUGH_DAYS:
            found.append(None)
            high.append(False)
            continue
        kind = alike if is_known else list(usd[:at])
        base = median(kind)
        calm = [n for n in range(at - 7, at) if not high[n]] if is_known else []
        lately = [(usd[n], median(same(n, at) or [0.0])) for n in calm]
        known = [(paid, usual) for paid, usual in lately if usual > 0]
        level = min(1.0, fallen(known)) if len(known) >= ENOUGH_ALIKE else 1.0
        usual = base * level
        scatter = median([abs(one - base) for one in kind])
        scatter = NORMAL * max(scatter, median(distances) if distances and is_known else 0.0)
        month_ago = [(on - first).days for on in months_before(first + timedelta(days=at))]
        fees = [usd[n] - median(same(n, at) or [base]) for n in month_ago if n >= 0]
        fee = max(fees, default=0.0)
        usual += fee if fee >= least.bar(usual, scatter) else 0.0
        bar = least.bar(usual, scatter)
        more = cost - usual
        on = first + timedelta(days=at)
        found.append(UnusualDay(on, cost, usual, SCORE * more / bar, len(alike)))
        high.append(more >= bar)
        distances += [abs(more)] if is_known and more < bar else []
    return found


def fallen(days: Sequence[tuple[float, float]]) -> float:
    """What days cost of their usual: by most of them, and in dollars; whichever is more.

    Six cheap days that are cheaper by a tenth say nothing of the dear one.
    """
    paid, usual = map(sum, zip(*days, strict=True))
    return max(median(one / its for one, its in days), paid / usual)


def as_metered(usd: Sequence[float], first: date, least: Least) -> list[UnusualDay | None]:
    """Each day as billed, and also as if all of it were metered by an average month: the calmer.

    What is metered by the month (a GB-month, an alarm) costs more a day in a short one, so that each
    February everything that is stored would run high.
    """
    pairs = zip(judged(usd, first, least), judged(evened(usd, first), first, least), strict=True)
    return [
        day._replace(score=median((day.score, even.score, 0.0))) if day and even else None
        for day, even in pairs
    ]


A_MONTH = 30.4
"""Days of an average month."""


def days_of_month(on: date) -> int:
    """How many days the month of a day has."""
    return monthrange(on.year, on.month)[1]


def evened(usd: Sequence[float], first: date) -> list[float]:
    """The dollars of each day as if all of it were metered by an average month."""
    return [paid * days_of_month(first + timedelta(days=n)) / A_MONTH for n, paid in enumerate(usd)]


def months_before(on: date) -> set[date]:
    """The same day of last month, or its last where it has no such day; of a last day, the last."""
    last = on.replace(day=1) - timedelta(days=1)
    same = last.replace(day=min(on.day, last.day))
    return {same, last} if is_last(on) else {same}


def is_last(on: date) -> bool:
    """Is it the last day of its month?"""
    return (on + timedelta(days=1)).day == 1


def is_first(first: date, day: int) -> bool:
    """Is it the first of a month?"""
    return (first + timedelta(days=day)).day == 1
