"""No short word is broken within, and no two cells lie over each other: measured in Chromium."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests import browser as eye
from tests import lines
from tests.portal.pages import pages, written
from tests.portal.test_browser import LOOKED_AT
from tests.reports.accounts import extremes, stories

pytestmark = [pytest.mark.browser]

NAMES = (
    "prod",
    "a-" + "very-" * 20 + "long-name",
    "x" * 90,
    "\u0642\u0627\u0639\u062f\u0629 \u0627\u0644\u0628\u064a\u0627\u0646\u0627\u062a \u202e",
    "<script>alert(1)</script>",
)


def hostile() -> stories.Story:
    """The usual story, with names that are long, hostile and written from the right, and a far date."""
    story = stories.usual()
    records = []
    for number, record in enumerate(story.ledger.found):
        name = NAMES[number % len(NAMES)]
        far = datetime(2026, 11, 2, tzinfo=UTC) if number % 3 == 0 else record.finding.detonates_at
        finding = replace(
            record.finding, summary=f"{name}: SSH open to the world", detonates_at=far
        )
        records.append(replace(record, finding=finding))
    story.ledger.found = records
    return story


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    return written(pages(hostile()), tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory):
    """Every field that a stranger writes, long and from the right."""
    text = f"{NAMES[3]} {NAMES[1]}"
    return written(pages(extremes.poisoned(text)), tmp_path_factory.mktemp("poisoned"))


@pytest.mark.parametrize("width", [360, 760, 1024, 1280])
def test_no_field_of_a_stranger_breaks_a_page(browser, poisoned, width):
    with eye.page(browser, width=width, bypass_csp=True) as page:
        for name in LOOKED_AT:
            page.goto((poisoned / f"{name}.html").as_uri())
            assert lines.broken(page) == [], name
            assert lines.overlapping(page) == [], name
            assert eye.sideways(page) == 0, name


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 760, 1024, 1280])
def test_no_word_is_broken_and_nothing_overlaps(browser, portal, width, dark):
    with eye.page(browser, width=width, dark=dark, bypass_csp=True) as page:
        for name in LOOKED_AT:
            page.goto((portal / f"{name}.html").as_uri())
            assert lines.broken(page) == [], name
            assert lines.overlapping(page) == [], name
            assert eye.sideways(page) == 0, name


def test_the_measure_sees_a_broken_word(browser):
    with eye.page(browser, width=360) as page:
        page.set_content(
            "<table><tr><td style='width:30px;max-width:30px;overflow-wrap:anywhere'>production</td></tr></table>"
            "<table><tr><td><span style='position:absolute;left:0;top:0'>one two</span></td>"
            "<td><span style='position:absolute;left:9px;top:0'>three</span></td></tr></table>"
        )
        assert lines.broken(page) == ["production"]
        assert lines.overlapping(page)
