"""docs/trust.md: what may change an account and who may ask names its tests; whatever a page names is there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "trust.md").read_text("utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
NAMED = re.compile(r"`(test_\w+|tests/[\w/.]+)`")
OF_IAM = "STS does not tell whether there was a second factor."
"""What the owner can do in IAM is no promise of ours."""


def promises() -> list[str]:
    """The points of the sections that promise."""
    sections = dict(part.split("\n", 1) for part in PAGE.split("\n## ")[1:])
    told = (sections["What may change an account, and when"], sections["Who may ask"])
    return [
        point.split("\n\n")[0] for section in told for point in re.split(r"(?m)^\* ", section)[1:]
    ]


@cache
def collected() -> frozenset[str]:
    """The test functions that pytest finds: on top of a file that is called as a test."""
    return frozenset(
        node.name
        for file in (ROOT / "tests").rglob("test_*.py")
        if "\ndef test_" in (said := file.read_text("utf-8"))
        for node in ast.parse(said).body
        if isinstance(node, ast.FunctionDef)
    )


@pytest.mark.parametrize("promise", promises(), ids=lambda one: one[:40].replace("\n", " "))
def test_a_promise_names_its_test(promise: str) -> None:
    assert NAMED.search(promise) or promise.startswith(OF_IAM)


def test_each_test_that_a_page_names_is_there() -> None:
    named = {(page.name, name) for page in PAGES for name in NAMED.findall(page.read_text("utf-8"))}
    assert len(named) > 60
    assert [
        (page, name)
        for page, name in sorted(named)
        if name not in collected() and not ("/" in name and (ROOT / name).exists())
    ] == []
