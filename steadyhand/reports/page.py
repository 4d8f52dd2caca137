"""A review as HTML: Jinja2 writes MJML, and MJML makes the tables that mail clients know.

Nothing that a stranger wrote is ever markup: Jinja2 escapes every value before MJML sees it.
"""

from __future__ import annotations

import re

import mjml

from steadyhand.reports.charts.colours import THEMES
from steadyhand.reports.charts.daily import HEIGHT, WIDTH
from steadyhand.reports.templating import PAGE, template
from steadyhand.rhythm.reviews.review import Review


def html(review: Review, picture: str) -> str:
    """The page. `picture` is the chart's name, empty where there is none."""
    written = template(f"{review.period.cadence}{PAGE}").render(
        r=review, themes=THEMES, picture=picture, size={"width": WIDTH, "height": HEIGHT}
    )
    return tidy(str(mjml.mjml2html(written)))


def tidy(page: str) -> str:
    """Without the blanks between tags that templates leave, so that it stays small."""
    return re.sub(r">\s+<", lambda gap: ">\n<" if "\n" in gap.group() else "> <", page)
