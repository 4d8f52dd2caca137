"""Whatever is to be looked at later comes back as a message to the function that reacts."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import boto3
import pytest

from functions import context as deployed
from functions import react
from steadyhand.model import GLOBAL
from steadyhand.settings.deployed import REACT
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
