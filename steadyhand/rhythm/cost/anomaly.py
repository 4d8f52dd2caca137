"""Which days cost more than such a day usually does. A dear Monday is no surprise on a Monday."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from statistics import median

ALIKE = 5
"""A day is held against so many of the same weekday before it, the latest …"""
ENOUGH = 3
"""… where there are at least so many; else nothing is said of it."""
SCORE = 3.5
"""How many times farther from the usual than days usually are (Iglewicz and Hoaglin, 1993)."""
NORMAL = 1.4826
"""Makes the median distance of normally scattered numbers their standard deviation."""
SHARE = 0.08
"""At least so much of the usual, because a bill that never moves has no distance at all …"""
WORTH = 3.0
"""… and at least so many dollars."""


def excesses(usd: Sequence[float], first: date, *, firsts: bool = False) -> list[float]:
    """For each day the dollars above the usual where it ran high, else 0. `usd` starts at `first`.

    The usual is the median of the same weekday, lowered where the week before ran lower than usual,
    so that a peak is seen after the level fell. The measure is the median distance from the usual
    (MAD), of the same weekday or of all days before, whichever is wider. Days that ran high count
    for neither, but become the usual of their weekday if they last. The first of a month, when
    taxes, support and reservations are billed, is judged only with `firsts`.
    """
    found: list[float] = []
    distances: list[float] = []

    def alike(at: int, until: int) -> list[float]:
        """The latest days of one weekday."""
        days = (n for n in range(at % 7, until, 7) if firsts or not is_first(first, n))
        return [usd[n] for n in days][-ALIKE:]

    for at, cost in enumerate(usd):
        same = alike(at, at)
        if (is_first(first, at) and not firsts) or len(same) < ENOUGH:
            found.append(0.0)
            continue
        calm = [n for n in range(at - 7, at) if found[n] == 0]
        lately = [(usd[n], median(alike(n, at) or [0.0])) for n in calm]
        levels = [paid / usual for paid, usual in lately if usual > 0]
        usual = median(same) * min(1.0, median(levels) if len(levels) >= ENOUGH else 1.0)
        scatter = median([abs(one - median(same)) for one in same])
        scatter = NORMAL * max(scatter, median(distances) if distances else 0.0)
        more = cost - usual
        is_high = more >= max(WORTH, SCORE * scatter, SHARE * usual)
        found.append(more if is_high else 0.0)
        distances += [] if is_high else [abs(more)]
    return found


def is_first(first: date, day: int) -> bool:
    """Is it the first of a month?"""
    return (first + timedelta(days=day)).day == 1


def runs(excess: Sequence[float]) -> list[range]:
    """Days in a row that ran high."""
    found: list[range] = []
    for at, more in enumerate(excess):
        if more > 0 and found and found[-1].stop == at:
            found[-1] = range(found[-1].start, at + 1)
        elif more > 0:
            found.append(range(at, at + 1))
    return found


def turned(usd: Sequence[float], first: date, since: date, change: float) -> date | None:
    """The day from which a service cost more, or less; None where no day stands out.

    `usd` starts at `first`, and the change is told of the days from `since` on. Where days of
    these ran high it is the first of the worst run. Else it is the cut into before and after whose
    averages differ most for their scatter (the t statistic, at least `CLEAR` because the best of
    many cuts is looked for).
    """
    if change > 0:
        excess = excesses(usd, first, firsts=True)
        start = max(0, (since - first).days)
        found = [run for run in runs(excess) if run.stop > start]
        if found:
            worst = max(found, key=lambda run: sum(excess[at] for at in run))
            return first + timedelta(days=worst.start)
    best, cut = CLEAR, 0
    for at in range(SIDE, len(usd) - SIDE + 1):
        score = apart(usd[:at], usd[at:]) * (1 if change > 0 else -1)
        if score > best:
            best, cut = score, at
    return first + timedelta(days=cut) if cut else None


SIDE, CLEAR = 3, 5.0
"""Days that a side of a cut has at least, and how clear it must be."""


def apart(before: Sequence[float], after: Sequence[float]) -> float:
    """Student's t of two samples; positive where the second is higher."""
    low, high = sum(before) / len(before), sum(after) / len(after)
    squares = sum((one - low) ** 2 for one in before) + sum((one - high) ** 2 for one in after)
    variance = squares / max(1, len(before) + len(after) - 2)
    floor = (0.005 * max(abs(low), abs(high), 0.01)) ** 2
    spread = (max(variance, floor) * (1 / len(before) + 1 / len(after))) ** 0.5
    return float((high - low) / spread)
