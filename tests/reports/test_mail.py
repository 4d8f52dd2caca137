"""What every mail keeps to, whatever the account is like."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import icalendar
import pytest

from steadyhand.connect.message import Mail
from tests.reports import renew
from tests.reports.accounts import extremes, ledger_rows, stories
from tests.reports.accounts.stories import Story
from tests.reports.reading.page import Page

Tell = Callable[[], Story]
MONTHS: dict[str, Tell] = {
    "blank": stories.blank,
    "first month": stories.first_month,
    "usual": stories.usual,
    "crowd": extremes.crowd,
}
MAILS = [(name, cadence) for name in MONTHS for cadence in ("monthly", "weekly")]
MAILS.append(("quiet", "weekly"))
WRITTEN: dict[tuple[str, str], Mail] = {}


@pytest.fixture(params=MAILS, ids=lambda one: f"{one[0]}, {one[1]}")
def mail(request: pytest.FixtureRequest) -> Mail:
    """Every account in every cadence; written once."""
    name, cadence = request.param
    if request.param not in WRITTEN:
        story = (MONTHS | {"quiet": stories.quiet})[name]()
        if cadence == "weekly":
            story = story.on(ledger_rows.MONDAY)
        WRITTEN[request.param] = story.mail(cadence)
    return WRITTEN[request.param]


def test_it_is_small(mail: Mail) -> None:
    assert len(mail.html.encode()) <= 60_000
    assert mail.size <= 300_000
    assert len(mail.as_mime("a@example.com", ["b@example.com"])) <= 300_000


def test_gmail_reads_its_styles(mail: Mail) -> None:
    styles = re.findall(r"<style[^>]*>(.*?)</style>", mail.html, re.DOTALL)
    assert styles
    assert max(map(len, styles)) < 8_192


def test_nothing_is_fetched(mail: Mail) -> None:
    for tag, said in Page(mail.html).tags:
        assert tag not in {"link", "script", "iframe", "object", "form", "a"}
        for name in ("src", "href", "background", "srcset"):
            assert said.get(name, "cid:").startswith("cid:"), (tag, said)
    assert not re.search(r"url\(|@import|https?://(?!www\.w3\.org/)", mail.html)


def test_every_picture_is_there_and_says_its_numbers(mail: Mail) -> None:
    shown = [said for tag, said in Page(mail.html).tags if tag == "img"]
    assert {said["src"].removeprefix("cid:") for said in shown} == set(mail.images)
    for said in shown:
        assert len(re.findall(r"\$\d|\d%", said["alt"])) >= 2, said["alt"]
    dark = [name for name in mail.images if "dark" in name]
    assert len(dark) * 2 == len(mail.images)


def test_the_subject_is_one_line_and_the_verdict_comes_first(mail: Mail) -> None:
    assert mail.subject.splitlines() == [mail.subject]
    assert len(mail.subject) <= 150
    verdict = re.compile(r"(May|Week 21): (stable|quiet|normal|painful|no sweep yet)\b")
    assert verdict.match(mail.subject)
    assert mail.preheader
    assert mail.preheader not in mail.subject


def test_text_has_72_columns(mail: Mail) -> None:
    assert max(map(len, mail.text.splitlines())) <= 72
    assert mail.text == "\n".join(line.rstrip() for line in mail.text.splitlines()) + "\n"
    assert "\n\n\n\n" not in mail.text
    assert not re.search(r"<[a-z/]|&[a-z#]+;|\{\{|\{%", mail.text)


def test_text_and_page_ask_the_same(mail: Mail) -> None:
    words = Page(mail.html).words
    asked = re.findall(r"steadyhand approve fi-\w+", mail.text)
    assert asked == re.findall(r"steadyhand approve fi-\w+", words)
    assert len(set(asked)) <= 3 + 10
    assert set(re.findall(r"steadyhand undo ch-\w+", mail.text)) == set(
        re.findall(r"steadyhand undo ch-\w+", words)
    )


def test_the_calendar_holds_the_dates(mail: Mail) -> None:
    for data in mail.attachments.values():
        calendar = icalendar.Calendar.from_ical(data)
        events = calendar.walk("VEVENT")
        assert 0 < len(events) <= 100
        uids = [str(event["UID"]) for event in events]
        assert len(set(uids)) == len(uids)
        known = r"((fi|ex)-\w{10}|review-(weekly|monthly)-\d{4}-\d\d-\d\d)"
        assert all(re.fullmatch(rf"{known}@1111-2222-3333\.steadyhand", uid) for uid in uids)


def test_the_same_rows_are_the_same_bytes() -> None:
    """In this process, and in another one with another hash seed."""
    said = [hashlib.sha256(_bytes(stories.usual().mail())).hexdigest() for _ in range(2)]
    code = (
        "import hashlib; from tests.reports.accounts import stories; from tests.reports.test_mail import _bytes;"
        "print(hashlib.sha256(_bytes(stories.usual().mail())).hexdigest())"
    )
    root = Path(__file__).resolve().parents[2]
    there = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        cwd=root,
        env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C"},
    )
    assert {*said, there.stdout.strip()} == {said[0]}


def test_the_order_of_rows_makes_no_difference() -> None:
    story = stories.usual()
    before = _bytes(story.mail())
    for rows in (
        story.ledger.found,
        story.ledger.made,
        story.ledger.fired,
        story.ledger.said,
        story.ledger.swept,
    ):
        rows.reverse()  # type: ignore[attr-defined]
    assert _bytes(story.mail()) == before


def test_later_rows_and_a_later_hour_make_no_difference() -> None:
    story = stories.usual()
    before = _bytes(story.mail())
    found = story.ledger.found[0]
    story.ledger.made.append(ledger_rows.change("ch-late", found, ledger_rows.at(6, 1, 8)))
    story.ledger.fired.append(ledger_rows.incident("in-late", "late", ledger_rows.at(6, 1, 8), 60))
    story.ledger.found.append(ledger_rows.record("x", "late", "late", seen=ledger_rows.at(6, 1, 8)))
    assert _bytes(story.on(ledger_rows.at(6, 2, 20)).mail()) == before


def _bytes(mail: Mail) -> bytes:
    return (
        mail.as_mime("Steadyhand <s@example.com>", ["maya@example.com"])
        + mail.values.encode()
        + mail.explained().encode()
    )


@pytest.mark.parametrize("name", [name for name, _ in renew.goldens()])
def test_golden(name: str) -> None:
    """Renew with `python -m tests.reports.renew`, and read the difference."""
    assert dict(renew.goldens())[name] == (renew.GOLDEN / name).read_bytes()


def test_goldens_are_all_compared() -> None:
    assert {path.name for path in renew.GOLDEN.iterdir()} == {name for name, _ in renew.goldens()}


# MIME.


def test_the_mime_is_what_mail_programs_expect() -> None:
    mail = stories.usual().mail()
    raw = mail.as_mime("Steadyhand <s@example.com>", ["Maya <maya@example.com>", "jo@example.com"])
    message = message_from_bytes(raw, policy=default)
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        *["image/png"] * len(mail.images),
        "text/calendar",
    ]
    assert message["Subject"] == mail.subject
    assert message["To"] == "Maya <maya@example.com>, jo@example.com"
    assert re.fullmatch(r"<monthly-2026-05\.[0-9a-f]{24}@example\.com>", message["Message-ID"])
    plain, page = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert plain.get_content().replace("\r\n", "\n") == mail.text
    assert page is not None
    assert page.get_content().replace("\r\n", "\n").strip() == mail.html.strip()
    cids = {str(part["Content-ID"]).strip("<>") for part in message.walk() if part["Content-ID"]}
    assert cids == set(mail.images)


def test_another_word_is_another_message() -> None:
    one, other = stories.usual(), stories.usual()
    other.ledger.fired.pop()
    assert one.mail().digest != other.mail().digest
    assert one.mail().name == other.mail().name


def test_the_page_alone_needs_nothing_beside_it() -> None:
    mail = stories.usual().mail()
    assert len(mail.images) >= 2
    assert 'src="cid:' not in mail.page
    assert mail.page.count('src="data:image/png;base64,') == len(mail.images)
