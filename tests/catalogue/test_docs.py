"""The generated pages are current, and say what a person needs."""

from __future__ import annotations

import re
from pathlib import Path

from steadyhand.catalogue import discovery as catalogue
from steadyhand.catalogue import docs


def test_the_generated_pages_are_current() -> None:
    assert docs.stale() == []


def test_one_page_says_of_every_check_who_steers_it_and_what_it_reaches_at_worst() -> None:
    """A person reads it whole: nobody is missing, and who may change something has both answers."""
    page = docs.pages()[Path("docs/worst-cases.md")]
    rows = re.findall(r"^\| \[(\w+)\]\(runbooks/\1\.md\) \| (.+) \|$", page, re.MULTILINE)
    told = {name: said.split(" | ") for name, said in rows}
    checks = catalogue.load()
    assert set(told) == {check.id for check in checks}
    for check in checks:
        assert len(told[check.id]) == (2 if check.writes else 1), check.id
        assert all(said.endswith(".") for said in told[check.id]), check.id


def test_every_check_has_a_page_with_its_runbook_and_knobs() -> None:
    made = {path.stem: text for path, text in docs.pages().items()}
    for check in catalogue.load():
        page = made[check.id]
        assert "Runbook:" in page
        assert check.consequence in page
        for knob in docs.words(type(check)):
            assert f"`{knob}`" in page
