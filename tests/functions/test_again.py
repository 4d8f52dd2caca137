"""Whatever is to be looked at later comes back as a message to the function that reacts."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from functions import context as deployed
from functions import evaluate, react
from steadyhand.engine.outcome import Outcome
from steadyhand.model import GLOBAL, Unknown
from steadyhand.settings.deployed import REACT
from steadyhand.settings.values import Settings
from tests.functions.conftest import Context, batch
from tests.functions.opened import Deploy, failures
from tests.reconcilers import REGION

pytestmark = pytest.mark.moto

DELAYS = {-60: 30, 0: 30, 300: 300, 3_600: 900}
"""Seconds from now, and the delay: SQS takes 900 at most (API_SendMessage), whoever looks too early asks again."""


def test_a_message_comes_when_it_is_time_and_says_what_to_look_at(
    deploy: Deploy, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy()
    queue = boto3.client("sqs", REGION).create_queue(QueueName=REACT)["QueueUrl"]
    sent = list[dict[str, Any]]()
    ask = type(deployed.home()).ask

    def seen(self: Any, call: Any) -> Any:
        if call.action == "sqs:SendMessage":
            sent.append(dict(call.params))
        return ask(self, call)

    monkeypatch.setattr(type(deployed.home()), "ask", seen)
    for seconds in DELAYS:
        at = deployed.now() + timedelta(seconds=seconds)
        deployed.remind("fi-0123456789", GLOBAL, at)
    assert {one["QueueUrl"] for one in sent} == {queue}
    off = [
        abs(one["DelaySeconds"] - delay) for one, delay in zip(sent, DELAYS.values(), strict=True)
    ]
    assert max(off) <= 5
    (body,) = {one["MessageBody"] for one in sent}
    assert json.loads(body) == {"settle": "fi-0123456789", "region": REGION}
    woken = list[str]()
    monkeypatch.setattr(react, "conclude", lambda name, _: woken.append(name))
    assert failures(react.handler(batch(body), context)) == []
    assert woken == ["fi-0123456789"]


def test_what_cannot_be_seen_for_now_is_no_failure_and_has_a_look_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A message that comes back four times within two minutes would be given up before a deployment ends."""
    asked = list[tuple[str, str, datetime]]()
    monkeypatch.setattr(deployed, "remind", lambda *said: asked.append(said))
    monkeypatch.setattr(react, "say_by_mail", lambda _: None)
    monkeypatch.setattr(react, "deployed", lambda: SimpleNamespace(settings=Settings()))
    soon, late = (deployed.now() + timedelta(minutes=minutes) for minutes in (5, 360))
    busy = Unknown("resource_drift", REGION, "busy", "AWS::SQS::Queue q", until=soon)
    stuck = replace(busy, concerns="AWS::SQS::Queue r", until=late)
    react.conclude("q", Outcome(unknown=[busy, stuck]))
    assert asked == [("resource_drift AWS::SQS::Queue q", REGION, soon)]
    with pytest.raises(react.Unseen, match="denied"):
        react.conclude("q", Outcome(unknown=[stuck, Unknown("x", REGION, "denied")]))
    woken = list[str]()
    monkeypatch.setattr("steadyhand.engine.again.again", lambda _, name: woken.append(name))
    monkeypatch.setattr(react, "conclude", lambda *_: None)
    react.settle(asked[0][0], SimpleNamespace())  # type: ignore[arg-type]
    assert woken == [asked[0][0]]


def test_config_gets_no_verdict_of_what_cannot_be_seen_for_now(
    deploy: Deploy, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deployment outlasts the two more times that Lambda calls a function that failed, within minutes.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
    """
    deploy()
    item = {
        "awsRegion": REGION,
        "configurationItemCaptureTime": "2026-11-23T09:10:11.000Z",
        "configurationItemStatus": "OK",
        "resourceId": "q",
        "resourceType": "AWS::SQS::Queue",
    }
    invoking = json.dumps({"configurationItem": item})
    event = {
        "invokingEvent": invoking,
        "resultToken": "t",
        "configRuleName": "steadyhand-resource_drift",
    }
    later, sent = list[Any](), list[Any]()
    soon = deployed.now() + timedelta(minutes=5)
    unknown = [Unknown("resource_drift", REGION, "busy", "AWS::SQS::Queue q", until=soon)]
    look = SimpleNamespace(findings=[], unknown=unknown, items={})
    monkeypatch.setattr(evaluate, "reconciler", lambda _: SimpleNamespace(look=lambda *_: look))
    monkeypatch.setattr(deployed, "remind", lambda *said: later.append(said))
    monkeypatch.setattr(type(deployed.home()), "ask", lambda _, call: sent.append(call))
    evaluate.handler(event, context)
    assert (sent, later) == ([], [("resource_drift AWS::SQS::Queue q", REGION, soon)])
    unknown.append(Unknown("resource_drift", REGION, "denied"))
    with pytest.raises(evaluate.Unseen, match="denied"):
        evaluate.handler(event, context)
    assert sent == []
