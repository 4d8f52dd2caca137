"""The pages as files: whole, linked, the same twice, and nothing inline."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from html.parser import HTMLParser
from posixpath import dirname, join, normpath

import pytest

from steadyhand.model import Note
from steadyhand.portal.gather import Silent, gather, reviews_of
from steadyhand.portal.site import ALONE, PAGES
from tests.portal.pages import CHECKS, pages
from tests.reports.accounts import doubles, extremes, ledger_rows, stories

INLINE = re.compile(r'\sstyle="|<style|\son\w+="|<script>')
MACHINE = re.compile(r"/tmp/|/root/|/home/|/work/")


class Links(HTMLParser):
    """Where a page leads, and which names it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.to: list[str] = []
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if name := said.get("id"):
            self.ids.append(name)
        for where in (said.get("href"), said.get("src")):
            if where:
                self.to.append(where)


@pytest.fixture(scope="module")
def usual() -> Mapping[str, bytes]:
    return pages(stories.usual())


def test_every_page_is_there(usual):
    assert {f"{name}.html" for name, _ in PAGES} <= set(usual)
    assert {f"checks/{check.id}.html" for check in CHECKS} <= set(usual)
    assert {"steadyhand.css", "findings.js", "calendar.ics"} <= set(usual)


def test_every_link_leads_somewhere(usual):
    found = {name: Links(data.decode()) for name, data in usual.items() if name.endswith(".html")}
    for name, page in found.items():
        assert len(page.ids) == len(set(page.ids)), f"{name} names two things alike"
        for link in page.to:
            path, _, anchor = link.partition("#")
            there = normpath(join(dirname(name), path)) if path else name
            if there.startswith("../reviews/"):
                assert there == "../reviews/monthly-2026-04/mail.html"
                continue
            assert there in usual, f"{name} leads to {link}"
            if anchor and anchor not in {"now", "next", "later"}:
                assert anchor in found[there].ids, f"{name} leads to {link}"


def test_nothing_is_inline_and_nothing_tells_of_this_machine(usual):
    for name, data in usual.items():
        if name.endswith(".html") and name != ALONE:
            assert not INLINE.search(data.decode()), name
            assert "default-src 'none'" in data.decode()
        assert not MACHINE.search(data.decode()), name


def test_one_page_stands_alone(usual):
    page = Links(usual[ALONE].decode())
    assert [link for link in page.to if not link.startswith("#")] == []
    assert b"<style>" in usual[ALONE]


def test_the_same_facts_are_the_same_bytes(usual):
    assert pages(stories.usual()) == usual


def test_what_is_open_is_there_with_its_commands(usual):
    page = usual["findings.html"].decode()
    story = stories.usual()
    facts = story.facts()
    open_ids = {one.finding.id for one in facts.open_at(facts.period.until)}
    assert open_ids
    assert set(re.findall(r'id="(fi-\w+)"', page)) == open_ids
    assert "steadyhand exempt" in page
    changes = usual["changes.html"].decode()
    for change in facts.changes:
        assert f'id="{change.id}"' in changes


def test_an_account_nobody_has_looked_at_says_so():
    made = pages(stories.blank())
    assert b"Nobody has looked yet" in made["findings.html"]
    assert b"We have changed nothing" in made["changes.html"]
    assert b"No alarm fired" in made["incidents.html"]


def test_ten_thousand_findings_are_cut_and_counted():
    made = pages(extremes.crowd())
    shown = sum(
        len(re.findall(rb'id="fi-', data)) for name, data in made.items() if "findings" in name
    )
    assert shown == 2000
    assert b"2,000 most urgent" in made["findings.html"]
    assert "findings-4.html" in made
    assert "findings-5.html" not in made
    assert sum(map(len, made.values())) < 8_000_000


def test_the_ledger_alone_is_read():
    story = stories.usual()
    told = gather(
        ledger=story.ledger, settings=story.settings, account=ledger_rows.ACCOUNT, now=story.now
    )
    assert [call.action for call in story.ledger.aws.calls] == []
    assert told.facts.period.is_running
    assert told.facts.bill is None
    assert Silent("1").account == "1"


def test_reviews_are_those_that_were_sent_each_once():
    def note(name: str, days: int, **said: str) -> Note:
        return Note(kind="review", name=name, at=ledger_rows.NOW + timedelta(days=days), said=said)

    found = reviews_of(
        [
            note("bill#2026-04-01#2026-06-01", 0),
            note("mail#monthly-2026-05#1", 1, subject="May: stable"),
            note("mail#monthly-2026-05#1#ended", 1, outcome="refused"),
            note("mail#monthly-2026-05#2", 2, subject="May: stable"),
            note("mail#weekly-2026-W22#1", 3, subject="Week 22"),
            note("mail#../../etc#1", 4, subject="no name of ours"),
        ]
    )
    assert [one.name for one in found] == ["weekly-2026-W22", "monthly-2026-05"]


def test_what_fires_at_the_same_hour_says_when_why_what_next_and_what_it_costs():
    story = stories.usual()
    seen = ledger_rows.record(
        "queue_without_dlq", "shop-webhooks", "Queue shop-webhooks has no dead-letter queue"
    )
    story.ledger.found.append(seen)
    story.ledger.fired += [
        ledger_rows.incident(f"i-{day}", "shop-webhooks-age", ledger_rows.at(5, day, 4, 12), 25)
        for day in (4, 11, 18, 25)
    ]
    page = pages(story)["incidents.html"].decode()
    row = (
        page.partition("shop-webhooks-age</")[0].rpartition("<tr")[2]
        + page.partition('<th scope="row">shop-webhooks-age')[2].partition("</tr>")[0]
    )
    assert "Always at 05:12" in row
    assert "A finding on it was known since" in row
    assert "The fix waits in the backlog." in row
    assert f"steadyhand show {seen.finding.id}" in row
    assert re.search(r"minutes to \d hours|to \d hours", row)


def test_an_example_history_is_called_one_on_every_page():
    story = stories.usual()
    assert not [name for name, data in pages(story).items() if b"Example history" in data]
    story.ledger.note(doubles.example())
    for name, data in pages(story).items():
        if name.endswith(".html"):
            assert b"Example history: everything before 30 May, 13:00 is made up." in data, name
    for cadence in ("weekly", "monthly"):
        mail = story.on(ledger_rows.MONDAY).mail(cadence)
        assert "Example history: everything before 30 May" in mail.text
        assert "Example history: everything before 30 May" in mail.html
