"""Recorded events wake whom they should, and no part of one, whatever it is, is ever a traceback.

Lines 9 and 1 to 14 of the cases of events, over kinds: an object for a text, nothing, a list, what is
huge, 5,000 deep. Those of the shared folder are tried where it is there.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from steadyhand.engine.event_index import MalformedEvent, woken_by
from tests.hostile.recordings import (
    EVENT_INDEX,
    Recording,
    broken,
    failed,
    folder,
    heard,
    others,
    ours,
)

OURS = list(ours())
OTHERS = list(others())
NEVER = frozenset({"ignore", "record", "resolve", "evaluate"})
"""What an index says of what is not about a resource of ours: nobody looks."""

shared = pytest.mark.skipif(not OTHERS, reason=f"no recorded events in {folder()}")

ALARM: dict[str, Any] = {
    "source": "aws.cloudwatch",
    "detail-type": "CloudWatch Alarm State Change",
    "account": "123456789012",
    "region": "eu-central-1",
    "detail": {
        "alarmName": "orders",
        "state": {"value": "ALARM", "timestamp": "2026-11-23T09:10:11.000+0000", "reason": "5xx"},
        "previousState": {"value": "OK", "timestamp": "2026-11-23T08:10:11.000+0000"},
        "configuration": {"description": "too many errors"},
    },
}
BOUNCE: dict[str, Any] = {
    "source": "aws.ses",
    "detail-type": "Email Bounced",
    "account": "123456789012",
    "region": "eu-central-1",
    "time": "2026-11-23T09:10:11Z",
    "detail": {
        "bounce": {
            "bounceType": "Permanent",
            "bouncedRecipients": [{"emailAddress": "ann@example.com", "diagnosticCode": "550"}],
        },
        "mail": {
            "messageId": "m-1",
            "destination": ["ann@example.com"],
            "commonHeaders": {"subject": "The week"},
        },
    },
}
CONFIG: dict[str, Any] = {
    "configRuleName": "steadyhand-public_bucket",
    "resultToken": "t",
    "eventLeftScope": False,
    "invokingEvent": json.dumps({"configurationItem": {"resourceId": "attic"}}),
}
ITEM = {
    "awsRegion": "eu-central-1",
    "configurationItemCaptureTime": "2026-11-23T09:10:11Z",
    "configurationItemStatus": "OK",
    "resourceId": "attic",
    "resourceType": "AWS::S3::Bucket",
}
SHAPES = [
    Recording("alarm", ALARM),
    Recording("bounce", BOUNCE),
    Recording("config", CONFIG),
    *(
        Recording(f"config {name}", CONFIG | {"invokingEvent": said})
        for name, said in {
            "item": json.dumps({"configurationItem": ITEM}),
            "time": json.dumps({"configurationItem": ITEM | {"configurationItemCaptureTime": "x"}}),
            "list": "[]",
            "number": "5",
            "deep": "[" * 6000,
        }.items()
    ),
]


@pytest.mark.parametrize("recording", OURS, ids=lambda one: one.name)
def test_each_recorded_event_of_ours_wakes_its_check(recording: Recording) -> None:
    woken = woken_by(recording.event, EVENT_INDEX).woken
    assert recording.name in {name for names in woken.values() for name in names}


@pytest.mark.parametrize("recording", [*SHAPES, *OURS[::4]], ids=lambda one: one.name)
def test_whatever_part_is_exchanged_it_is_a_line_and_no_traceback(recording: Recording) -> None:
    tried: Counter[str] = Counter()
    assert list(broken(recording, tried)) == []
    assert tried["malformed"] > 50


@shared
def test_nobody_acts_on_what_changed_nothing() -> None:
    assert OTHERS
    wrong = [one.name for one in OTHERS if one.right in NEVER and heard(one.event) == "wakes"]
    assert wrong == []
    assert [one.name for one in OTHERS if failed(one.event) and heard(one.event) == "wakes"] == []


@shared
def test_what_a_responder_acts_on_is_never_a_crash() -> None:
    kinds = Counter((one.right, heard(one.event)) for one in OTHERS)
    assert sum(kinds.values()) == len(OTHERS)
    assert kinds["act", "wakes"] >= 2, kinds


@shared
def test_parts_of_what_others_recorded_are_exchanged_too() -> None:
    tried: Counter[str] = Counter()
    assert [said for one in OTHERS[::60] for said in broken(one, tried)] == []


def test_a_failed_call_wakes_nobody_whatever_else_it_says() -> None:
    for one in OURS:
        if "eventName" in one.event["detail"]:
            event = json.loads(json.dumps(one.event))
            event["detail"]["errorCode"] = "AccessDenied"
            try:
                assert not woken_by(event, EVENT_INDEX).woken
            except MalformedEvent:
                pytest.fail(one.name)
