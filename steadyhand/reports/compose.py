"""From facts to a mail: pure, so the same facts give the same bytes."""

from __future__ import annotations

from steadyhand.connect.message import Mail, as_json
from steadyhand.reports import page, plain, values
from steadyhand.reports.calendar_file import ics
from steadyhand.reports.charts.colours import THEMES
from steadyhand.reports.charts.daily import daily_svg
from steadyhand.reports.charts.png import png
from steadyhand.reports.charts.sparkline import spark_svg
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.figures import explained, spoken
from steadyhand.rhythm.core.period import Cadence, Period
from steadyhand.rhythm.reviews.review import Review, review_of

DAILY = "daily"
SUBJECT = 150


def name_of(period: Period) -> str:
    """What the review of a period is called: "monthly-2026-05"."""
    return f"{period.cadence}-{period.name}"


def compose(facts: Facts) -> Mail:
    """The review of these facts, as a mail. Of a period that is over `kept_mail` may know it."""
    review = review_of(facts)
    charts = pictures(review)
    return Mail(
        name=name_of(review.period),
        subject=words.clean(spoken(review.subject), SUBJECT),
        preheader=spoken(review.preheader),
        html=page.html(review, DAILY if charts else ""),
        text=plain.text(review),
        images=charts | sparks(review),
        attachments={"calendar.ics": ics(review)} if review.calendar.is_worth_sending else {},
        explain=explained(review),
        values=as_json(values.plain(review)),
    )


def pictures(review: Review) -> dict[str, bytes]:
    """The chart and its dark twin, in the monthly review of an account that has a bill."""
    if review.cost is None or review.period.cadence is not Cadence.MONTHLY:
        return {}
    daily = review.cost.daily
    return {f"{DAILY}-{name}.png": png(daily_svg(daily, theme)) for name, theme in THEMES.items()}


def sparks(review: Review) -> dict[str, bytes]:
    """A line of weeks for each edge that has enough of them, and its dark twin."""
    if review.reliability is None:
        return {}
    target = review.reliability.target_percent
    return {
        f"{edge.spark}-{name}.png": png(spark_svg(edge.weeks, target, theme))
        for edge in review.reliability.edges
        if edge.spark
        for name, theme in THEMES.items()
    }
