"""The chart: its words are there as pixels, in both themes, with glyphs of the bundled font only."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from steadyhand.reports.charts.colours import DARK, LIGHT, THEMES, Theme
from steadyhand.reports.charts.daily import HEIGHT, WIDTH, Plot, daily_svg, guide
from steadyhand.reports.charts.png import FILES, png
from steadyhand.rhythm.cost.comparison import Daily, cost_of
from tests.reports.accounts import stories
from tests.reports.reading.picture import differing, pixels

TEXT = re.compile(r"<text[^>]*>([^<]*)</text>")


def may() -> Daily:
    cost = cost_of(stories.usual().facts())
    assert cost is not None
    return cost.daily


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_words_are_pixels(theme: Theme) -> None:
    """resvg drops text without a font, and says nothing."""
    svg = daily_svg(may(), theme)
    dead_letters = sum(map(len, TEXT.findall(svg)))
    assert dead_letters > 40
    assert differing(png(svg), png(TEXT.sub("", svg))) > 12 * dead_letters


def test_words_without_a_font_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("steadyhand.reports.charts.png.FILES", [])
    svg = daily_svg(may(), LIGHT)
    assert differing(png(svg), png(TEXT.sub("", svg))) == 0


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("month", range(1, 13))
def test_every_glyph_is_in_the_font(file: str, month: int) -> None:
    known = set(TTFont(file).getBestCmap())
    daily = replace(may(), first=date(2026, month, 1))
    said = "".join(TEXT.findall(daily_svg(daily, LIGHT)))
    said += "".join(__import__("steadyhand.rhythm.core.words", fromlist=["MONTHS"]).MONTHS)
    assert {letter for letter in said if ord(letter) not in known} == set()


def test_it_says_the_same_twice() -> None:
    svg = daily_svg(may(), DARK)
    assert png(svg) == png(svg)
    assert pixels(png(svg))[:2] == (2 * WIDTH, 2 * HEIGHT)


def test_the_high_days_stand_out() -> None:
    svg = daily_svg(may(), LIGHT)
    assert svg.count(f'fill="{LIGHT["act"]}"') == 3 + 1
    assert "12–14 May +$104" in TEXT.findall(svg)
    assert "April $151 a day" in TEXT.findall(svg)


@settings(max_examples=200)
@given(st.floats(0.01, 1e7))
def test_guides_are_few_and_round(top: float) -> None:
    step = guide(top)
    assert 1 <= -(-top // step) <= 5
    assert f"{step:.3e}"[:4] in {"1.00", "2.00", "2.50", "5.00"}


@settings(max_examples=60)
@given(
    st.lists(st.floats(0, 5_000), min_size=1, max_size=31).filter(any),
    st.none() | st.floats(0.5, 5_000),
)
def test_no_mark_leaves_the_picture(usd: list[float], before: float | None) -> None:
    daily = replace(may(), usd=tuple(usd), before=before, high=None)
    svg = daily_svg(daily, LIGHT)
    for y in re.findall(r' y="([\d.-]+)"', svg):
        assert 0 <= float(y) <= HEIGHT
    assert min(map(float, re.findall(r'height="([\d.-]+)"', svg))) >= 0
    plot = Plot(daily, LIGHT, max(usd))
    assert plot.y(0) == HEIGHT - 28
