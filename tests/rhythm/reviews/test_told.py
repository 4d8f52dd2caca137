"""How the month is told: changes by outcome, what they gave, exemptions by what they are about."""

from __future__ import annotations

import re
from dataclasses import replace

from steadyhand.model import ChangeState
from steadyhand.rhythm.core.changes import changes_of
from steadyhand.rhythm.core.facts import as_of
from steadyhand.rhythm.core.figures import Figure, spoken
from steadyhand.rhythm.results.hours_returned import Returned
from steadyhand.rhythm.reviews.coverage import coverage_of
from steadyhand.rhythm.reviews.review import review_of
from steadyhand.rhythm.reviews.summary import gave
from steadyhand.rhythm.savings.statement import Savings
from tests.reports.accounts import ledger_rows, stories
from tests.reports.accounts.busy import busy
from tests.reports.accounts.ledger_rows import MAYA, at, change, record
from tests.reports.reading.page import Page

NOTHING = Figure("x", "nothing")
SECTIONS = [
    "Time bombs, next 90 days",
    "Reliability",
    "Cost",
    "Savings ledger",
    "What we got wrong",
    "What we changed",
    "Security and patching",
    "Jobs and webhooks",
    "On-call and hours",
    "Backlog",
    "Exemptions that end within 30 days",
    "Documents",
]


def test_changes_are_told_by_outcome_with_the_worst_first() -> None:
    story = stories.usual()
    bombs = [
        record("open_admin_ports", f"sg-{n}", f"sg-{n}", environment="staging") for n in range(4)
    ]
    bombs.append(record("open_admin_ports", "sg-p", "sg-p"))
    story.ledger.made = [change(f"ch-{n}", one, at(5, 9 - n)) for n, one in enumerate(bombs)]
    story.ledger.made += [
        change("ch-a", bombs[0], at(5, 10), by=MAYA),
        change("ch-f", bombs[0], at(5, 11), state=ChangeState.FAILED),
        change("ch-u", bombs[0], at(5, 12), state=ChangeState.UNDONE),
    ]
    found = changes_of(as_of(story.facts())).groups
    assert [one.title for one in found] == ["Undone", "Failed", "Approved", "Automatic"]
    automatic = found[-1]
    assert [one.id for one in automatic.rows] == ["ch-4", "ch-0", "ch-1"], "production, then latest"
    assert automatic.folded is not None
    assert automatic.folded.ids == ("ch-2", "ch-3")
    assert automatic.count.words == "5"


def returned(hours: Figure) -> Returned:
    return Returned(hours=hours, changes=NOTHING, table="2026-05", uncounted=None)


def saved(verified: Figure) -> Savings:
    return Savings(
        rows=(), folded=None, verified=verified, applied=NOTHING, lapsed=NOTHING, waiting=NOTHING
    )


def test_what_it_gave_is_said_where_there_is_something() -> None:
    hours, usd = Figure("h", "1 to 4 hours", ("ch-1",)), Figure("u", "$513 a month", ("ch-1",))
    assert gave(returned(NOTHING), saved(NOTHING)) == ()
    by = " That returned 1 to 4 hours to your team by our estimate"
    assert spoken(gave(returned(hours), saved(NOTHING))) == f"{by}."
    assert spoken(gave(returned(hours), saved(usd))) == f"{by}, and $513 a month left the bill."
    assert spoken(gave(returned(NOTHING), saved(usd))) == " And $513 a month left the bill."


def test_an_exemption_that_ends_says_what_it_is_about() -> None:
    story = stories.usual()
    one = story.ledger.said[0]
    story.ledger.said.append(replace(one, scope="public_bucket"))
    ending = coverage_of(as_of(story.facts())).ending
    assert [(e.scope, e.what) for e in ending] == [
        (one.scope, "Bucket press-kit does not block public access (policies)."),
        ("public_bucket", "public_bucket"),
    ]


def test_the_month_has_its_sections_in_a_calm_order() -> None:
    for story in (stories.usual(), busy()):
        page = story.mail().html
        heads = [Page(one).words for one in re.findall(r"<h2[^>]*>.*?</h2>", page, re.DOTALL)]
        assert [one for one in heads if one in SECTIONS] == SECTIONS
        assert len(page.encode()) <= 60_000


def test_the_footer_names_its_sources() -> None:
    story = busy()
    head = review_of(story.facts()).head
    text = " ".join(story.mail().text.partition("\n--\n")[2].split())
    for said in ("List prices of 1 June 2025.", "Effort table 2026-05.", f"Ledger head {head}."):
        assert said in text
    assert "On the first of every month; the next one comes on Wednesday 1 July." in text
    assert "Every Monday; the next one comes on" in story.on(ledger_rows.MONDAY).mail("weekly").text
