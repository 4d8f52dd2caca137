"""The words above the bars never run into each other, whatever the month is called."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from steadyhand.reports.charts.colours import LIGHT
from steadyhand.reports.charts.daily import LETTER, WIDTH, daily_svg
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.figures import Figure
from steadyhand.rhythm.cost.comparison import Daily, High, cost_of
from tests.reports.accounts import stories

WORDS = re.compile(r'<text x="([\d.]+)" y="15.50" text-anchor="start"[^>]*>([^<]*)<')


def daily(first: int, length: int, month: str) -> Daily:
    """September's days as usual, some of which ran high."""
    cost = cost_of(stories.usual().facts())
    assert cost
    days = words.range_of(date(2026, 9, first + 1), date(2026, 9, first + length))
    high = High(
        first=first,
        last=first + length - 1,
        days=days,
        excess=Figure("cost.daily.excess", "+$1,234"),
    )
    usd = tuple(120.0 if first <= n < first + length else 100.0 for n in range(30))
    return replace(cost.daily, first=date(2026, 9, 1), usd=usd, before=95.0, high=high, unit=month)


@pytest.mark.parametrize("first", range(0, 30, 3))
@pytest.mark.parametrize("month", ["May", "September"])
def test_words_stand_apart(first: int, month: str) -> None:
    svg = daily_svg(daily(first, min(5, 30 - first), month), LIGHT)
    spans = [(float(x), float(x) + len(said) * LETTER) for x, said in WORDS.findall(svg)]
    assert 1 <= len(spans) <= 2
    for left, right in spans:
        assert left >= 0
        assert right <= WIDTH + 1
    if len(spans) == 2:
        (one, other) = sorted(spans)
        assert one[1] < other[0]
