"""No short word is broken within, and no two cells lie over each other: measured in Chromium."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests import browser as eye
from tests.portal.pages import pages, written
from tests.portal.test_browser import LOOKED_AT
from tests.reports.accounts import stories

pytestmark = [pytest.mark.browser]

BROKEN = """() => {
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode, parent = node.parentElement;
    if (!parent || parent.closest("pre, code, script, style, .skip, svg, thead") || !parent.checkVisibility()) continue;
    for (const word of node.data.matchAll(/[\\p{L}\\p{N}$,.]{2,16}/gu)) {
      const before = node.data[word.index - 1], after = node.data[word.index + word[0].length];
      if ((before && /[\\p{L}\\p{N}_-]/u.test(before)) || (after && /[\\p{L}\\p{N}_-]/u.test(after))) continue;
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].map((one) => Math.round(one.top)));
      if (lines.size > 1) found.push(word[0]);
    }
  }
  return found;
}"""
"""Words of at most 16 letters that lie on more than one line; code and names with hyphens may."""

OVERLAPS = """() => {
  const found = [];
  for (const row of document.querySelectorAll("tr, .dates > li, .cal > li")) {
    const boxes = [...row.children].filter((one) => one.checkVisibility()).map((one) => {
      const walk = document.createTreeWalker(one, NodeFilter.SHOW_TEXT), rects = [];
      while (walk.nextNode()) {
        if (!walk.currentNode.parentElement.checkVisibility()) continue;
        if (walk.currentNode.parentElement.closest(".skip")) continue;
        const range = document.createRange();
        range.selectNodeContents(walk.currentNode);
        rects.push(...range.getClientRects());
      }
      return [one.textContent.trim().slice(0, 30), rects];
    });
    for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
      const over = boxes[i][1].some((a) => boxes[j][1].some((b) =>
        Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
        Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4));
      if (over) found.push(`${boxes[i][0]} | ${boxes[j][0]}`);
    }
  }
  return found;
}"""
"""Cells of a row, or parts of a date, whose words lie over each other."""

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


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 760, 1024, 1280])
def test_no_word_is_broken_and_nothing_overlaps(browser, portal, width, dark):
    with eye.page(browser, width=width, dark=dark, bypass_csp=True) as page:
        for name in LOOKED_AT:
            page.goto((portal / f"{name}.html").as_uri())
            assert page.evaluate(BROKEN) == [], name
            assert page.evaluate(OVERLAPS) == [], name
            assert eye.sideways(page) == 0, name


def test_the_measure_sees_a_broken_word(browser):
    with eye.page(browser, width=360) as page:
        page.set_content(
            "<table><tr><td style='width:30px;max-width:30px;overflow-wrap:anywhere'>production</td></tr></table>"
            "<table><tr><td><span style='position:absolute;left:0;top:0'>one two</span></td>"
            "<td><span style='position:absolute;left:9px;top:0'>three</span></td></tr></table>"
        )
        assert page.evaluate(BROKEN) == ["production"]
        assert page.evaluate(OVERLAPS)
