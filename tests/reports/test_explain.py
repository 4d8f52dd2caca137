"""Every number in a mail resolves to rows of the ledger."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from steadyhand.connect.message import Mail
from steadyhand.rhythm.core import words
from tests.reports.accounts import doubles, extremes, ledger_rows, stories
from tests.reports.accounts.busy import busy
from tests.reports.accounts.kinds import KINDS
from tests.reports.accounts.ledger_rows import MONDAY
from tests.reports.accounts.stories import Story
from tests.reports.reading.page import Page

MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in words.MONTHS)
NUMBER = re.compile(r"(?<![\w.-])[−+±]?\$?\d[\d,.]*\d%?|(?<![\w.-])[−+±]?\$?\d%?")
NO_FIGURE = [
    re.compile(r"steadyhand (?:approve|show|undo) (?:fi|ch)-\w+"),
    re.compile(rf"\d+(?:–\d+)? (?:{MONTH})\b(?: 20\d\d)?(?:, \d\d:\d\d)?"),
    re.compile(r"\bat \d\d:\d\d\b"),
    re.compile(r"(?i)decision \d of \d"),
    re.compile(r"Week \d+"),
    re.compile(r"(?i)next 90 days|none within 90 days|end within 30 days|nothing .* 14 days"),
    re.compile(r"\d{4}-\d{4}-\d{4}"),
    re.compile(r"\bfi-\w{10}\b"),
    re.compile(r"Ledger head [0-9a-f]{10}\b"),
    re.compile(r"(?i)effort table 20\d\d-\d\d"),
    re.compile(r"(?i)\bcame back within (?:7|30|90) days"),
    re.compile(r"22:00 to 07:00"),
    re.compile(r"your budget is \d+ a week"),
]


def unexplained(said: str, mail: Mail, story: Story) -> set[str]:
    """The numbers that no figure accounts for."""
    left = " ".join(said.split())
    for theirs in sorted(strangers(story), key=len, reverse=True):
        left = left.replace(theirs, " ")
    for pattern in NO_FIGURE:
        left = pattern.sub(" ", left)
    known = {token for figure in mail.explain for token in NUMBER.findall(figure)}
    budget = words.money(story.settings.monthly_budget_usd or 0)
    return set(NUMBER.findall(left)) - known - {budget}


def strangers(story: Story) -> Iterable[str]:
    """Words of rows and of checks: they may hold any number, and are no figures of ours."""
    ledger = story.ledger
    for summary in [r.finding.summary for r in ledger.found] + [
        c.finding.summary for c in ledger.made
    ]:
        said = words.told(summary)
        yield from (said, said.rstrip("."), words.clean(summary))
    for fired in ledger.fired:
        yield from filter(None, (words.told(fired.summary), fired.signature))
    for record in ledger.found:
        if record.held:
            yield words.clean(record.held.reason)
    for kind in KINDS.values():
        yield from filter(None, (kind.title, kind.undo, kind.fix))
    yield from doubles.SERVICES
    yield from (ledger_rows.REGION, "gp3", "S3", "EC2")


ASKED = ("review#bill#2026-", "review#measures#2026-")
"""How rows are called that a review writes down when it is sent: what it asked of AWS."""


def rows(story: Story) -> set[str]:
    """The ids of every row there is."""
    ledger = story.ledger
    ids = {one.finding.id for one in ledger.found} | {one.id for one in ledger.made}
    ids |= {one.id for one in ledger.fired} | {one.scope for one in ledger.said}
    ids |= set(ledger.remembered)
    ids |= {f"sweep#{region}" for region, _, _ in ledger.swept}
    ids |= {
        f"sweep#{region}#{where}#{check}"
        for region, _, said in ledger.swept
        for check, where, _ in said["unknown"]
    }
    return ids


STORIES = [
    (stories.usual(), "monthly"),
    (stories.usual().on(MONDAY), "weekly"),
    (stories.first_month(), "monthly"),
    (stories.quiet(), "weekly"),
    (extremes.crowd(1_000), "monthly"),
    (extremes.crowd(1_000).on(MONDAY), "weekly"),
    (stories.blank(), "monthly"),
    (busy(), "monthly"),
    (busy().on(MONDAY), "weekly"),
]


PRICED = "cost.own.idle: "
"""What is worked out from settings and list prices, which no row holds."""


@pytest.mark.parametrize(("story", "cadence"), STORIES)
def test_every_number_is_a_figure(story: Story, cadence: str) -> None:
    mail = story.mail(cadence)
    assert unexplained(mail.text, mail, story) == set()
    assert unexplained(Page(mail.html).words, mail, story) == set()
    assert unexplained(mail.subject, mail, story) == set()
    for tag, said in Page(mail.html).tags:
        if tag == "img":
            assert unexplained(said["alt"], mail, story) == set()


@pytest.mark.parametrize(("story", "cadence"), STORIES)
def test_every_figure_resolves_to_rows(story: Story, cadence: str) -> None:
    mail = story.mail(cadence)
    known = rows(story)
    for figure, ids in mail.explain.items():
        assert len(set(ids)) == len(ids), figure
        for one in ids:
            assert one in known or one.startswith(ASKED), (figure, one)
        is_nothing = re.search(r": (none|nothing|new|today|0\b|.*\b0 |no )|\$0", figure)
        assert ids or is_nothing or figure.startswith(PRICED), figure


def test_a_made_up_number_is_noticed() -> None:
    story = stories.usual()
    mail = story.mail()
    assert unexplained("We saved you $7,777 and 83 minutes.", mail, story) == {"$7,777", "83"}
    assert unexplained("31 minutes", mail, story) == set()


def test_counts_are_as_many_as_their_rows() -> None:
    for figure, ids in stories.usual().mail().explain.items():
        name, _, said = figure.partition(": ")
        if name in {"incidents", "changes", "decisions", "bombs", "backlog", "backlog.added"}:
            assert int(said.split()[0]) == len(ids), figure
