"""The bill of a month, read from an account that answers as AWS does: what moved, why, and what next."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from botocore.session import Session
from botocore.validate import ParamValidator

from steadyhand.model import (
    Note,
)
from steadyhand.rhythm.core.period import Cadence
from steadyhand.rhythm.cost.comparison import cost_of
from steadyhand.rhythm.savings.statement import savings_of
from tests.readings.billed_account import EC2, BilledAccount, fixed, risen, steady
from tests.reports.accounts import doubles, ledger_rows, stories
from tests.reports.accounts.explorer import Done
from tests.reports.accounts.ledger_rows import NOW, at
from tests.reports.reading.page import Page
from tests.reports.test_poison import POISON


def test_what_is_asked_is_what_aws_takes() -> None:
    billed = BilledAccount(
        deeds=[Done(at(5, 14), "ec2.amazonaws.com", "CreateNatGateway", "deploy")]
    )
    billed.client.bill = risen(date(2026, 5, 14))
    billed.records, billed.changes = fixed()
    billed.read()
    models = {name: Session().get_service_model(name) for name in ("ce", "cloudtrail")}
    asked = [call for call in billed.client.calls if call.service in models]
    for call in asked:
        shape = models[call.service].operation_model(call.operation).input_shape
        wrong = ParamValidator().validate(dict(call.params), shape)
        assert not wrong.has_errors(), wrong.generate_report()
        assert len(call.params.get("GroupBy", ())) <= 2
    cents = [call for call in asked if call.service == "ce"]
    assert len(cents) == 6, "six cents: days, usage twice, forecast, our own, meters"


def test_a_week_asks_once() -> None:
    billed = BilledAccount()
    facts = billed.read(datetime(2026, 6, 15, 8, tzinfo=UTC), Cadence.WEEKLY)
    assert [call.action for call in billed.client.calls] == ["ce:GetCostAndUsage"]
    assert facts.bill
    assert facts.bill.first == date(2026, 5, 4), "five of each weekday before the week"
    found = cost_of(facts)
    assert found
    assert found.a_day.words == "$40"
    assert found.forecast is None


def test_a_week_tells_of_days_that_ran_high() -> None:
    story = stories.usual().on(ledger_rows.MONDAY)
    bill = dict(story.ledger.aws.bill)
    for day in (20, 21):
        bill[date(2026, 5, day)] = bill[date(2026, 5, day)] | {"AWS Lambda": 60.0}
    said = "ran high: +$103 over what such weekdays usually cost."
    assert "ran high" not in story.mail("weekly").text
    story.ledger.aws.bill = bill
    mail = story.mail("weekly")
    assert f"20–21 May {said}" in " ".join(mail.text.split())
    assert f"20–21 May {said}" in Page(mail.html).words
    quiet = stories.quiet()
    quiet.ledger.aws.bill = bill
    assert f"20–21 May {said}" in " ".join(quiet.mail("weekly").text.split())


def test_an_older_bill_of_a_week_is_found_by_its_name() -> None:
    billed = BilledAccount()
    body = {"first": "2026-06-01", "services": {"S3": [1.0] * 14}, "credits": [0.0] * 14}
    name = "bill#2026-06-01#2026-06-15"
    billed.store.note(Note(kind="review", name=name, at=NOW, said=body | {"estimated": False}))
    facts = billed.read(datetime(2026, 6, 15, 8, tzinfo=UTC), Cadence.WEEKLY)
    assert billed.client.calls == []
    assert facts.bill
    assert facts.bill.id == f"review#{name}"
    assert cost_of(facts)


def test_the_second_time_nothing_is_asked_and_the_same_is_said() -> None:
    billed = BilledAccount(
        deeds=[Done(at(5, 14), "ec2.amazonaws.com", "CreateNatGateway", "deploy")]
    )
    billed.client.bill = risen(date(2026, 5, 14))
    first = billed.read()
    billed.keep(first)
    asked = len(billed.client.calls)
    billed.client.bill, billed.client.deeds = steady(99), ()
    again = billed.read()
    assert len(billed.client.calls) == asked
    assert (cost_of(again), savings_of(again)) == (cost_of(first), savings_of(first))


def hostile(text: str) -> stories.Story:
    """Somebody else chose the names of a service that moved, of usage types, and of who did what."""
    story = stories.usual()
    client = story.ledger.aws
    client.bill = {
        on: {
            (text if name == "Amazon OpenSearch Service" else name): usd
            for name, usd in day.items()
        }
        for on, day in doubles.bill(credited=False).items()
    }
    client.deeds = [Done(at(5, 1), EC2, f"Delete{text}", text, text)]
    return story


@pytest.fixture(scope="module")
def plain() -> Page:
    return Page(hostile("harmless").mail().html)


@pytest.mark.parametrize("text", POISON, ids=[ascii(one)[:24] for one in POISON])
def test_names_stay_words(text: str, plain: Page) -> None:
    mail = hostile(text).mail()
    page = Page(mail.html)
    assert "harmless" in plain.words
    assert page.skeleton == plain.skeleton
    assert page.comments == plain.comments
    assert (
        max(map(len, mail.text[mail.text.index("COST\n") :].split("WHAT WE GOT")[0].splitlines()))
        <= 72
    )
    assert len(mail.html.encode()) <= 60_000
