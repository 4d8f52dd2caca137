"""Names, tags, alarms, reasons and people are chosen by strangers: they stay words."""

from __future__ import annotations

import unicodedata
from email import message_from_bytes
from email.policy import default

import icalendar
import pytest
from jinja2 import Environment

from steadyhand.connect.message import Mail
from steadyhand.reports import templating
from steadyhand.rhythm.core.words import UNSEEN
from tests.corpus import HARMLESS, HOSTILE
from tests.reports.accounts import doubles, extremes, ledger_rows
from tests.reports.reading.page import Page

POISON = [one for one in HOSTILE if one.strip()]


def told(text: str, cadence: str) -> Mail:
    story = extremes.poisoned(text)
    return (story.on(ledger_rows.MONDAY) if cadence == "weekly" else story).mail(cadence)


PLAIN = {cadence: told(HARMLESS, cadence) for cadence in ("monthly", "weekly")}


@pytest.mark.parametrize("cadence", ["monthly", "weekly"])
@pytest.mark.parametrize("text", POISON, ids=[ascii(one)[:24] for one in POISON])
def test_poison_is_text(text: str, cadence: str) -> None:
    mail = told(text, cadence)
    plain, page = Page(PLAIN[cadence].html), Page(mail.html)
    assert page.skeleton == plain.skeleton
    assert page.comments == plain.comments
    assert len(mail.html.encode()) <= 60_000
    assert max(map(len, mail.text.splitlines())) <= 72

    for said in (mail.subject, mail.preheader):
        assert said.splitlines() == [said]
    seen = mail.text.replace("\n", " ") + page.words + mail.subject
    assert not {unicodedata.category(one) for one in seen} & UNSEEN

    raw = mail.as_mime(doubles.SETTINGS.mail_from, doubles.SETTINGS.mail_to)
    message = message_from_bytes(raw, policy=default)
    assert sorted(message.keys()) == sorted(
        ["Subject", "From", "To", "Message-ID", "MIME-Version", "Content-Type"]
    )
    assert message["To"] == "maya@larkfield.example"

    calendar = icalendar.Calendar.from_ical(mail.attachments["calendar.ics"])
    held = icalendar.Calendar.from_ical(PLAIN[cadence].attachments["calendar.ics"])
    assert len(calendar.walk("VEVENT")) == len(held.walk("VEVENT"))
    assert [lasting(e) for e in calendar.walk("VEVENT")] == [
        lasting(e) for e in held.walk("VEVENT")
    ]


def lasting(event: icalendar.Event) -> str:
    """An event's id; of an exemption only its kind, for what it is about is its name."""
    uid = str(event["UID"])
    return "ex-" if uid.startswith("ex-") else uid


def test_poison_reaches_the_mail() -> None:
    """Else the test above would prove nothing: the words are there, in every section."""
    page = Page(told("<i>Zorg</i>", "monthly").html).words
    assert page.count("<i>Zorg</i>") >= 15


def test_a_page_that_does_not_escape_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    careless: Environment = templating.environment().overlay(autoescape=False)
    monkeypatch.setattr(templating, "environment", lambda: careless)
    with pytest.raises(ValueError, match="unexpected"):
        told("<i>Zorg</i>", "monthly")
    mail = told("plain & &#x3c;i> text", "monthly")
    assert "plain & " in mail.html


def test_a_name_in_no_picture() -> None:
    assert told("Zorg", "monthly").images.keys() == PLAIN["monthly"].images.keys()
    assert told("Zorg", "monthly").images == PLAIN["monthly"].images
