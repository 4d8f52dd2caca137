"""The first report as a reader sees it: on a phone and on a desk, light and dark."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from tests import browser as eye
from tests.reports.accounts import first, first_answers

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser]
SCREENS = {700: 950, 360: 1500}
"""Pixels by width: one screen of a desk, two of a phone."""
LANDMARKS = ("region:", "landmark-one-main:")
STORIES = {"usual": first_answers.USUAL, "empty": {}, "crowd": first.crowd()}


@cache
def made(story: str) -> first.ComposedMail:
    return first.made(STORIES[story])


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [360, 700])
def test_it_is_readable(browser: Browser, story: str, width: int, dark: bool) -> None:
    with eye.page(browser, width=width, dark=dark) as page:
        page.set_content(made(story).report.page)
        assert eye.sideways(page) <= 0
        wrong = [one for one in eye.accessibility(page) if not one.startswith(LANDMARKS)]
        assert not wrong
        shown = page.evaluate(
            "() => [...document.images].filter(i => i.getClientRects().length)"
            ".map(i => [i.classList.contains('dk'), i.naturalWidth > 0])"
        )
        assert all(is_dark is dark and loaded for is_dark, loaded in shown)
        assert bool(shown) is (story != "empty")


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("width", SCREENS)
def test_the_mail_fits_one_screen(browser: Browser, story: str, width: int) -> None:
    with eye.page(browser, width=width) as page:
        page.set_content(made(story).mail.page)
        assert eye.sideways(page) <= 0
        assert page.evaluate("() => document.documentElement.scrollHeight") <= SCREENS[width]
        wrong = [one for one in eye.accessibility(page) if not one.startswith(LANDMARKS)]
        assert not wrong
