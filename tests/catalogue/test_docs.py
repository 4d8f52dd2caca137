"""The generated pages are current, and say what a person needs."""

from __future__ import annotations

from steadyhand.catalogue import discovery as catalogue
from steadyhand.catalogue import docs


def test_the_generated_pages_are_current() -> None:
    assert docs.stale() == []


def test_every_check_has_a_page_with_its_runbook_and_knobs() -> None:
    made = {path.stem: text for path, text in docs.pages().items()}
    for check in catalogue.load():
        page = made[check.id]
        assert "Runbook:" in page
        assert check.consequence in page
        for knob in docs.words(type(check)):
            assert f"`{knob}`" in page
