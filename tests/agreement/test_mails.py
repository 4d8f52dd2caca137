"""The mails say what the pages say, and every row behind a number is what the page says of it."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from steadyhand.cli.commands.look import show
from steadyhand.model import Exemption, Held, Lane, Note
from steadyhand.reports.explain import rows_of
from steadyhand.reports.first.compose import compose as compose_first
from steadyhand.rhythm.backlog.decisions import decisions_of
from steadyhand.rhythm.core import words
from steadyhand.rhythm.core.facts import as_of
from steadyhand.rhythm.core.handling import Handled, handled
from tests.agreement.told import STORIES, Told, flat, printed
from tests.reports.accounts import doubles, first, first_answers, ledger_rows


def test_the_mails_time_bombs_are_those_of_the_calendar(told: Told) -> None:
    mail = " ".join(told.mail.text.partition("TIME BOMBS")[2].partition("RELIABILITY")[0].split())
    ahead = [one for one in told.calendar.entries if one.kind == "finding"]
    for one in ahead:
        said = f"{one.day} {one.what}"
        within = one.at - told.facts.period.until
        assert (said in mail) == (within.days < 90), said


def test_a_decision_has_one_day_to_be_answered_by(told: Told) -> None:
    mail, index = told.mail, flat(told.pages["index.html"])
    asked = re.findall(r"DECISION \d OF \d - answer by (.+)", mail.text)
    shown = re.findall(r"Answer by (\w+ \d+ \w+(?: \d{4})?)", index)
    assert asked == shown
    for by in asked:
        assert by in flat(mail.html)
    ids = re.findall(r"^  steadyhand approve (fi-\w+)$", mail.text, re.MULTILINE)
    assert ids == re.findall(r"steadyhand approve (fi-\w+)", told.pages["index.html"])
    records = {one.finding.id: one for item in told.items for one in item.open}
    assert {handled(records[name], told.facts) for name in ids} <= {Handled.YOU}


@pytest.mark.parametrize("story", STORIES)
def test_the_weekly_mail_says_what_the_pages_say(story: str) -> None:
    week = Told(STORIES[story]().on(ledger_rows.MONDAY).facts("weekly"))
    mail, index = " ".join(week.mail.text.split()), flat(week.pages["index.html"])
    by = re.compile(r"answer by (\w+ \d+ \w+)", re.IGNORECASE)
    assert by.findall(mail) == by.findall(index)
    offered = re.findall(r"steadyhand approve (fi-\w+)", mail)
    assert offered == re.findall(r"steadyhand approve (fi-\w+)", week.pages["index.html"])
    now = sum(one["lane"] == Lane.NOW for one in week.lanes["items"])
    counted = re.search(r"Items in Now +(\d+)", week.mail.text)
    assert counted is None or int(counted[1]) == now
    backlog_page = flat(week.pages["backlog.html"])
    for late in re.findall(r"overdue by \d+ days?", mail):
        assert late in backlog_page


def test_the_first_report_says_what_the_backlog_says() -> None:
    facts, looked = first.look(first_answers.USUAL)
    told, made = Told(facts.facts), compose_first(facts, looked)
    for lane in Lane:
        mine = [one for one in told.lanes["items"] if one["lane"] == lane]
        count = words.plural(sum(len(one["findings"]) for one in mine), "finding")
        assert re.search(rf"^{lane.upper()}, .*, {count}$", made.report.text, re.MULTILINE), lane
    records = {one.finding.id: one for item in told.items for one in item.open}
    for mail in (made.mail, made.report):
        offered = re.findall(r"steadyhand (?:plan|fix|approve) (fi-\w+)", mail.text)
        assert offered
        assert {handled(records[name], told.facts) for name in offered} == {Handled.YOU}


def test_who_uses_it_is_said_alike_and_only_where_it_was_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    facts = STORIES["usual"]().facts()
    seen, counted = (one.finding for one in decisions_of(facts).rows[:2])
    found = [
        replace(
            one, finding=replace(one.finding, evidence={**one.finding.evidence, "used_by": ["i-7"]})
        )
        if one.finding.id == seen
        else one
        for one in facts.records
    ]
    said_of = {"on": "2026-05-30", "count": 312, "unit": "request"}
    note = Note(kind="usage", name=counted, at=facts.period.since, said=said_of)
    read = Told(replace(facts, records=found, notes={**facts.notes, "usage": (note,)}))
    for said in (read.mail.text, flat(read.mail.html), flat(read.pages["index.html"])):
        flowing = " ".join(said.split())
        assert flowing.count("Used by") == 2
        assert "Used by i-7 " in flowing
        assert "Used by 312 requests on 30 May " in flowing
    assert read.mail.explain[f"decisions.{counted}.used: 312 requests"] == (note.id,)
    monkeypatch.setattr(show, "from_ledger", lambda _: read.status)
    shown = {
        one.found.finding.id: printed(partial(show.show, one=one))
        for one in read.known()
        if one.found.finding.id in {seen, counted}
    }
    assert " used by i-7 " in shown[seen]
    assert " used by 312 requests on 30 May " in shown[counted]


def test_the_rows_behind_a_number_are_those_of_the_pages(told: Told) -> None:
    figures = {key.partition(":")[0]: ids for key, ids in told.mail.explain.items()}
    records = {one.finding.id: one for item in told.items for one in item.open}
    assert set(figures["backlog"]) == set(records)
    known, rows = rows_of(as_of(told.facts)), told.findings()
    for name in figures["backlog"]:
        assert known[name].state == "open"
        assert known[name].what in flat(rows[name]), name


def test_the_files_beside_the_first_report_say_what_the_backlog_says() -> None:
    """Exempt for a month, undone by a person, held by the owner's tag: in CSV and JSON as on the pages."""
    until, before = first_answers.NOW + timedelta(days=30), first_answers.NOW - timedelta(days=2)
    exempt = Exemption(scope="rds_backups_off", until=until, because="ours", by="maya", at=before)
    facts, _ = first.look(first_answers.USUAL)
    left = Held(guardrail="hands_off", reason="its tag says hands off")
    known = [
        replace(one, undone_at=before) if number % 2 else replace(one, held=left)
        for number, one in enumerate(facts.facts.records)
    ]
    facts, looked = first.look(
        first_answers.USUAL, ledger=doubles.Ledger(said=[exempt], found=known)
    )
    told, made = Told(facts.facts), compose_first(facts, looked)
    lanes = {one["id"]: item["lane"] for item in told.lanes["items"] for one in item["findings"]}
    rows = list(csv.DictReader(io.StringIO(made.files["findings.csv"].decode())))
    listed = json.loads(made.files["findings.json"])["findings"]
    assert {one["id"] for one in rows} == {one["id"] for one in listed}
    ways = {one.finding.id: handled(one, facts.facts) for one in facts.facts.records}
    assert {Handled.PLANNED, Handled.LEFT} <= set(ways.values())
    for one in (*rows, *listed):
        record = facts.facts.by_id[one["id"]]
        assert one["handled"] == ways[one["id"]]
        assert one["environment"] == record.environment
        assert one["lane"] == lanes.get(one["id"], one["lane"])
        assert float(one["usd_per_month"] or 0) == round(record.finding.usd_per_month or 0, 2)
