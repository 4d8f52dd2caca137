"""What every mail promises, whoever writes its sections: sizes, styles, pictures, words, bytes."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
from fontTools.ttLib import TTFont

from steadyhand.connect.message import Mail
from steadyhand.reports import templating
from steadyhand.reports.charts import png
from steadyhand.reports.charts.colours import THEMES
from tests.reports.accounts import extremes
from tests.reports.reading import mails
from tests.reports.reading.page import Page
from tests.reports.reading.picture import differing

MACHINE = re.compile(r"/(?:tmp|root|home|work|usr|var/folders|Users)/")
REMOTE = re.compile(
    r"(?:src=|srcset=|background=|url\(|@import)[^>]*?(?:https?:)?//", re.IGNORECASE
)
GOOGLE = re.compile(r"Roboto|Lato|Ubuntu|Open Sans|Droid Sans|fonts\.googleapis")
TEXT = re.compile(r"<text[^>]*>([^<]*)</text>")


@pytest.fixture(params=mails.POSTS)
def mail(request: pytest.FixtureRequest) -> Mail:
    return mails.post(request.param)


def styles(html: str) -> list[str]:
    return re.findall(r"<style[^>]*>(.*?)</style>", html, re.DOTALL)


def test_its_page_is_not_clipped_and_the_whole_is_small(mail: Mail) -> None:
    assert len(mail.html.encode()) <= 60_000
    assert mail.size <= 300_000


def test_gmail_reads_all_its_styles(mail: Mail) -> None:
    assert styles(mail.html)
    assert max(map(len, styles(mail.html))) < 8_192


def test_nothing_is_fetched_from_anywhere(mail: Mail) -> None:
    assert not REMOTE.search(mail.html)
    assert not GOOGLE.search(mail.html)


def test_pictures_say_their_numbers_and_have_a_twin_for_the_dark(mail: Mail) -> None:
    shown = [said for tag, said in Page(mail.html).tags if tag == "img"]
    for said in shown:
        assert re.search(r"\d", said["alt"]), said
        assert len(said["alt"]) >= 8
        assert {"width", "height"} <= set(said)
    light = {said["src"] for said in shown if "lt" in said["class"].split()}
    dark = {said["src"] for said in shown if "dk" in said["class"].split()}
    assert {name.replace("-light.", "-dark.") for name in light} == dark
    assert len(light) + len(dark) == len(mail.images)


def test_it_names_no_place_on_a_machine(mail: Mail) -> None:
    for said in (mail.html, mail.text, mail.values):
        assert not MACHINE.search(said)


def test_only_our_colours(mail: Mail) -> None:
    """Nine, light and dark: whatever a section writes, it takes them from the tokens."""
    known = {colour for theme in THEMES.values() for colour in theme.values()}
    said = re.sub(r"&#x?[0-9a-f]+;", "", mail.html)
    found = {one.lower() for one in re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;\"'}!) ])", said)}
    assert found <= known


def test_two_weights_no_slant_no_capitals_for_looks(mail: Mail) -> None:
    weights = set(re.findall(r"font-weight:\s*(\w+)", mail.html))
    assert weights <= {"400", "600"}
    assert not re.search(r"font-style:\s*italic|text-transform:\s*uppercase", mail.html)
    assert not {tag for tag, _ in Page(mail.html).tags} & {"i", "em", "u", "font", "center"}


def test_the_heads_go_down_one_step_at_a_time(mail: Mail) -> None:
    levels = [int(tag[1]) for tag, _ in Page(mail.html).tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    for above, below in pairwise(levels):
        assert below <= above + 1


def test_text_is_written_for_72_columns(mail: Mail) -> None:
    assert max(map(len, mail.text.splitlines())) <= 72
    if "evil.example" not in mail.text:
        for said in (mail.text, Page(mail.html).words):
            assert not re.search(r"<[a-z/]|&[a-z#]+;|\{\{|\{%|Figure\(|\bNone[,.;)]|nan\b", said)


def test_the_first_decision_stands_before_any_client_clips(mail: Mail) -> None:
    at = mail.html.find("Decision 1 of")
    assert at < 20_000
    assert "Decision 1 of" not in mail.html or mail.html.find("answer by") > 0


# Pictures, whoever draws them.


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every SVG that becomes a picture."""
    seen: list[str] = []
    real = png.resvg_py.svg_to_bytes

    def draw(**said: Any) -> Any:
        seen.append(said["svg_string"])
        return real(**said)

    monkeypatch.setattr(png.resvg_py, "svg_to_bytes", draw)
    return seen


@pytest.mark.parametrize("told", ["usual", "crowd", "poisoned"])
def test_every_glyph_of_every_picture_is_in_the_font_and_shows(drawn: Any, told: str) -> None:
    mails.written(mails.TELLS[told](), "monthly")
    assert len(drawn) >= 2
    known = [set(TTFont(file).getBestCmap()) for file in png.FILES]
    for svg in list(drawn):
        said = "".join(TEXT.findall(svg))
        assert {one for one in said if any(ord(one) not in cut for cut in known)} == set()
        first = png.png(svg)
        assert first == png.png(svg)
        if said:
            assert differing(first, png.png(TEXT.sub("", svg))) > 12 * len(said)


def test_no_name_out_of_the_account_is_in_a_picture(drawn: Any) -> None:
    mails.written(extremes.poisoned("Zorg"), "monthly")
    assert drawn
    assert not any("Zorg" in svg for svg in drawn)


def test_a_row_of_text_is_as_wide_as_the_mail_and_no_wider() -> None:
    for name in ("Deploys", "Deploys that an alarm followed within the hour", "x" * 90):
        for columns in (("1",), ("98.4%, 60 of 61",), ("1", "2", "worse"), ("a" * 20, "b" * 20)):
            row = templating.across(name, *columns)
            assert len(row) == 72
            assert row.endswith(columns[-1])
            assert all(f"  {one}" in row for one in columns)
    assert templating.across("Deploys", "61") == "Deploys" + " " * 63 + "61"
