"""The function that the schedule calls: it writes, keeps and sends, and twice is once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws

from functions import context as reconciler
from functions import review
from steadyhand.aws.client import Botocore
from steadyhand.connect.mail import Unsure
from steadyhand.model import Call, ReadFailed, Risk, Severity
from steadyhand.settings.deployed import Deployed
from tests.functions.conftest import Context, forget
from tests.reconcilers import ACCOUNT, REGION, ROLE, TABLE, table
from tests.reports.accounts import doubles, ledger_rows

pytestmark = pytest.mark.moto
BUCKET = "steadyhand-reports"
NOW = datetime(2026, 6, 1, 8, tzinfo=UTC)


class World:
    """Moto for DynamoDB and S3; SES and Cost Explorer as a test wants them."""

    def __init__(self) -> None:
        self.sent: list[Mapping[str, Any]] = []
        self.fails = ""
        self.explorer = doubles.Client(bill=doubles.bill())

    def ask(self, aws_client: Botocore, call: Call) -> Any:
        if call.service not in {"dynamodb", "s3", "sesv2", "sts"}:
            return self.explorer.ask(call)
        if call.action != "sesv2:SendEmail":
            return real(aws_client, call)
        if self.fails:
            raise ReadFailed(self.fails, "no")
        self.sent.append(call.params)
        return {"MessageId": "m-1"}


real = Botocore.ask


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    made = World()
    told = Deployed(settings=doubles.SETTINGS, home=REGION, table=TABLE, actor=ROLE, bucket=BUCKET)
    for name, value in told.as_variables().items():
        monkeypatch.setenv(name, value)

    def ask(aws_client: Botocore, call: Call) -> Any:
        return made.ask(aws_client, call)

    monkeypatch.setattr(Botocore, "ask", ask)
    monkeypatch.setattr(review, "now", lambda: NOW)
    with mock_aws():
        table()
        where: Any = {"LocationConstraint": REGION}
        boto3.client("s3", REGION).create_bucket(Bucket=BUCKET, CreateBucketConfiguration=where)
        forget()
        reconciler.ledger().swept(REGION, "6", NOW, {"checks": ["a"], "unknown": []})
        yield made
    forget()


def call(cadence: str = "monthly", request: str = "request-1", **more: Any) -> dict[str, Any]:
    context = Context()
    context.aws_request_id = request
    told: dict[str, Any] = review.handler({"cadence": cadence, **more}, context)
    return told


def kept() -> dict[str, bytes]:
    s3 = boto3.client("s3", REGION)
    found = s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])
    return {
        one["Key"]: s3.get_object(Bucket=BUCKET, Key=one["Key"])["Body"].read() for one in found
    }


def test_it_writes_keeps_and_sends(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    told = call()
    assert told["sent"] is True
    assert told["review"] == "monthly-2026-05"
    (sent,) = world.sent
    assert sent["FromEmailAddress"] == doubles.SETTINGS.mail_from
    assert sent["Destination"] == {"ToAddresses": ["maya@larkfield.example"]}
    assert sent["Content"]["Simple"]["Subject"]["Data"] == told["subject"]
    files = kept()
    assert sorted(files) == [
        "portal/calendar.ics",
        *(
            f"reviews/monthly-2026-05/{name}"
            for name in ("explain.json", "mail.html", "mail.json", "mail.txt")
        ),
    ]
    assert b"cid:" not in files["reviews/monthly-2026-05/mail.html"]
    assert json.loads(files["reviews/monthly-2026-05/mail.json"])["owner"] == "Larkfield"
    said = capsys.readouterr().out
    assert '"Reviews":[1.0]' in said
    assert '"Mails":[1.0]' in said


def test_twice_is_once(world: World) -> None:
    call()
    before, asked = kept(), len(world.explorer.calls)
    again = call(request="request-2")
    assert again["sent"] is False
    assert again["why"] == "it was sent before"
    assert len(world.sent) == 1
    assert kept() == before
    assert len(world.explorer.calls) == asked > 0, "the bill is asked once"


def test_a_lost_answer_is_not_repeated(world: World) -> None:
    world.fails = "ReadTimeoutError"
    for _ in range(2):
        with pytest.raises(Unsure):
            call()
    assert kept(), "the mail lies in the bucket all the same"
    world.fails = ""
    assert call(request="request-2", again=True)["why"] == "somebody is sending it"


def test_a_refusal_fails_loudly_and_the_retry_sends(world: World) -> None:
    world.fails = "MessageRejected"
    with pytest.raises(ReadFailed):
        call()
    world.fails = ""
    assert call()["sent"] is True
    assert len(world.sent) == 1


def test_week_and_month_are_two_mails(world: World) -> None:
    assert call("weekly")["review"] == "weekly-2026-W22"
    assert call("monthly")["review"] == "monthly-2026-05"
    assert len(world.sent) == 2


def test_nobody_to_send_to(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = replace(doubles.SETTINGS, mail_to=[])
    monkeypatch.setenv("STEADYHAND_SETTINGS", silent.as_json())
    forget()
    told = call()
    assert told["sent"] is False
    assert told["why"] == "nobody is named to send it to"
    assert kept()


def test_an_unknown_cadence_fails(world: World) -> None:
    with pytest.raises(ValueError, match="hourly"):
        call("hourly")


def test_what_a_mail_asked_is_remembered_once_it_was_sent(world: World) -> None:
    open_one = ledger_rows.record(
        "public_bucket",
        "b",
        "b is open",
        severity=Severity.HIGH,
        risk=Risk.APPROVAL,
        bucket="b",
        was={},
    )
    open_one = replace(open_one, finding=replace(open_one.finding, account=ACCOUNT))
    assert reconciler.ledger().observe(open_one, None)
    world.fails = "MessageRejected"
    with pytest.raises(ReadFailed):
        call("weekly")
    assert reconciler.ledger().notes("question") == []
    world.fails = ""
    for _ in range(2):
        call("weekly")
    (said,) = reconciler.ledger().notes("question")
    assert said.name == f"{open_one.finding.id}#weekly-2026-W22"
    mail = json.loads(kept()["reviews/weekly-2026-W22/mail.json"])
    assert [said.said["by"]] == [one["by"] for one in mail["decisions"]["rows"]]
    assert said.at == datetime(2026, 5, 31, 23, tzinfo=UTC), "at the end of its week"


def test_reviews_that_are_written_late_ask_until_one_day(world: World) -> None:
    """A week of May and May itself, both written in June: whoever reads both reads one date."""
    said: dict[str, Any] = {
        "severity": Severity.HIGH,
        "risk": Risk.APPROVAL,
        "bucket": "b",
        "was": {},
    }
    one = ledger_rows.record("public_bucket", "b", "b is open", seen=ledger_rows.at(5, 4), **said)
    one = replace(one, finding=replace(one.finding, account=ACCOUNT))
    assert reconciler.ledger().observe(one, None)
    call("weekly", period="2026-W20")
    call("monthly", period="2026-05")
    mails = [
        json.loads(kept()[f"reviews/{name}/mail.json"])
        for name in ("weekly-2026-W20", "monthly-2026-05")
    ]
    assert len({row["by"] for mail in mails for row in mail["decisions"]["rows"]}) == 1
