"""The report of the first 48 hours: thirteen sections, small, traceable, calm with nothing and with much."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from steadyhand.model import ChangeState, Exemption, FindingStatus, Held, Record
from steadyhand.reports.first.compose import ComposedMail, compose
from steadyhand.source import NOT_AWS
from tests.reports.accounts import doubles, first, first_answers, ledger_rows
from tests.reports.reading.page import Page
from tests.reports.reading.picture import pixels

HEADS = (
    "2. Access",
    "3. What you run",
    "4. How code reaches production",
    "5. Time bombs",
    "6. Where your incidents come from",
    "7. Quick wins",
    "8. Runaway costs and noisy logs",
    "9. Where configuration and secrets live",
    "10. What hangs on one person",
    "11. The first four weeks",
    "12. What we left alone, and why",
    "13. Appendix",
)
STORIES: Mapping[str, Mapping[str, Any]] = {
    "usual": {"said": first_answers.USUAL},
    "empty": {},
    "denied": {"denied": frozenset("*")},
    "crowd": {"said": first.crowd()},
}
EVIL = "<script>alert(1)</script>\u202e\r\nBcc: a@b\x1b[31m{{7*7}}"


@pytest.fixture(scope="module", params=sorted(STORIES))
def report(request: pytest.FixtureRequest) -> ComposedMail:
    return first.made(**STORIES[request.param])


@pytest.fixture(scope="module")
def usual() -> ComposedMail:
    return first.made(first_answers.USUAL)


def test_all_sections_are_there(report: ComposedMail) -> None:
    words = Page(report.report.html).words
    places = [words.index(head) for head in ("1 of 13", *HEADS)]
    assert places == sorted(places)
    for head in HEADS:
        assert head.partition(",")[0].upper()[:24] in report.report.text


def test_the_mail_is_short_and_says_what_the_report_says(report: ComposedMail) -> None:
    letter, whole = (" ".join(one.text.split()) for one in (report.mail, report.report))
    assert (report.mail.subject, report.mail.name) == (report.report.subject, report.report.name)
    assert len(report.mail.html.encode()) <= 20_000
    assert len(report.mail.text.splitlines()) <= 48
    for line in re.findall(
        r"(?:Running|Worst risk|Nearest date|Quickest win|Already done): .+?(?= [A-Z][a-z]+ [a-z]+: |$)",
        letter,
    ):
        assert line[:40] in whole
    commands = re.findall(r"steadyhand (?:plan|fix|approve) fi-\w+", letter)
    assert all(one in whole for one in commands)
    assert len(commands) <= 3
    assert "As of " in letter
    assert "As of " in whole
    assert "steadyhand review first-48-hours" in letter


def test_it_is_small(report: ComposedMail) -> None:
    assert len(report.report.html.encode()) <= 60_000
    assert report.mail.size <= 300_000
    assert len(report.mail.as_mime("a@example.com", ["b@example.com"])) <= 310_000


def test_no_remote_image_and_every_picture_is_attached(report: ComposedMail) -> None:
    found = [a for tag, a in Page(report.report.html).tags if tag == "img"]
    assert {a["src"].removeprefix("cid:") for a in found} == set(report.report.images)
    assert all(re.search(r"\d", a["alt"]) for a in found)
    assert "http" not in "".join(a["src"] for a in found)


def test_every_number_resolves(report: ComposedMail) -> None:
    known = json.loads(report.files["inventory.json"]).keys()
    known |= {one["id"] for one in json.loads(report.files["findings.json"])["findings"]}
    ids = {one for rows in report.report.explain.values() for one in rows}
    assert ids <= known
    counted = [name for name in report.report.explain if re.search(r": [1-9]", name)]
    assert all(report.report.explain[name] for name in counted)


def test_the_same_facts_give_the_same_bytes() -> None:
    one, other = (first.made(first_answers.USUAL) for _ in range(2))
    assert one.mail == other.mail
    assert one.files == other.files


def test_text_keeps_to_its_columns(report: ComposedMail) -> None:
    commands = ("steadyhand ", "npx ")
    for line in report.report.text.splitlines():
        assert len(line) <= 72 or line.strip().startswith(commands) or " " not in line.strip(), line


def test_what_a_usual_account_reads(usual: ComposedMail) -> None:
    text = " ".join(usual.report.text.split())
    assert "it runs, and 1 data store could not be brought back" in usual.report.subject
    assert "Running: 15 resources in eu-west-1. $3,989 a month before credits of $374" in text
    assert "billing-db Postgres 15, production, backups: off" in text
    assert "github-deploy: 12 deploys ECS service, last on 3 June: api-svc" in text
    assert "jonas, by hand: 3 deploys" in text
    assert "ECS services that roll back by themselves: 0 of 1" in text
    assert "Deployed functions that keep an older version: 0 of 1" in text
    assert "api-5xx: 6 incidents, 19 May – 3 June, 36 minutes to 6 hours lost." in text
    assert "Log group /ecs/api: $153.90" in text
    assert "Environment of Lambda: 3 names eu-west-1: STRIPE_API_KEY in 3 functions" in text
    assert "nobody else deployed intake in 90 days" in text
    assert "Left alone: 1 resource" in text
    assert "steadyhand plan fi-" in text
    assert "Nothing is deployed here and there is no ledger." in text


def test_no_value_of_a_secret_is_anywhere(usual: ComposedMail) -> None:
    every = [usual.report.html, usual.report.text, usual.report.values]
    assert all("sk_live_never" not in one for one in every)
    assert all(b"sk_live_never" not in one for one in usual.files.values())


def test_nothing_is_made_up_for_an_empty_account() -> None:
    made = first.made()
    text = " ".join(made.report.text.split())
    assert made.report.subject == "First 48 hours: nothing runs here yet."
    assert not made.report.images
    for said in (
        "Nothing was billed in 30 days.",
        "Everything that we asked for was read.",
        "CloudTrail saw no deploy in 90 days.",
        "No alarm fired and nothing that we count failed in 30 days.",
        "Nothing that costs more than it should was seen.",
    ):
        assert said in text
    assert "None" not in re.sub(r"None that we could see", "", text)


def test_what_is_refused_is_a_gap_and_never_nothing() -> None:
    text = " ".join(first.made(denied=frozenset("*")).report.text.split())
    assert "WE COULD NOT LOOK" in text
    assert "We could not see it." in text
    assert "The bill could not be read (AccessDenied)" in text
    assert "CloudTrail could not be read everywhere." in text
    assert "Alarms or metrics could not be read everywhere." in text
    for claim in ("saw no deploy", "No alarm fired", "No parameter", "Nothing runs here yet"):
        assert claim not in text


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        ("dynamodb:DescribeContinuousBackups", "2 could not be read"),
        ("resourcegroupstaggingapi:GetResources", "at least; not all of it could be read"),
        ("ssm:DescribeParameters", "Not every place could be read."),
    ],
)
def test_one_refusal_is_told_where_it_matters(operation: str, said: str) -> None:
    text = first.made(first_answers.USUAL, denied=frozenset({operation})).report.text
    assert said in " ".join(text.split())
    assert operation in text


def test_a_crowd_is_folded_and_kept_whole() -> None:
    made = first.made(first.crowd())
    found = json.loads(made.files["findings.json"])["findings"]
    assert len(found) > 1500
    assert "findings.csv" not in made.mail.attachments
    assert "too many for a mail" in Page(made.report.html).words
    assert len(list(csv.reader(made.files["findings.csv"].decode().splitlines()))) > 1500
    things = json.loads(made.files["inventory.json"])
    assert sum("tier" in one for one in things.values()) == 2000


def test_hostile_names_are_words() -> None:
    said = first.poisoned(first_answers.USUAL, EVIL)
    made = first.made(said)
    page = Page(made.report.html)
    assert not [tag for tag, _ in page.tags if tag == "script"]
    assert "\u202e" not in made.report.html + made.report.text + made.report.subject
    assert "\x1b" not in made.report.text
    assert "\n" not in made.report.subject
    assert "49" not in re.findall(r"jobs\S*", made.report.text)
    assert len(made.report.html.encode()) <= 60_000
    assert made.report.size <= 300_000
    for name in (name for name in made.report.images if "light" in name):
        wide, high, _ = pixels(made.report.images[name])
        assert wide >= 420
        assert high > 60


def test_a_ledger_is_used() -> None:
    """Undo ids, exemptions and what was held back come from it."""
    facts, looked = first.look(first_answers.USUAL)
    old = next(one for one in facts.facts.records if one.finding.check == "rds_backups_off")
    seen = first_answers.NOW - timedelta(days=2)
    held = Held("owned", "Terraform owns this database.")
    known: Record = replace(old, first_seen=seen, changed_at=seen, held=held)
    fixed = replace(old, finding=replace(old.finding, check="open_admin_ports", name="sg-1"))
    change = ledger_rows.change("ch-0123456789", fixed, seen, state=ChangeState.VERIFIED)
    change = replace(change, ended_at=seen)
    until = first_answers.NOW + timedelta(days=30)
    exempt = Exemption(scope="fi-0", until=until, because="ours", by="maya", at=seen)
    ledger = doubles.Ledger(found=[known], made=[change], said=[exempt])
    made = compose(*first.look(first_answers.USUAL, ledger=ledger))
    text = " ".join(made.report.text.split())
    assert "steadyhand undo ch-0123456789" in text
    assert "1 fix, each with an undo." in text
    assert "exempt until 3 July: ours." in text
    assert "Terraform owns this database" in text
    assert "steadyhand uninstall" in text
    assert f"steadyhand approve {known.finding.id}" not in text  # a guardrail speaks against it
    assert "in the report bucket under reviews/first-48-hours-2026-06-03" in text
    assert looked.scan.found


def test_what_is_found_after_its_check_was_exempted_is_exempt() -> None:
    until = first_answers.NOW + timedelta(days=30)
    seen = first_answers.NOW - timedelta(days=2)
    said = Exemption(scope="rds_backups_off", until=until, because="ours", by="maya", at=seen)
    facts, _ = first.look(first_answers.USUAL, ledger=doubles.Ledger(said=[said]))
    ends = {(one.finding.check, one.exempt_until) for one in facts.facts.records}
    assert {until for check, until in ends if check == said.scope} == {until}
    assert {until for check, until in ends if check != said.scope} == {None}


def test_what_was_fixed_while_we_looked_is_done_and_nowhere_to_do() -> None:
    """The ledger heard of a fix after our read of the resource: one moment for the whole mail."""
    facts, _ = first.look(first_answers.USUAL)
    after = first_answers.NOW + timedelta(seconds=30)
    over = [
        replace(one, status=FindingStatus.FIXED, changed_at=after)
        for one in facts.facts.records
        if one.finding.check == "rds_backups_off"
    ]
    assert over
    made = compose(*first.look(first_answers.USUAL, ledger=doubles.Ledger(found=over)))
    for said in (made.mail.text, made.report.text, made.files["findings.json"].decode()):
        assert not [one for one in over if one.finding.id in said]
    assert "has no backups" not in made.mail.text


def test_what_a_person_undid_is_no_quick_win() -> None:
    facts, _ = first.look(first_answers.USUAL)
    one = next(one for one in facts.facts.records if one.finding.check == "rds_backups_off")
    undone = replace(one, undone_at=first_answers.NOW - timedelta(days=40))
    for record, is_offered in ((one, True), (undone, False)):
        made = compose(*first.look(first_answers.USUAL, ledger=doubles.Ledger(found=[record])))
        assert (f"steadyhand approve {one.finding.id}" in made.report.text) is is_offered


def test_what_the_ledger_saw_over_is_open_again_if_it_is_there() -> None:
    facts, _ = first.look(first_answers.USUAL)
    over = [replace(one, status=FindingStatus.FIXED) for one in facts.facts.records]
    again, _ = first.look(first_answers.USUAL, ledger=doubles.Ledger(found=over))
    assert {one.status for one in again.facts.records} == {FindingStatus.OPEN}
    assert len(again.facts.records) == len(facts.facts.records)


def test_an_unread_ledger_is_no_missing_one() -> None:
    facts, looked = first.look(first_answers.USUAL)
    blind = replace(facts, seen=replace(facts.seen, ledger_unread="AccessDenied"))
    text = " ".join(compose(blind, looked).report.text.split())
    assert "The ledger could not be read (AccessDenied)" in text
    assert "Nothing is deployed here" not in text


def test_it_only_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    client = first.Client(first_answers.USUAL)
    monkeypatch.setattr(first, "Client", lambda *_: client)
    first.look(first_answers.USUAL)
    reads = ("Describe", "Get", "List", "Lookup", "Generate", "Detect", "Filter")
    assert client.calls
    others = {call.service for call in client.calls if not call.operation.startswith(reads)}
    assert others <= NOT_AWS, "nothing of AWS; who is not is looked at, and sent nothing"


def test_a_map_is_drawn_only_where_it_shows_more_than_names(usual: ComposedMail) -> None:
    """Production has lines, an open door and a time bomb; staging is one table."""
    assert "map-0-light.png" in usual.report.images
    assert "map-1-light.png" not in usual.report.images
    text = " ".join(usual.report.text.split())
    assert "STAGING, 1 resource: 1 DynamoDB. staging-sessions." in text
    assert "Map of staging" not in text
