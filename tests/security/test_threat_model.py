"""docs/threat-model.md names tests that are there; SECURITY.md leads to it and stops what the README stops."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "threat-model.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)`", PAGE)))


def test_every_test_it_names_is_there_and_tests() -> None:
    assert len(NAMED) >= 10
    for name in NAMED:
        assert "def test_" in (ROOT / name).read_text("utf-8"), name


def test_every_row_says_who_what_and_by_which_test() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and "---" not in line][1:]
    assert len(rows) >= 9
    for row in rows:
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert len(cells) == 5, row
        assert all(cells), row
        assert "tests/" in cells[-1], row


def test_it_says_what_does_not_stop_them() -> None:
    assert PAGE.count("\n* **") >= 4


def test_security_md_leads_where_something_is_and_stops_as_the_readme_does() -> None:
    page = (ROOT / "SECURITY.md").read_text("utf-8")
    led = re.findall(r"\]\(([^)]+)\)", page)
    assert "docs/threat-model.md" in led
    assert [one for one in led if not (ROOT / one).is_file()] == []
    stop = re.search(r"aws ssm put-parameter [^`]+", page)
    assert stop
    assert stop[0] in (ROOT / "README.md").read_text("utf-8")
    for part in ("How to report", "Supported versions"):
        assert f"## {part}" in page
