"""The function is called once this stack is there: it looks, keeps, sends, and does it once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import boto3
import pytest
from moto import mock_aws

from functions import context as reconciler
from functions import first, review
from steadyhand.aws.client import Botocore
from steadyhand.connect.mail import Unsure
from steadyhand.model import Call, ReadFailed
from steadyhand.settings.deployed import Deployed
from tests.functions.conftest import Context, forget
from tests.reconcilers import REGION, ROLE, TABLE, table
from tests.reports.accounts import first as stories
from tests.reports.accounts import first_answers
from tests.reports.accounts.doubles import SETTINGS

pytestmark = pytest.mark.moto
BUCKET = "steadyhand-reports"
NAME = "first-48-hours-2026-06-03"


class World:
    """Moto for the ledger and the bucket; a made-up account for all that is looked at."""

    def __init__(self) -> None:
        self.sent: list[Mapping[str, Any]] = []
        self.fails = ""
        self.account = stories.Client(first_answers.USUAL, region=REGION)

    def ask(self, aws_client: Botocore, call: Call) -> Any:
        kept = call.action == "s3:PutObject" or call.service in {"dynamodb", "sts"}
        if kept and not call.operation.startswith(("ListTables", "DescribeContinuous")):
            return real(aws_client, call)
        if call.action != "sesv2:SendEmail":
            return self.account.ask(call)
        if self.fails:
            raise ReadFailed(self.fails, "no")
        self.sent.append(call.params)
        return {"MessageId": "m-1"}


real, pages = Botocore.ask, Botocore.pages


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    made = World()
    told = Deployed(settings=SETTINGS, home=REGION, table=TABLE, actor=ROLE, bucket=BUCKET)
    for name, value in told.as_variables().items():
        monkeypatch.setenv(name, value)

    def all_pages(aws_client: Botocore, call: Call) -> Iterator[Any]:
        is_ledger = call.service == "dynamodb" and call.operation == "Query"
        yield from pages(aws_client, call) if is_ledger else iter([made.ask(aws_client, call)])

    def ask(aws_client: Botocore, call: Call) -> Any:
        return made.ask(aws_client, call)

    monkeypatch.setattr(Botocore, "ask", ask)
    monkeypatch.setattr(Botocore, "pages", all_pages)
    monkeypatch.setattr(Botocore, "wait", lambda aws_client, seconds: None)
    for room in (review, first):
        monkeypatch.setattr(room, "now", lambda: first_answers.NOW)
    one = {"regions": [REGION], "home": REGION}
    settings = json.dumps(json.loads(told.settings.as_json()) | one)
    monkeypatch.setenv("STEADYHAND_SETTINGS", settings)
    with mock_aws():
        table()
        where: Any = {"LocationConstraint": REGION}
        boto3.client("s3", REGION).create_bucket(Bucket=BUCKET, CreateBucketConfiguration=where)
        forget()
        yield made
    forget()


def call(request: str = "request-1", **more: Any) -> dict[str, Any]:
    context = Context()
    context.aws_request_id = request
    told: dict[str, Any] = review.handler({"cadence": "first-48-hours", **more}, context)
    return told


def kept() -> set[str]:
    found = boto3.client("s3", REGION).list_objects_v2(Bucket=BUCKET).get("Contents", [])
    return {one["Key"].removeprefix(f"reviews/{NAME}/") for one in found}


def contents() -> dict[str, bytes]:
    s3 = boto3.client("s3", REGION)
    return {
        name: s3.get_object(Bucket=BUCKET, Key=f"reviews/{NAME}/{name}")["Body"].read()
        for name in kept()
    }


def test_it_looks_keeps_and_sends(world: World) -> None:
    told = call()
    assert told["sent"] is True
    assert told["review"] == NAME
    (sent,) = world.sent
    kinds = {
        one["FileName"]: one["ContentType"] for one in sent["Content"]["Simple"]["Attachments"]
    }
    assert kinds["findings.csv"] == "text/csv"
    assert kinds["findings.json"] == "application/json"
    assert "map-0-light.png" not in kinds
    assert kept() >= {
        "mail.html",
        "mail.txt",
        "mail.json",
        "explain.json",
        "findings.csv",
        "findings.json",
        "inventory.json",
    }
    words = sent["Content"]["Simple"]["Body"]["Text"]["Data"]
    assert "steadyhand uninstall" in words
    (used,) = reconciler.ledger().notes("usage")
    assert used.said == {"on": "2026-06-02", "count": 12, "unit": "connection", "at_once": True}, (
        "the pages ask about the database, and say who uses it"
    )


def test_twice_is_once(world: World) -> None:
    call()
    asked = len(world.account.calls)
    again = call("request-2")
    assert again["sent"] is False
    assert again["why"] == "it was made before"
    assert len(world.sent) == 1
    assert len(world.account.calls) == asked, "nothing is looked at again"


def test_asked_for_again_it_is_the_same_to_the_byte_and_nothing_is_looked_at(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its sending failed, its fate was unsure, and two days later the account is another one."""
    world.fails = "MessageRejected"
    with pytest.raises(ReadFailed):
        call()
    before, asked = contents(), len(world.account.calls)
    world.fails, world.account.said = "", {}
    later = first_answers.NOW.replace(day=5)
    monkeypatch.setattr(first, "now", lambda: later)
    monkeypatch.setattr(review, "now", lambda: later)
    assert call()["review"] == NAME
    call("request-2", again=True)
    assert contents() == before
    assert len(world.account.calls) == asked
    words = {one["Content"]["Simple"]["Body"]["Text"]["Data"] for one in world.sent}
    assert len(words) == 1


def test_an_unsure_sending_is_not_repeated(world: World) -> None:
    world.fails = "ReadTimeoutError"
    for _ in range(2):
        with pytest.raises(Unsure):
            call()
    assert kept(), "the report lies in the bucket all the same"


def test_without_anybody_to_send_to_it_lies_in_the_bucket(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    said = json.loads(os.environ["STEADYHAND_SETTINGS"]) | {"mail_to": []}
    monkeypatch.setenv("STEADYHAND_SETTINGS", json.dumps(said))
    forget()
    assert call()["why"] == "nobody is named to send it to"
    assert "mail.html" in kept()
    assert call()["why"] == "it was made before"


def test_home_is_looked_at_first(world: World) -> None:
    assert [aws_client.region for aws_client in first.clients()] == [reconciler.deployed().home]
