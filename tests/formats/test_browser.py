"""The scan as a page, as Chromium sets it: no word broken, nothing over something else, nothing past the edge."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import pytest

from steadyhand.formats import render
from steadyhand.model import Lane, Severity
from tests import browser as eye
from tests import lines
from tests.formats.made_up import BLIND, CHECK, finding, result

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser]
NAMES = (
    "production",
    "a-" + "very-" * 20 + "long-name",
    "x" * 90,
    "\u0642\u0627\u0639\u062f\u0629 \u0627\u0644\u0628\u064a\u0627\u0646\u0627\u062a \u202e",
    "\u6771\u4eac-\U0001f525-e\u0301",
    "<script>alert(1)</script>",
)


def page() -> str:
    """Each name in each field that a stranger writes, in all lanes, with plans and without, dear and far off."""
    made = result(
        *(
            finding(
                name=f"{number}",
                key=f"sg-{number} {name}",
                resource=f"arn:aws:ec2:me-central-1:123456789012:security-group/{name}",
                region="me-central-1",
                summary=f"{name}: SSH open to the world, production",
                severity=tuple(Severity)[number % 4],
                usd_per_month=1234567.89,
                evidence={"said": name},
                tags={"Name": name},
            )
            for number, name in enumerate(NAMES)
        ),
        unknown=(replace(BLIND, reason=f"{NAMES[1]} {NAMES[3]}"),),
    )
    lanes = tuple(Lane)
    found = (
        replace(one, lane=lanes[at % 3], plan=one.plan if at % 2 else ())
        for at, one in enumerate(made.found)
    )
    return render(replace(made, found=tuple(found), checks=(CHECK,)), "html")


def test_no_word_is_broken_and_nothing_overlaps(browser: Browser) -> None:
    with eye.page(browser, bypass_csp=True) as seen:
        seen.set_content(page())
        for is_open, theme, width in product((0, 1), ("light", "dark"), (360, 760, 1024, 1280)):
            seen.evaluate(f"document.querySelectorAll('details').forEach(d => d.open = {is_open})")
            seen.emulate_media(color_scheme=theme)
            seen.set_viewport_size({"width": width, "height": 900})
            assert lines.broken(seen) == [], width
            assert lines.overlapping(seen) == [], width
            assert eye.sideways(seen) == 0, width
        assert eye.accessibility(seen) == []
