"""How AWS meters each unit of a bill: by the month's hours, at once, by time, or by count.

A GB-month is a GB kept for all hours of that calendar month, so the same 10,000 GB are 357 a day in
February and 323 in March. Before two days are compared, what was metered by the month is turned
into what was there. The table is dated: `reference/units.json`. A unit that it does not know, but
that ends like a month, counts as one. Where no page of AWS was found that says it, both ways are
looked at (`ways`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache

from steadyhand.reference.dated import dated
from steadyhand.sources.unusual_days import A_MONTH, days_of_month

MONTHLY = re.compile(r"(?i)[- ]mo(nth)?s?$")
AS_KEPT = {"GB-Mo": "GB", "GB-Month": "GB", "GB-month": "GB", "TB-Mo": "TB", "IOPS-Mo": "IOPS"}


@cache
def monthly_units() -> frozenset[str]:
    """The units that AWS divides by the hours of a month."""
    return frozenset(dated("units")["by_month"]["units"])


@cache
def known_units() -> frozenset[str]:
    """Every unit of the table."""
    table = dated("units")
    kinds = ("by_month", "at_once", "by_time", "by_count")
    return frozenset(unit for kind in kinds for unit in table[kind]["units"])


def is_monthly(unit: str) -> bool:
    """Is a day of it a share of its month?"""
    return unit in monthly_units() or (unit not in known_units() and bool(MONTHLY.search(unit)))


def ways(unit: str) -> tuple[bool, ...]:
    """Is a day of it a share of its month? Both answers, the likely one first, where nobody says."""
    likely, table = is_monthly(unit), dated("units")
    is_plain = any(unit in table[kind]["units"] for kind in ("at_once", "by_time", "by_count"))
    return (likely,) if is_plain or unit in table["checked"]["units"] else (likely, not likely)


def levels(quantity: Sequence[float], first: date, *, monthly: bool) -> tuple[float, ...]:
    """What was there on each day, from what was metered on it; the same for other units."""
    if not monthly:
        return tuple(quantity)
    return tuple(used * days_of_month(first + timedelta(days=n)) for n, used in enumerate(quantity))


def a_month(*, monthly: bool) -> float:
    """What makes a level a month's quantity: itself where it is of the month, else its days."""
    return 1.0 if monthly else A_MONTH
