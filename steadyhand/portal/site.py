"""All pages as files: pure, so the same facts give the same bytes."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from steadyhand.portal import check_views, views
from steadyhand.portal.gather import PortalRows
from steadyhand.portal.renderer import printed, script, style_sheet
from steadyhand.reports.calendar_file import feed
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import Facts, as_of
from steadyhand.rhythm.core.figures import Line
from steadyhand.rhythm.reviews.review import Review, review_of

ALONE = "today.html"
"""The first page once more, as one file."""

Files = Mapping[str, bytes]

PAGES = (
    ("index", "Today"),
    ("findings", "Findings"),
    ("calendar", "Calendar"),
    ("backlog", "Backlog"),
    ("changes", "Changes"),
    ("incidents", "Incidents"),
    ("exemptions", "Exemptions"),
    ("reviews", "Reviews"),
    ("checks", "Checks"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What stands on every page: whose it is, until when it is true, and what was not read."""

    owner: str
    account: str
    regions: str
    as_of: str
    last_look: str
    gaps: tuple[Any, ...]
    more_gaps: str
    silent: tuple[Line, ...]
    prices_of: str
    example: str
    pages: tuple[tuple[str, str], ...] = PAGES


def site(told: PortalRows) -> Files:
    """Every file by its path: pages, style sheet, script and the calendar."""
    facts = as_of(told.facts)
    review = review_of(facts)
    found = views.open_findings(facts)
    shared = site_of(facts, review)
    files = {
        "steadyhand.css": style_sheet(),
        "findings.js": script(),
        "calendar.ics": feed(review.calendar),
    }
    files[ALONE] = alone({**views.today(facts, review), "s": shared})
    for page, context in pages_of(told, facts, review, found):
        folder, _, name = page.rpartition("/")
        template = "check" if folder else name.partition("-")[0]
        said = {"s": shared, "page": template, "up": "../" if folder else "", "alone": ""}
        said |= context
        files[f"{page}.html"] = printed(template, **said)
    return files


def alone(said: Mapping[str, Any]) -> bytes:
    """The first page as one file that leads nowhere: what a link in a mail can open."""
    style = style_sheet()
    allowed = f"'sha256-{base64.b64encode(hashlib.sha256(style).digest()).decode()}'"
    css = Markup(style.decode())  # noqa: S704 - our own file
    return printed("index", **said, page="", up="", alone=allowed, css=css)


def pages_of(
    told: PortalRows, facts: Facts, review: Review, found: views.Found
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each page's path without its ending, and what it says."""
    yield "index", views.today(facts, review)
    yield from views.findings(facts, found)
    yield "calendar", views.calendar(facts, review)
    yield "backlog", views.backlog(facts)
    yield "changes", views.changes(facts)
    yield "incidents", views.incidents(facts)
    yield "exemptions", views.exemptions(facts)
    yield "reviews", views.reviews(told.reviews, facts)
    every = check_views.checks(told.checks, facts, found)
    yield "checks", {"checks": every, "headline": check_views.checks_headline(every)}
    for one in every:
        yield f"checks/{one['id']}", {"c": one}


def site_of(facts: Facts, review: Review) -> Site:
    """What stands on every page."""
    coverage = review.coverage
    return Site(
        owner=review.owner,
        account=review.account,
        regions=coverage.regions,
        as_of=f"{words.moment(facts.period.until)} {facts.period.zone}",
        last_look=coverage.last_look,
        gaps=coverage.gaps,
        more_gaps=str(coverage.folded or ""),
        silent=coverage.silent,
        prices_of=facts.prices_of,
        example=facts.example,
    )
