"""Headless Chromium, as a reader's eye: pages are opened, pressed, measured and photographed.

`make test` installs Debian's Chromium where it may. Where there is none, tests that need it are
skipped, but never in CI.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

AXE = Path(__file__).parent.parent / "node_modules" / "axe-core" / "axe.min.js"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
)
AXE_RULES = """() => axe.run(document, {
  preload: false,
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
})"""


@contextmanager
def opened() -> Iterator[Browser]:
    """One browser. It never reaches out: pages are files, or come from this machine."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        said = "Chromium is not installed: apt-get install chromium"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(said)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(QUIET))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def page(browser: Browser, *, width: int = 1280, dark: bool = False, **more: Any) -> Iterator[Page]:
    """An empty page of a width, in one of the two themes. Errors on the console fail the test."""
    scheme = "dark" if dark else "light"
    viewport = {"width": width, "height": 900}
    context = browser.new_context(viewport=viewport, color_scheme=scheme, **more)
    complaints: list[str] = []
    made = context.new_page()
    made.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    made.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        yield made
    finally:
        context.close()
    assert complaints == []


def accessibility(page: Page) -> list[str]:
    """What axe-core objects to, a line for each rule and place."""
    page.evaluate(AXE.read_text())
    found = page.evaluate(AXE_RULES)
    return [
        f"{rule['id']}: {node['html'][:120]} ({node.get('failureSummary', '')})"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def sideways(page: Page) -> int:
    """How many pixels a reader would have to scroll to the right; 0 is right."""
    said = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return int(page.evaluate(said))
