"""The real ledger, the real checks and a real table: what they hold arrives in the mail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.session import Session
from botocore.validate import ParamValidator
from moto import mock_aws

from steadyhand.aws import client as aws
from steadyhand.catalogue import discovery as catalogue
from steadyhand.ledger.table import Ledger
from steadyhand.model import (
    GLOBAL,
    Call,
    ChangeState,
    Exemption,
    Finding,
    FindingStatus,
    Incident,
    Note,
    Record,
    Risk,
    Severity,
)
from steadyhand.readings.billing import ask_bill, bill_name
from steadyhand.readings.gather import gather, kinds
from steadyhand.readings.measures.read import as_note
from steadyhand.reports.compose import compose
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.cost.remembered import bill_out
from tests.reconcilers import ACCOUNT, REGION, TABLE, models, table
from tests.reports.accounts import doubles, ledger_rows

pytestmark = pytest.mark.moto
NOW = ledger_rows.NOW


class Client(aws.Botocore):
    """Moto, but Cost Explorer answers from a made-up bill."""

    explorer = doubles.Client(bill=doubles.bill())

    def ask(self, call: Call) -> Any:
        if call.service != "dynamodb":
            return self.explorer.ask(call)
        return super().ask(call)

    def elsewhere(self, region: str) -> Any:
        """What is measured of other regions is made up as well."""
        return self.explorer.elsewhere(region)


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with mock_aws():
        table()
        identity = f"arn:aws:iam::{ACCOUNT}:user/test"
        aws_client = Client(REGION, session=models(), identity=identity, workers=False)
        yield Ledger(aws_client, TABLE)


def found(check: str, name: str, region: str = REGION, **evidence: Any) -> Finding:
    return Finding(
        check=check,
        account=ACCOUNT,
        region=region,
        resource=name,
        key=name,
        name=name,
        summary=f"{name} is wrong",
        severity=Severity.HIGH,
        evidence=evidence,
        detonates_at=datetime(2026, 6, 19, tzinfo=UTC) if check == "acm_expiring" else None,
    )


def fill(ledger: Ledger) -> Record:
    """A little of everything."""
    seen = datetime(2026, 5, 12, 9, tzinfo=UTC)
    certificate = Record(
        finding=found("acm_expiring", "certificate", certificate="arn", names=["api.example"]),
        status=FindingStatus.OPEN,
        first_seen=seen,
        changed_at=seen,
        environment="production",
        risk=Risk.APPROVAL,
        plan="p",
    )
    ledger.observe(certificate, None)
    port = replace(
        certificate,
        finding=found("open_admin_ports", "sg-1", grant={"GroupId": "sg-1"}),
        risk=Risk.SAFE,
    )
    made = ledger_rows.change("ch-0123456789", port, seen, state=ChangeState.DOING)
    assert ledger.begin(made, port, looked_at=seen) is None
    ended = replace(made, state=ChangeState.VERIFIED)
    assert ledger.write(ended, seen + timedelta(seconds=9), "free")
    ledger.incident(
        Incident(
            id="in-1",
            account=ACCOUNT,
            region=REGION,
            signature="api-5xx",
            summary="errors",
            began_at=seen,
            ended_at=seen + timedelta(minutes=22),
        )
    )
    ledger.exempt(
        Exemption(
            scope="fi-0", until=NOW + timedelta(days=9), because="ours", by="arn:x/maya", at=seen
        ),
        [],
    )
    ledger.swept(REGION, "6", NOW - timedelta(hours=2), {"checks": ["a"], "unknown": []})
    ledger.swept(
        REGION,
        "24",
        NOW - timedelta(hours=9),
        {"checks": ["b"], "unknown": [["stack_drift", REGION, "denied"]]},
    )
    return certificate


def facts(ledger: Ledger) -> Facts:
    return gather("monthly", ledger=ledger, settings=doubles.SETTINGS, aws=ledger.aws, now=NOW)


def test_what_the_ledger_holds_is_in_the_mail(ledger: Ledger) -> None:
    certificate = fill(ledger)
    mail = compose(
        gather("monthly", ledger=ledger, settings=doubles.SETTINGS, aws=ledger.aws, now=NOW)
    )
    assert mail.subject.startswith("May: stable · first month · $4,246 (−$284) · 1 decision")
    assert f"steadyhand approve {certificate.finding.id}" in mail.text
    assert "steadyhand undo ch-0123456789" in mail.text
    assert "22 minutes" in mail.text
    assert "Not read: stack_drift in 1 place (denied)." in mail.text
    assert "10 Jun: the exemption of fi-0 ends." in mail.text
    assert mail.explain["incidents: 1 incident"] == ("in-1",)


def test_an_empty_ledger(ledger: Ledger) -> None:
    mail = compose(
        gather("weekly", ledger=ledger, settings=doubles.SETTINGS, aws=ledger.aws, now=NOW)
    )
    assert "no sweep yet" in mail.subject


def test_nothing_is_written(ledger: Ledger) -> None:
    fill(ledger)
    ledger.aws.counts.clear()  # type: ignore[attr-defined]
    compose(gather("monthly", ledger=ledger, settings=doubles.SETTINGS, aws=ledger.aws, now=NOW))
    assert set(ledger.aws.counts) == {"dynamodb:Query"}  # type: ignore[attr-defined]


def billed() -> list[Call]:
    return [call for call in Client.explorer.calls if call.service == "ce"]


def measured() -> int:
    return sum(call.service == "scheduler" for call in Client.explorer.calls)


def test_a_month_is_measured_once(ledger: Ledger) -> None:
    first = facts(ledger)
    assert first.measured is not None
    assert ledger.note(as_note(first.measured, NOW))
    asked = measured()
    again = facts(ledger)
    assert measured() == asked > 0
    assert again.measured == first.measured
    week = gather("weekly", ledger=ledger, settings=doubles.SETTINGS, aws=ledger.aws, now=NOW)
    assert week.measured is None
    assert measured() == asked


def test_the_bill_is_remembered(ledger: Ledger) -> None:
    first = facts(ledger)
    assert first.bill is not None
    name = first.bill.id.removeprefix("review#")
    assert name == "bill#2026-04-01#2026-06-01"
    assert ledger.noted("review", name) is None
    note = Note(kind="review", name=name, at=NOW, said=bill_out(first.bill))
    assert ledger.note(note)
    assert not ledger.note(note), "the first who says it is heard"
    asked = len(billed())
    again = facts(ledger)
    assert len(billed()) == asked > 0
    assert again.bill == first.bill
    assert ledger.noted("review", name) == note
    assert ledger.aws.account == ACCOUNT
    assert GLOBAL == "global"


def test_every_page_of_the_bill_is_read() -> None:
    class Pages:
        account = ACCOUNT

        def __init__(self) -> None:
            self.asked: list[Call] = []

        def ask(self, call: Call) -> Any:
            self.asked.append(call)
            more = {"NextPageToken": f"t{len(self.asked)}"} if len(self.asked) < 3 else {}
            return {"ResultsByTime": []} | more

    pages = Pages()
    assert len(list(ask_bill(pages, NOW.date(), NOW.date()))) == 3
    assert [call.params.get("NextPageToken") for call in pages.asked] == [None, "t1", "t2"]
    model = Session().get_service_model("ce").operation_model("GetCostAndUsage")
    for call in pages.asked:
        assert not ParamValidator().validate(call.params, model.input_shape).has_errors()
    assert bill_name(NOW.date(), NOW.date()) == "bill#2026-06-01#2026-06-01"


def test_checks_speak_for_themselves() -> None:
    known = kinds([*catalogue.names(), "no_longer_there", "../../etc"], {})
    assert sorted(known) == catalogue.names()
    port = known["open_admin_ports"]
    assert port.category == "exposure"
    assert port.title == "SSH, RDP or another admin port is open to the world"
    assert port.fix.startswith("revoke the one rule")
    assert port.undo.startswith("authorize the same rule again")
    for name, kind in known.items():
        assert kind.fix, name
        assert "\n" not in kind.fix + kind.undo


def test_evidence_of_an_older_version_has_no_plan() -> None:
    known = kinds(["public_bucket"], {})
    assert known["public_bucket"].steps(found("public_bucket", "b")) == ()


@pytest.mark.parametrize(
    "broken", [{}, {"status": "?"}, {"body": "roses"}, {"body": '{"summary": 1}'}]
)
def test_a_row_that_makes_no_sense_ends_no_review_and_is_told(
    ledger: Ledger, broken: dict[str, str]
) -> None:
    fill(ledger)
    row = {"pk": "x", "sk": "finding#x", "id": "fi-x", "kind": f"{ACCOUNT}#finding", "at": "2999"}
    item = {name: {"S": said} for name, said in (row | broken).items()}
    boto3.client("dynamodb", REGION).put_item(TableName=TABLE, Item=item)
    known = facts(ledger)
    assert len(known.records) == 2
    mail = compose(known)
    assert "Not read: ledger in 1 row (the ledger's row x finding#x cannot be read" in " ".join(
        mail.text.split()
    )
