"""The function writes down what calendars show, and the file that they subscribe to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar

from functions import context, review
from steadyhand.model import FindingStatus, Record, Risk, Severity
from tests.functions.test_review import NOW, World, call, kept, world
from tests.reports.accounts.ledger_rows import at, record

pytestmark = pytest.mark.moto
__all__ = ["world"]

API = record(
    "acm_expiring",
    "certificate/api",
    "the certificate of api.example expires on 2026-06-19",
    severity=Severity.HIGH,
    risk=Risk.APPROVAL,
    due=at(6, 19),
    certificate="c",
    names=["n"],
)
API = replace(API, finding=replace(API.finding, account="123456789012"))


def seen(one: Record, old: Record | None = None) -> None:
    assert context.ledger().observe(one, old)


def event(data: bytes) -> Any:
    (one,) = [
        one for one in Calendar.from_ical(data).walk("VEVENT") if API.finding.id in one["UID"]
    ]
    return one


def noted() -> dict[str, int]:
    return {
        note.name: note.said["sequence"]
        for note in context.ledger().notes("date")
        if note.name.startswith("fi-")
    }


def test_the_mail_and_the_feed_say_the_same_and_it_is_kept(world: World) -> None:
    seen(API)
    call("weekly")
    files = kept()
    mailed = event(files["reviews/weekly-2026-W22/calendar.ics"])
    fed = event(files["portal/calendar.ics"])
    assert mailed == fed
    assert noted() == {f"{API.finding.id}#0": 0}


def test_again_is_no_news(world: World) -> None:
    seen(API)
    call("weekly")
    first = kept()["portal/calendar.ics"]
    call("weekly", request="request-2")
    assert noted() == {f"{API.finding.id}#0": 0}
    assert kept()["portal/calendar.ics"] == first


def test_a_week_later_only_what_changed_is_news(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen(API)
    call("weekly")
    monkeypatch.setattr(review, "now", lambda: NOW + timedelta(days=7))
    later = replace(API, finding=replace(API.finding, detonates_at=at(7, 19)))
    seen(later, API)
    call("weekly", request="request-2")
    mailed = event(kept()["reviews/weekly-2026-W23/calendar.ics"])
    assert mailed["SEQUENCE"] == 1
    assert noted() == {f"{API.finding.id}#0": 0, f"{API.finding.id}#1": 1}
    monkeypatch.setattr(review, "now", lambda: NOW + timedelta(days=14))
    seen(replace(later, status=FindingStatus.GONE, changed_at=at(6, 9)), later)
    call("weekly", request="request-3")
    off = event(kept()["reviews/weekly-2026-W24/calendar.ics"])
    assert (off["STATUS"], off["SEQUENCE"]) == ("CANCELLED", 2)


def test_an_old_review_written_again_tells_calendars_nothing(world: World) -> None:
    seen(API)
    call("monthly", period="2026-05")
    assert noted() == {}
    assert "portal/calendar.ics" not in kept()
