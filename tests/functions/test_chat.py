"""What cannot wait reaches the topic, from the functions as Lambda runs them, over moto."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from functions import alarm, chat, react, sweep
from functions import context as reconciler
from steadyhand.aws.client import Botocore
from steadyhand.engine.outcome import Outcome
from steadyhand.model import Call, ChangeState, Exemption, Finding, ReadFailed, Severity
from steadyhand.settings.values import Settings
from tests.functions.conftest import Context, batch
from tests.functions.opened import failures
from tests.functions.test_alarm import changed
from tests.functions.test_functions import authorized, is_open, open_ssh
from tests.reconcilers import ACCOUNT, REGION

pytestmark = pytest.mark.moto
Deploy = Callable[..., None]
HERE = Settings(
    modes={"open_admin_ports": {"*": "auto"}}, regions=[REGION], home=REGION, chat="create"
)
NOW = datetime.now(UTC)
STAMP = f"{NOW:%Y-%m-%dT%H:%M:%S}.000+0000"
BEFORE = "2026-01-01T00:00:00.000+0000"


@pytest.fixture
def received(deploy: Deploy) -> Callable[[], list[dict[str, Any]]]:
    """The stack's topic, and a queue subscribed to it."""
    deploy(HERE)
    sns, sqs = boto3.client("sns", REGION), boto3.client("sqs", REGION)
    topic = sns.create_topic(Name="steadyhand-chat")["TopicArn"]
    url = sqs.create_queue(QueueName="channel")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=arn["Attributes"]["QueueArn"],
        Attributes={"RawMessageDelivery": "true"},
    )
    said: list[dict[str, Any]] = []

    def read() -> list[dict[str, Any]]:
        while found := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for one in found:
                said.append(json.loads(one["Body"]))
                sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
        return said

    return read


@pytest.fixture
def mute(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """SNS says no."""
    asked: list[str] = []
    real = Botocore.ask

    def ask(aws_client: Botocore, call: Call) -> Any:
        asked.append(call.action)
        if call.service == "sns":
            raise ReadFailed("AuthorizationError", "no")
        return real(aws_client, call)

    monkeypatch.setattr(Botocore, "ask", ask)
    return asked


def fired(name: str = "api-5xx", at: str = STAMP) -> str:
    event = json.loads(changed("ALARM", "OK", at, BEFORE))
    event["detail"]["alarmName"] = name
    return json.dumps(event)


def decided() -> dict[str, dict[str, Any]]:
    return {note.name: dict(note.said) for note in reconciler.ledger().notes("interrupt")}


def test_an_alarm_interrupts_once_however_often_it_fires(received: Any, context: Context) -> None:
    for _ in range(3):
        assert failures(alarm.handler(batch(fired(), fired()), context)) == []
    (said,) = received()
    assert said["content"]["title"] == "api-5xx fires"
    assert "customers see errors" in said["content"]["description"]
    assert said["metadata"]["eventType"] == "steadyhand-incident"
    (word,) = decided().values()
    assert (word["sent"], word["ids"]) == (True, [reconciler.ledger().incidents()[0].id])


def test_of_three_a_week_the_last_is_kept_from_alarms(received: Any, context: Context) -> None:
    """Whoever may make alarms does not use up what a critical finding of our own look needs."""
    alarm.handler(batch(*(fired(f"api-{letter}") for letter in "abcde")), context)
    assert len(received()) == 2
    assert sorted(one["sent"] for one in decided().values()) == [False] * 3 + [True] * 2
    assert len(reconciler.ledger().incidents()) == 5


def test_what_is_over_or_not_grave_interrupts_nobody(received: Any, context: Context) -> None:
    quiet = changed("OK", "ALARM", STAMP, BEFORE)
    assert failures(alarm.handler(batch(quiet, fired("staging-api")), context)) == []
    assert received() == []
    assert decided() == {}


def test_without_chat_nothing_is_asked_of_sns(deploy: Deploy, mute: Any, context: Context) -> None:
    deploy(replace(HERE, chat="none"))
    assert failures(alarm.handler(batch(fired()), context)) == []
    message = json.dumps({"account": ACCOUNT, "region": REGION, "hours": 6})
    assert failures(sweep.handler(batch(message), context)) == []
    assert "sns:Publish" not in mute
    assert decided() == {}


def test_a_channel_that_fails_holds_nothing_up(
    deploy: Deploy, mute: Any, context: Context, caplog: pytest.LogCaptureFixture
) -> None:
    deploy(HERE)
    assert failures(alarm.handler(batch(fired()), context)) == []
    assert len(reconciler.ledger().incidents()) == 1
    (word,) = decided().values()
    assert (word["sent"], word["why"]) == (False, "it could not be sent (AuthorizationError)")
    (line,) = (one for one in caplog.records if one.levelname == "WARNING")
    assert vars(line)["why"] == word["why"]


def test_a_ledger_that_fails_here_holds_nothing_up(
    received: Any, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    from steadyhand.ledger.table import Ledger

    def fail(*_: Any) -> Any:
        raise ReadFailed("ProvisionedThroughputExceededException", "no")

    monkeypatch.setattr(Ledger, "noted", fail)
    assert failures(alarm.handler(batch(fired()), context)) == []
    assert received() == []


def test_a_change_that_fails_interrupts(
    received: Any, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Botocore.ask

    def ask(aws_client: Botocore, call: Call) -> Any:
        if call.operation == "RevokeSecurityGroupIngress":
            no = {"ResponseMetadata": {"HTTPStatusCode": 403}}
            raise ReadFailed("UnauthorizedOperation", "you may not, <!channel>", no)
        return real(aws_client, call)

    monkeypatch.setattr(Botocore, "ask", ask)
    monkeypatch.setattr(Botocore, "wait", lambda *_: None)
    group = open_ssh()
    assert failures(react.handler(batch(authorized(group)), context)) == []
    assert is_open(group)
    (change,) = reconciler.ledger().changes()
    assert change.state is ChangeState.FAILED
    (said,) = received()
    assert said["content"]["title"] == "A change of ours failed in production"
    assert "‹ǃchannel›" in said["content"]["description"]
    assert set(decided()) == {change.id}


def test_a_change_that_works_does_not(received: Any, context: Context) -> None:
    group = open_ssh()
    react.handler(batch(authorized(group)), context)
    assert not is_open(group)
    assert received() == []
    assert decided() == {}


def test_a_critical_hold_interrupts_once(received: Any, context: Context) -> None:
    """cases/security 9: six decoys held everything back, and nobody was told."""
    groups = [open_ssh(f"g{n}") for n in range(6)]
    for _ in range(2):
        for group in groups:
            assert failures(react.handler(batch(authorized(group)), context)) == []
    assert [is_open(group) for group in groups] == [False] * 3 + [True] * 3
    (said,) = received()
    assert said["metadata"]["eventType"] == "steadyhand-held"
    assert "3 changes of this check were made in this hour" in said["content"]["description"]
    (word,) = decided().values()
    assert word["sent"]
    message = json.dumps({"account": ACCOUNT, "region": REGION, "hours": 6})
    assert failures(sweep.handler(batch(message), context)) == []
    assert len(received()) == 1


def test_the_kill_switch_interrupts_once_for_each_stop(received: Any, context: Context) -> None:
    message = json.dumps({"account": ACCOUNT, "region": REGION, "hours": 6})
    ssm = boto3.client("ssm", REGION)
    for value in ("stop", "go", "stop"):
        ssm.put_parameter(Name="/steadyhand/stop", Value=value, Type="String", Overwrite=True)
        reconciler.reconciler.cache_clear()
        for _ in range(2):
            assert failures(sweep.handler(batch(message), context)) == []
    assert [one["content"]["title"] for one in received()] == ["Steadyhand stands still"] * 2
    assert set(decided()) == {"stop#2", "stop#4"}


def test_a_date_within_a_day_that_waits_for_a_person(
    received: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def expiring(hours: float, key: str, check: str = "acm_expiring") -> Finding:
        return Finding(
            check=check,
            account=ACCOUNT,
            region=REGION,
            resource=f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/{key}",
            key=key,
            name=key,
            summary=f"the certificate of {key} expires",
            severity=Severity.HIGH,
            detonates_at=datetime.now(UTC) + timedelta(hours=hours),
            evidence={"request": {}, "replacement": {}, "names": []},
        )

    soon, later, exempt = expiring(5, "soon"), expiring(24 * 40, "later"), expiring(6, "exempt")
    reconciler.ledger().exempt(
        Exemption(
            scope=exempt.id,
            until=datetime.now(UTC) + timedelta(days=9),
            because="it goes",
            by="maya",
            at=datetime.now(UTC),
        ),
        [],
    )
    monkeypatch.setattr(type(chat.check("acm_expiring")), "plan", lambda *_: iter(()))
    chat.sweep(Outcome(findings=[soon, later, exempt]), REGION)
    (said,) = received()
    assert said["metadata"]["eventType"] == "steadyhand-bomb"
    assert soon.key in said["content"]["title"]
    (word,) = decided().values()
    assert word["ids"] == [soon.id]


def test_a_mail_that_came_back_is_noted_once(deploy: Deploy, context: Context) -> None:
    deploy()
    event = (Path(__file__).parents[2] / "events" / "mail_bounced.json").read_text()
    broken = json.dumps({"source": "aws.ses", "detail-type": "Email Bounced", "detail": {}})
    assert failures(alarm.handler(batch(event, event, broken), context)) == ["m-2"]
    (note,) = reconciler.ledger().notes("bounce")
    assert (note.said["to"], note.said["for_good"]) == ("ops@leaflab.example", True)
    assert reconciler.ledger().incidents() == []
