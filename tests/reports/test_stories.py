"""What is said of accounts with little or nothing in them, and of one with too much."""

from __future__ import annotations

import re

from tests.reports.accounts import extremes, ledger_rows, stories
from tests.reports.reading.page import Page

DIFFERENCE = re.compile(
    r"[−±]\$|\+\$[\d,]+(?! over the usual)\b|\bless than\b|\bmore than [A-Z]|\(April|vs April"
)


def test_no_data_at_all() -> None:
    mail = stories.blank().mail()
    assert mail.subject == "May: no sweep yet"
    assert "$" not in mail.text
    assert not mail.images
    assert not mail.attachments
    assert "Nothing needs you" not in mail.text, "nobody has looked, so nobody knows"
    week = stories.blank().on(ledger_rows.MONDAY).mail("weekly")
    assert week.text.startswith("NOT YET: no sweep has finished yet.\n")


def test_a_first_month_has_no_difference() -> None:
    mail = stories.first_month().mail()
    assert "first month" in mail.subject
    for said in (mail.subject, mail.preheader, mail.text, Page(mail.html).words):
        assert not DIFFERENCE.search(said), DIFFERENCE.search(said)
    assert "We have looked since 11 May" in " ".join(mail.text.split())


def test_a_usual_month_has_differences() -> None:
    """So that the test above can fail."""
    mail = stories.usual().mail()
    assert "(−$284)" in mail.subject
    assert DIFFERENCE.search(mail.text)
    assert "(April: 74 minutes)" in mail.text


def test_a_first_week_has_nothing_to_compare_with() -> None:
    mail = stories.first_month().on(ledger_rows.at(5, 18)).mail("weekly")
    assert "last week" not in mail.text
    assert "Last week" not in mail.html
    assert "first week" in mail.subject
    assert "last week" in stories.usual().on(ledger_rows.MONDAY).mail("weekly").text


def test_without_a_bill_there_is_no_figure() -> None:
    story = stories.usual()
    story.ledger.aws.denied = "AccessDeniedException"
    mail = story.mail()
    assert "$" not in mail.subject
    assert not [name for name in mail.images if not name.startswith("spark")]
    assert "Not read: the bill (AccessDeniedException)." in mail.text


def test_a_silent_week_is_five_lines() -> None:
    mail = stories.quiet().mail("weekly")
    above, _, _ = mail.text.partition("\n--\n")
    assert len([line for line in above.splitlines() if line]) == 5
    assert len(Page(mail.html).words) < 600


def test_ten_thousand_findings_are_folded() -> None:
    mail = extremes.crowd().mail()
    assert "10,000" not in mail.subject
    assert "4,000 changes" in mail.text
    assert len(mail.explain) < 400
    shown = re.findall(r"thing-\d+", mail.text)
    assert len(shown) < 60


def test_the_bill_is_asked_once() -> None:
    story = stories.usual()
    story.mail()
    asked = [call for call in story.ledger.aws.calls if call.service == "ce"]
    assert len(asked) == 5, "the days, the usage of two months, the forecast, our own cost"
    assert asked[0].params["TimePeriod"] == {"Start": "2026-04-01", "End": "2026-06-01"}


def test_a_running_month_says_so_and_what_it_is_compared_with() -> None:
    mail = stories.usual().on(ledger_rows.at(5, 11, 12)).mail()
    assert mail.name == "monthly-2026-05-until-2026-05-11"
    assert mail.subject.startswith("May so far: stable · $1,307 (−$203)")
    text = " ".join(mail.text.split())
    assert "MAY IS STABLE SO FAR." in text
    assert "9 minutes in 1 incident (all of April: 74 minutes)" in text
    assert "$203 less than 1–10 April" in text


def test_production_is_bold() -> None:
    html = stories.usual().mail().html
    assert "<b>production</b>" in html
    assert "<b>staging</b>" not in html
