"""The portal of a story, as files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from steadyhand.catalogue import discovery as catalogue
from steadyhand.portal.gather import PortalRows, Review, reviews_of
from steadyhand.portal.site import site
from tests.reports.accounts.ledger_rows import NOW
from tests.reports.accounts.stories import Story

CHECKS = tuple(catalogue.load())
SENT = (Review(name="monthly-2026-04", subject="April: stable · $4,530", at=NOW),)


def told(story: Story, reviews: tuple[Review, ...] = SENT) -> PortalRows:
    """What the pages of a story are made of."""
    return PortalRows(facts=story.facts(), checks=CHECKS, reviews=reviews)


def pages(story: Story) -> Mapping[str, bytes]:
    """Every file by its path."""
    return site(told(story))


def written(files: Mapping[str, bytes], folder: Path) -> Path:
    """The files on the disk."""
    for name, data in files.items():
        file = folder / "portal" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    mail = folder / "reviews" / "monthly-2026-04" / "mail.html"
    mail.parent.mkdir(parents=True, exist_ok=True)
    mail.write_text("<!DOCTYPE html><title>April</title>")
    return folder / "portal"


__all__ = ["pages", "reviews_of", "told", "written"]
