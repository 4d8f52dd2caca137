"""Readable on a phone, in the dark and for red-blind eyes: promises about colours and widths."""

from __future__ import annotations

import re
from itertools import product

import pytest

from steadyhand.reports.charts.colours import THEMES
from tests.reports.accounts import extremes, ledger_rows, stories
from tests.reports.reading.page import Page

# Machado, Oliveira, Fernandes 2009, severity 1.0.
EYES = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def linear(colour: str) -> tuple[float, ...]:
    values = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return tuple(v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values)


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        red, green, blue = linear(colour)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def apart(one: str, other: str, eye: str) -> float:
    """CIE76, as this eye sees them."""

    def lab(colour: str) -> tuple[float, float, float]:
        rgb = linear(colour)
        seen = [
            min(1, max(0, sum(a * b for a, b in zip(row, rgb, strict=True)))) for row in EYES[eye]
        ]
        red, green, blue = seen
        xyz = (
            0.4124 * red + 0.3576 * green + 0.1805 * blue,
            0.2126 * red + 0.7152 * green + 0.0722 * blue,
            (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089,
        )
        f = [
            v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116
            for v in (xyz[0] / 0.9505, xyz[1], xyz[2])
        ]
        return 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])

    return sum((a - b) ** 2 for a, b in zip(lab(one), lab(other), strict=True)) ** 0.5


@pytest.mark.parametrize(
    ("theme", "name", "ground"),
    list(product(THEMES, ("ink", "muted", "accent", "act"), ("paper", "wash"))),
)
def test_words_stand_out_from_their_ground(theme: str, name: str, ground: str) -> None:
    assert contrast(THEMES[theme][name], THEMES[theme][ground]) >= 4.5


@pytest.mark.parametrize(("theme", "eye"), list(product(THEMES, EYES)))
def test_the_two_colours_differ_for_every_eye(theme: str, eye: str) -> None:
    assert apart(THEMES[theme]["accent"], THEMES[theme]["act"], eye) >= 25
    assert contrast(THEMES[theme]["quiet"], THEMES[theme]["paper"]) >= 3


HTML = stories.usual().mail().html
STYLE = "".join(re.findall(r"<style[^>]*>(.*?)</style>", HTML, re.DOTALL))
DARK = STYLE.partition("prefers-color-scheme:dark")[2]


def test_every_colour_has_a_dark_twin() -> None:
    light = STYLE.partition("@media (prefers-color-scheme:dark)")[0]
    classes = set(re.findall(r"\.(\w+)[^{}]*\{[^{}]*(?:color|background|border)[^{}]*#", light))
    classes |= {"tx", "page"}
    assert {"m", "act", "auto", "box", "cmd", "rule", "t"} <= classes
    for name in classes:
        assert re.search(rf"\.{name}\b[^{{}}]*\{{[^{{}}]*#", DARK), f".{name} stays light"


def test_every_ground_that_is_set_by_an_attribute_turns_dark() -> None:
    for tag, said in Page(HTML).tags:
        ground = said.get("bgcolor") or re.search(r"background(?:-color)?:#", said.get("style", ""))
        if ground and tag != "body":
            assert set(said.get("class", "").split()) & {"box", "cmd", "page"}, (tag, said)


def test_every_state_is_shape_and_word_and_colour() -> None:
    for mark, word in (("●", "Approve"), ("✓", "Automatic")):
        assert f"{mark} {word}" in Page(HTML).words
    for name, cadence in (("usual", "monthly"), ("usual", "weekly")):
        story = getattr(stories, name)()
        page = (story.on(ledger_rows.MONDAY) if cadence == "weekly" else story).mail(cadence).html
        for said in re.findall(r'class="act"[^>]*>([^<]*)<', page):
            assert "●" in said or "&#9679;" in said or said == "worse", said


def test_nothing_is_wider_than_a_phone() -> None:
    seen = re.sub(r"<!--.*?-->", "", HTML, flags=re.DOTALL)
    for tag, said in Page(seen).tags:
        width = said.get("width", "0").removesuffix("px")
        assert tag == "img" or width.endswith("%") or int(width) <= 320, (tag, said)
        if tag == "img":
            assert "max-width:100%" in said.get("style", "") + STYLE
    assert "overflow-wrap:anywhere" in STYLE


def test_what_may_not_break_is_short() -> None:
    story = extremes.crowd(500).on(ledger_rows.MONDAY)
    for html in (HTML, story.mail("weekly").html, extremes.crowd(500).mail().html):
        held = re.findall(r'(?:nowrap="nowrap"|class="i")[^>]*>([^<]*)', html)
        assert held
        assert max(map(len, held)) <= 18, max(held, key=len)


def test_tables_that_hold_data_have_heads_and_others_say_that_they_do_not() -> None:
    page = Page(HTML)
    assert all(
        said.get("role") == "presentation" or "t" in said.get("class", "").split()
        for tag, said in page.tags
        if tag == "table"
    )
    assert [tag for tag, _ in page.tags].count("h1") == 1
    assert ("html", "en") in [(tag, said.get("lang", "")) for tag, said in page.tags]
