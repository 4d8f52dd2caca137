"""The lines that words lie on, as Chromium sets them: no short word broken, nothing over something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

BROKEN = """() => {
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode, parent = node.parentElement;
    if (!parent || parent.closest("pre, code, script, style, .skip, svg, thead") || !parent.checkVisibility()) continue;
    for (const word of node.data.matchAll(/[\\p{L}\\p{N}$,.]{2,16}/gu)) {
      const before = node.data[word.index - 1], after = node.data[word.index + word[0].length];
      if ((before && /[\\p{L}\\p{N}_/-]/u.test(before)) || (after && /[\\p{L}\\p{N}_/-]/u.test(after))) continue;
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].map((one) => Math.round(one.top)));
      if (lines.size > 1) found.push(word[0]);
    }
  }
  return found;
}"""
"""Words of at most 16 letters that lie on more than one line; code, addresses and names with hyphens may."""

OVERLAPS = """() => {
  const found = [];
  for (const row of document.querySelectorAll("tr, summary, .dates > li, .cal > li")) {
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
"""Cells of a row, parts of a summary or of a date, whose words lie over each other."""


def broken(page: Page) -> list[str]:
    """The short words of a page that lie on more than one line."""
    found: list[str] = page.evaluate(BROKEN)
    return found


def overlapping(page: Page) -> list[str]:
    """Cells of one row whose words lie over each other."""
    found: list[str] = page.evaluate(OVERLAPS)
    return found
