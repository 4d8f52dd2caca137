"""A review as text: 72 columns, written for reading, in its own order."""

from __future__ import annotations

import re

from steadyhand.reports.templating import template
from steadyhand.rhythm.reviews.review import Review


def text(review: Review) -> str:
    """The text part: never more than two empty lines in a row."""
    written = template(f"{review.period.cadence}.txt.j2").render(r=review)
    lines = "\n".join(line.rstrip() for line in written.splitlines())
    return re.sub(r"\n{4,}", "\n\n\n", lines).strip() + "\n"
