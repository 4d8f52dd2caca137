"""What a review asks of people, and what has a date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from steadyhand.model import (
    FindingStatus,
    Mode,
    Record,
    Risk,
    Severity,
)
from steadyhand.rhythm.backlog.decisions import Decision, decisions_of, question
from steadyhand.rhythm.backlog.lanes import backlog_of
from steadyhand.rhythm.calendar.bombs import bombs_of, thing
from steadyhand.rhythm.core.figures import spoken
from steadyhand.rhythm.core.handling import Handled
from steadyhand.rhythm.core.kinds import kinds
from tests.reports.accounts import doubles, ledger_rows
from tests.reports.accounts.ledger_rows import at, record
from tests.rhythm.reviews.facts import told


@pytest.mark.parametrize(
    ("fix", "asked"),
    [
        ("release the address.", "Shall we release the address?"),
        (
            "turn all four blocks on, once a person has said yes: a bucket that is public stops.",
            "Shall we turn all four blocks on?",
        ),
        (
            "once a person has said yes, request a certificate. Then a new item stands.",
            "Shall we request a certificate?",
        ),
        (
            "make it private at once, without a restart, when a person has said yes: programs lose.",
            "Shall we make it private at once, without a restart?",
        ),
        ("keep logs for a year (`days`). What is older", "Shall we keep logs for a year?"),
        ("", "Shall we fix it?"),
        ("the circuit breaker is switched on.", "Shall we fix it?"),
        ("by a person, who knows why it failed.", "Shall we fix it?"),
        (
            "turn versioning on once a person has approved it. Old versions are paid for.",
            "Shall we turn versioning on?",
        ),
    ],
)
def test_the_runbook_asks(fix: str, asked: str) -> None:
    assert question(fix) == asked


def test_every_check_that_plans_can_be_asked() -> None:
    from steadyhand.catalogue import discovery as catalogue

    for name, kind in kinds(catalogue.names(), {}).items():
        asked = question(kind.fix)
        assert asked.startswith("Shall we "), name
        assert len(asked) < 160, (name, asked)
        assert "person has" not in asked, (name, asked)
        assert kind.title, name


def test_at_most_three_and_none_that_we_do_ourselves() -> None:
    mine = [
        record(
            check,
            "x",
            "x is wrong",
            severity=Severity.HIGH,
            risk=risk,
            certificate="c",
            names=["n"],
            bucket="b",
        )
        for check, risk in [
            ("acm_expiring", Risk.APPROVAL),
            ("public_bucket", Risk.APPROVAL),
            ("dynamodb_pitr_off", Risk.SAFE),
            ("endless_logs", Risk.SAFE),
            ("queue_without_dlq", Risk.ADVICE),
            ("unattached_volume", Risk.APPROVAL),
        ]
    ]
    said = decisions_of(told(found=mine))
    assert len(said.rows) == 3
    assert said.more is None or len(said.more.ids) == 1
    asked = {one.finding for one in said.rows}
    auto = mine[2].finding.id
    assert doubles.SETTINGS.mode("dynamodb_pitr_off", "production") is Mode.AUTO
    assert auto not in asked
    assert mine[4].finding.id not in asked, "nobody can approve what has no plan"


def test_an_exempt_finding_is_not_asked_and_not_in_the_backlog() -> None:
    bucket = record(
        "public_bucket", "b", "b", severity=Severity.HIGH, risk=Risk.APPROVAL, exempt=at(7, 1)
    )
    facts = told(found=[bucket])
    assert decisions_of(facts).rows == ()
    assert backlog_of(facts).findings.ids == ()
    assert backlog_of(facts).exempt.ids == (bucket.finding.id,)
    ended = told(found=[replace(bucket, exempt_until=at(5, 1))])
    assert len(decisions_of(ended).rows) == 1


def test_the_answer_is_wanted_before_it_goes_off_and_never_in_the_past() -> None:
    soon = record("acm_expiring", "c", "c", risk=Risk.APPROVAL, due=at(6, 2))
    over = record("public_bucket", "d", "d", risk=Risk.APPROVAL, due=at(5, 2))
    rows = {one.finding: one for one in decisions_of(told(found=[soon, over])).rows}
    assert rows[soon.finding.id].by == ledger_rows.NOW.date()
    assert rows[over.finding.id].by == ledger_rows.NOW.date()
    assert "has passed" in spoken(rows[over.finding.id].silent)


def open_to_all(name: str, **more: Any) -> Record:
    """A database with a public address, critical."""
    said = {"severity": Severity.CRITICAL, "risk": Risk.APPROVAL, "instance": name}
    said |= {"state": "available"} | more
    return record("public_rds_instance", name, f"database {name} has a public address", **said)


def cards(*found: Record) -> Sequence[Decision]:
    """What is asked, by the checks as they are."""
    facts = told(found=found)
    checks = {one.finding.check for one in found}
    return decisions_of(replace(facts, kinds=kinds(checks, {}))).rows


def test_what_is_open_to_everybody_is_asked_before_what_has_weeks_and_says_today() -> None:
    soon = record(
        "acm_expiring", "soon", "s", risk=Risk.APPROVAL, due=at(6, 9), names=["n"], certificate="c"
    )
    weeks = record("public_bucket", "w", "w", risk=Risk.APPROVAL, due=at(6, 30), bucket="w")
    door = open_to_all("orders")
    rows = cards(weeks, door, soon)
    assert [one.finding for one in rows][:2] == [soon.finding.id, door.finding.id]
    (card,) = (one for one in rows if one.finding == door.finding.id)
    assert "it can be attacked today" in spoken(card.silent)
    assert spoken(card.waiting).startswith("nothing until somebody finds it, today or any day")


def test_a_card_names_what_is_like_it() -> None:
    many = [open_to_all(name) for name in ("orders", "billing", "carts", "mails", "old", "shop")]
    (card,) = cards(*many[:3])
    first, others = card.what, {"orders", "billing", "carts"}
    others -= {name for name in others if name in first}
    assert set(card.alike.split(" and ")) == others
    (card,) = cards(*many)
    assert card.alike.count(",") == 2
    assert card.alike.endswith(" and 2 more")


def test_a_card_tells_that_a_person_undid_the_same_before() -> None:
    (card,) = cards(open_to_all("orders", risk=Risk.SAFE))
    assert "It should not affect users." in spoken(card.plan)
    undone = replace(open_to_all("orders", risk=Risk.SAFE), undone_at=at(5, 14))
    (card,) = cards(undone)
    assert "It should not affect users." not in spoken(card.plan)
    assert "a person undid the same on 14 May" in spoken(card.plan)


def test_who_takes_care_of_a_date() -> None:
    due = at(6, 20)
    mine = [
        record("dynamodb_pitr_off", "auto", "a", risk=Risk.SAFE, due=due),
        record("acm_expiring", "ask", "b", risk=Risk.APPROVAL, due=due),
        record("public_bucket", "leave", "c", risk=Risk.APPROVAL, due=due, exempt=at(7, 1)),
        record("deprecated_runtime", "hand", "d", due=due),
        record("old_access_key", "far", "e", due=at(10, 1)),
        record("old_access_key", "gone", "f", due=due, status=FindingStatus.GONE, changed=at(5, 2)),
    ]
    said = bombs_of(told(found=mine))
    how = {one.ids[0]: one.handled for one in said.every}
    assert how == {
        mine[0].finding.id: Handled.AUTO,
        mine[1].finding.id: Handled.YOU,
        mine[2].finding.id: Handled.PLANNED,
        mine[3].finding.id: Handled.HAND,
    }
    assert said.yours.words == "2"


@pytest.mark.parametrize(
    ("summary", "short"),
    [
        ("the certificate of api.example expires on 2026-06-19", "certificate of api.example"),
        ("invoice-pdf runs on python3.9: no patches", "invoice-pdf runs on python3.9"),
        ("expires on its own", "expires on its own"),
        (": odd", ": odd"),
    ],
)
def test_a_bomb_has_a_short_name(summary: str, short: str) -> None:
    assert thing(summary) == short
