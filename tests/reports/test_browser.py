"""Mails as a reader sees them: on a phone and on a desk, light and dark, and where styles are lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from tests import browser as eye
from tests import lines
from tests.corpus import HARMLESS
from tests.reports.accounts import extremes, first, first_answers
from tests.reports.reading import mails
from tests.reports.test_poison import POISON

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser]
WIDTHS = (320, 360, 700, 1280)
LANDMARKS = ("region:", "landmark-one-main:")
"""A mail is a part of somebody else's page, whose landmarks it must not double."""

FONTS = """() => {
  const found = {};
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const it = walk.currentNode.parentElement, box = it.getBoundingClientRect();
    if (!walk.currentNode.data.trim() || !box.width || !box.height) continue;
    const style = getComputedStyle(it);
    if (style.visibility === "hidden" || parseFloat(style.fontSize) <= 1) continue;
    found[`${parseFloat(style.fontSize)} ${style.fontWeight} ${style.fontStyle}`] = 1;
  }
  return Object.keys(found);
}"""
PICTURES = """() => [...document.images].filter(i => i.getClientRects().length).map(i => ({
  dark: i.classList.contains("dk"), wide: i.getBoundingClientRect().width, alt: i.alt,
  loaded: i.complete && i.naturalWidth > 0}))"""
SKELETON = """() => [...document.querySelectorAll("*")].map(
  e => e.tagName + " " + e.getAttributeNames().sort().join(" "))"""
RIGHT = (
    "\u0642\u0627\u0639\u062f\u0629 \u0627\u0644\u0628\u064a\u0627\u0646\u0627\u062a \u202e "
    "a-" + "very-" * 12 + "long-name"
)
FOREIGN: dict[str, Callable[[], str]] = {
    "right to left, monthly": lambda: mails.written(extremes.poisoned(RIGHT), "monthly").page,
    "right to left, weekly": lambda: mails.written(extremes.poisoned(RIGHT), "weekly").page,
    "first, as sent": lambda: day_one().mail.page,
    "first, whole": lambda: day_one().report.page,
}
"""Mails with names from the right, and as long as AWS allows somewhere."""
GROUND = "() => getComputedStyle(document.body).backgroundColor"


def day_one() -> first.ComposedMail:
    """The first report of an account whose names are not ours to read."""
    return first.made(first.poisoned(first_answers.USUAL, f" {RIGHT}"))


def rgb(colour: str) -> str:
    return "rgb({}, {}, {})".format(*(int(colour[at : at + 2], 16) for at in (1, 3, 5)))


@contextmanager
def read(browser: Browser, html: str, **more: Any) -> Iterator[Page]:
    """A mail in a window. Whatever it asks the network for fails the test."""
    asked: list[str] = []
    with eye.page(browser, **more) as page:
        page.on("request", lambda one: asked.append(one.url))
        page.on("dialog", lambda one: asked.append(one.message))
        page.set_content(html)
        yield page
    assert [url[:60] for url in asked if not url.startswith("data:image/png")] == []


def objections(page: Page) -> list[str]:
    return [one for one in eye.accessibility(page) if not one.startswith(LANDMARKS)]


@pytest.mark.parametrize("name", [*mails.POSTS, *FOREIGN])
def test_no_word_is_broken_and_nothing_overlaps(browser: Browser, name: str) -> None:
    whole = FOREIGN[name]() if name in FOREIGN else mails.post(name).page
    with read(browser, whole) as page:
        for theme, width in product(("light", "dark"), (360, 760, 1024, 1280)):
            page.emulate_media(color_scheme=theme)
            page.set_viewport_size({"width": width, "height": 900})
            assert lines.broken(page) == [], width
            assert lines.overlapping(page) == [], width
            assert eye.sideways(page) == 0, width


@pytest.mark.parametrize("name", mails.POSTS)
def test_it_can_be_read_where_all_styles_are_lost(browser: Browser, name: str) -> None:
    """As the Gmail app shows it to an account of somebody else."""
    whole = mails.post(name).page
    bare = re.sub(r"<style[^>]*>.*?</style>", "", whole, flags=re.DOTALL)
    said: list[str] = []
    for html in (whole, bare):
        with read(browser, html, width=360) as page:
            said.append(" ".join(page.inner_text("body").split()))
            assert eye.sideways(page) == 0
            assert not any(one["dark"] for one in page.evaluate(PICTURES))
    assert said[0] == said[1]


def test_without_pictures_their_numbers_are_there(browser: Browser) -> None:
    mail = mails.post("usual, monthly")
    html = re.sub(r'src="cid:[^"]*"', 'src="data:image/png;base64,"', mail.html)
    with read(browser, html, width=360) as page:
        pictures = page.evaluate(PICTURES)
        assert pictures
        assert not any(one["loaded"] for one in pictures)
        assert all(re.search(r"\d", one["alt"]) for one in pictures)
        assert eye.sideways(page) == 0


@pytest.mark.parametrize("cadence", ["monthly", "weekly"])
def test_strangers_leave_the_page_as_it_is(browser: Browser, cadence: str) -> None:
    """A browser's own reading of it: the same elements with the same attributes, and no dialog."""
    html = mails.written(extremes.poisoned(HARMLESS), cadence).page
    with read(browser, html, width=360) as page:
        harmless = page.evaluate(SKELETON)
    for text in POISON:
        html = mails.written(extremes.poisoned(text), cadence).page
        with read(browser, html, width=360) as page:
            assert page.evaluate(SKELETON) == harmless, ascii(text)
            assert eye.sideways(page) == 0, ascii(text)
