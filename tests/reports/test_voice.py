"""How we speak, whatever we have to say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from steadyhand import reports, rhythm
from steadyhand.connect.message import Mail
from tests.reports.accounts import ledger_rows, stories

BANNED = re.compile(
    r"\b(significant\w*|critical issue|best practice\w*|please note|successful\w*|insight\w*"
    r"|leverag\w*|kindly|simply|just|very)\b",
    re.IGNORECASE,
)
MAILS = {
    "usual": stories.usual().mail(),
    "first": stories.first_month().mail(),
    "blank": stories.blank().mail(),
    "week": stories.usual().on(ledger_rows.MONDAY).mail("weekly"),
    "quiet": stories.quiet().mail("weekly"),
}
ROOMS = [Path(room.__path__[0]) for room in (reports, rhythm)]
TEMPLATES = sorted(ROOMS[0].glob("templates/*.j2"))


@pytest.mark.parametrize("mail", MAILS.values(), ids=MAILS)
def test_banned_words(mail: Mail) -> None:
    assert not BANNED.findall(mail.text + mail.subject + mail.preheader)


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_banned_words_in_what_was_not_told_this_time(file: Path) -> None:
    said = re.sub(r"\{%.*?%\}|<[^>]*>|<style.*?</style>", "", file.read_text(), flags=re.DOTALL)
    assert not BANNED.findall(said)


def test_the_ban_can_fail() -> None:
    assert BANNED.findall("We successfully leverage best practices.")


@pytest.mark.parametrize("mail", MAILS.values(), ids=MAILS)
def test_minus_and_dates(mail: Mail) -> None:
    assert not re.search(r"-\$\d|\d\d/\d\d", mail.text)
    assert not re.search(r"\b\d+ (?:minutes|hours|days) \d+ (?:days|minutes) \d", mail.text)


@pytest.mark.parametrize("mail", MAILS.values(), ids=MAILS)
def test_the_verdict_comes_first(mail: Mail) -> None:
    first = mail.text.splitlines()[0]
    assert first.startswith(("May: ", "PAINFUL: ", "QUIET: ")), first


def test_a_decision_has_exactly_its_parts() -> None:
    text = " ".join(MAILS["usual"].text.split())
    asked = re.split(r"DECISION \d OF \d", text)[1:]
    assert len(asked) == 3
    for one in asked:
        parts = ["answer by", "Shall we", "Undo:", "If you say nothing:", "Waiting costs"]
        places = [one.index(part) for part in [*parts, "steadyhand approve fi-"]]
        assert places == sorted(places)


def test_what_waits_is_in_capitals_where_there_is_no_colour() -> None:
    assert "APPROVE; " in MAILS["usual"].text
    assert "PRODUCTION" in MAILS["usual"].text


def test_a_mistake_is_told_with_its_day_and_what_is_different_now() -> None:
    text = " ".join(MAILS["usual"].text.split())
    assert "On 21 May maya undid a change of ours." in text
    assert "We ask before we do it again." in text


def test_footers_say_what_was_not_read() -> None:
    text = " ".join(MAILS["usual"].text.split())
    assert "Not read: stack_drift in 1 place (cloudformation:DetectStackDrift was denied)." in text
    assert "Everything that we asked for was read." in MAILS["quiet"].text
    assert "Everything" not in MAILS["blank"].text
    assert "Covers 1 May, 00:00 to 1 June, 00:00, Europe/Dublin" in text
    assert "List prices of 1 June 2025" in text


def test_fonts_come_with_their_licence() -> None:
    fonts = ROOMS[0] / "fonts"
    assert "SIL Open Font License, Version 1.1" in (fonts / "LICENSE").read_text()
    assert len(list(fonts.glob("*.ttf"))) == 2


def test_no_path_of_a_machine() -> None:
    for mail in MAILS.values():
        assert not re.search(r"/tmp/|/root/|/home/", mail.html + mail.values)
