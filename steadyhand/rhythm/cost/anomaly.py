"""The days of a bill that ran high, in runs; and the day from which a service cost more or less."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from steadyhand.sources.unusual_days import (
    ENOUGH_ALIKE,
    SCORE,
    Least,
    UnusualDay,
    as_metered,
    days_of_month,
    evened,
    is_first,
)

LEAST = Least(share=0.08, usd=3.0)
"""What a day of the whole bill must cost above its usual to be told."""


def excesses(usd: Sequence[float], first: date, *, firsts: bool = False) -> list[float]:
    """For each day the dollars above the usual where it ran high, else 0. `usd` starts at `first`.

    Nothing is said of a day that was not held against its own weekday, and of the first of a month
    only with `firsts`.
    """
    return [
        over(day) if firsts or not is_first(first, at) else 0.0
        for at, day in enumerate(as_metered(usd, first, LEAST))
    ]


def over(day: UnusualDay | None) -> float:
    """The dollars above the usual of a day that ran high, held against its own weekday; else 0."""
    is_high = day is not None and day.score >= SCORE and day.alike >= ENOUGH_ALIKE
    return day.excess if day and is_high else 0.0


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
    even, way = evened(usd, first), 1 if change > 0 else -1
    for at in range(SIDE, len(usd) - SIDE + 1):
        score = min(apart(one[:at], one[at:]) * way for one in (usd, even))
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


SAME = 0.01
"""A day costs as much as before where it differs by no more than this share."""


def as_before(
    usd: Sequence[float], first: date, now: tuple[date, date], before: tuple[date, date]
) -> str:
    """Says so where as much was used as before, and only the months are of another length.

    What is metered by the hour costs as much a day, however many days there are. What is metered by
    the month costs as much a month, so that each day of a short one costs more.
    """
    more = days_of_month(now[0]) - days_of_month(before[0])
    is_uneven = more != 0 or now[1] - now[0] != before[1] - before[0]
    for days, kept in ((usd, "a day"), (evened(usd, first), "is kept")) if is_uneven else ():
        is_, was = average(days, first, now), average(days, first, before)
        if was > 0 and abs(is_ - was) <= SAME * was:
            return f"as much {kept} as before, in a {'longer' if more > 0 else 'shorter'} month"
    return ""


def average(usd: Sequence[float], first: date, span: tuple[date, date]) -> float:
    """What a day of a span cost. `usd` starts at `first`."""
    days = usd[max(0, (span[0] - first).days) : max(0, (span[1] - first).days)]
    return sum(days) / len(days) if days else 0.0
