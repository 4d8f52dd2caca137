"""Mails as a reader sees them: on a phone and on a desk, light and dark, and where styles are lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from steadyhand.reports.charts.colours import DARK, LIGHT
from tests import browser as eye
from tests.corpus import HARMLESS
from tests.reports.accounts import extremes
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
GROUND = "() => getComputedStyle(document.body).backgroundColor"


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


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", mails.POSTS)
def test_a_mail_fits_and_can_be_read_by_everybody(browser: Browser, name: str, dark: bool) -> None:
    with read(browser, mails.post(name).page, width=360, dark=dark) as page:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert eye.sideways(page) == 0, width
        assert page.evaluate(GROUND) == rgb((DARK if dark else LIGHT)["paper"])
        fonts = [said.split(" ", 2) for said in page.evaluate(FONTS)]
        assert min(float(size) for size, _, _ in fonts) >= 14
        assert {weight for _, weight, _ in fonts} <= {"400", "600"}
        assert {slant for _, _, slant in fonts} == {"normal"}
        pictures = page.evaluate(PICTURES)
        assert all(one["dark"] == dark and one["loaded"] for one in pictures)
        assert len(pictures) * 2 == len(mails.post(name).images)
        for width in (360, 700):
            page.set_viewport_size({"width": width, "height": 900})
            assert objections(page) == [], width


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
