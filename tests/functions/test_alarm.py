"""An alarm is one incident, in whichever order its ends come, and no row stays open."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from functions import alarm
from functions import context as reconciler
from steadyhand.engine.event_index import MalformedEvent
from steadyhand.model import FindingStatus, Held, Record
from tests.engine.test_unseen import finding
from tests.functions.conftest import Context, batch
from tests.functions.opened import Deploy, failures
from tests.reconcilers import ACCOUNT, REGION
from tests.verbs import NOW

pytestmark = pytest.mark.moto


def changed(value: str, before: str, at: str, since: str) -> str:
    return json.dumps(
        {
            "source": "aws.cloudwatch",
            "detail-type": "CloudWatch Alarm State Change",
            "account": ACCOUNT,
            "region": REGION,
            "detail": {
                "alarmName": "api-5xx",
                "state": {"value": value, "reason": "r", "timestamp": at},
                "previousState": {"value": before, "timestamp": since},
                "configuration": {"description": "customers see errors"},
            },
        }
    )


BEGAN, ENDED = "2026-11-23T09:10:11.000+0000", "2026-11-23T09:41:11.000+0000"
FIRED = changed("ALARM", "OK", BEGAN, "2026-11-22T00:00:00.000+0000")
QUIET = changed("OK", "ALARM", ENDED, BEGAN)


@pytest.mark.parametrize(
    "order", [[FIRED, QUIET], [QUIET, FIRED], [FIRED, FIRED, QUIET, QUIET], [QUIET]]
)
def test_an_alarm_is_one_incident_in_whichever_order_its_ends_come(
    deploy: Deploy, context: Context, order: list[str]
) -> None:
    deploy()
    assert failures(alarm.handler(batch(*order), context)) == []
    (incident,) = reconciler.ledger().incidents()
    assert incident.began_at == datetime(2026, 11, 23, 9, 10, 11, tzinfo=UTC)
    assert incident.ended_at == datetime(2026, 11, 23, 9, 41, 11, tzinfo=UTC)
    assert incident.signature == "api-5xx"


@pytest.mark.parametrize(
    ("told", "guardrail"),
    [
        ([FIRED, QUIET], "in_incident"),
        ([QUIET, FIRED], "in_incident"),
        ([FIRED, QUIET, QUIET], "in_incident"),
        ([FIRED], "in_incident"),
        ([FIRED, QUIET], "risky"),
    ],
)
def test_what_an_incident_held_is_looked_at_when_it_is_over(
    deploy: Deploy,
    context: Context,
    monkeypatch: pytest.MonkeyPatch,
    told: list[str],
    guardrail: str,
) -> None:
    looks = 1 if QUIET in told and guardrail == "in_incident" else 0
    deploy()
    found = finding("resource_drift", "orders")
    held = Record(
        finding=found,
        status=FindingStatus.OPEN,
        first_seen=NOW,
        changed_at=NOW,
        held=Held(guardrail, "it is"),
    )
    ledger = reconciler.ledger()
    monkeypatch.setattr(type(ledger), "known", lambda *_: {found.id: held})
    asked = list[tuple[str, str]]()
    monkeypatch.setattr(alarm, "remind", lambda name, where, _: asked.append((name, where)))
    assert failures(alarm.handler(batch(*told), context)) == []
    assert asked == [(found.id, REGION)] * looks


LATER = "2026-11-23T09:20:11.000+0000"
AGAIN = changed("ALARM", "ALARM", LATER, BEGAN)
QUIET_AFTER = changed("OK", "ALARM", ENDED, LATER)


@pytest.mark.parametrize(
    "order",
    [
        [FIRED, AGAIN, QUIET_AFTER],
        [FIRED, QUIET_AFTER],
        [FIRED, changed("ALARM", "OK", LATER, BEGAN), QUIET_AFTER],
        [FIRED, QUIET_AFTER, AGAIN],
    ],
)
def test_an_alarm_that_says_so_again_is_one_incident_that_ends(
    deploy: Deploy, context: Context, order: list[str]
) -> None:
    """The OK names the last ALARM as its beginning, and one may be lost or late."""
    deploy()
    for event in order:
        assert failures(alarm.handler(batch(event), context)) == []
    (incident,) = reconciler.ledger().incidents()
    assert incident.began_at == datetime(2026, 11, 23, 9, 10, 11, tzinfo=UTC)
    assert incident.ended_at == datetime(2026, 11, 23, 9, 41, 11, tzinfo=UTC)


def test_whatever_an_alarm_says_no_row_stays_open(deploy: Deploy, context: Context) -> None:
    deploy()
    for event in (QUIET_AFTER, AGAIN, FIRED):
        assert failures(alarm.handler(batch(event), context)) == []
    assert all(one.ended_at for one in reconciler.ledger().incidents())


@pytest.mark.parametrize("missing", ["alarmName", "state", "timestamp", "account", "region"])
@pytest.mark.parametrize("value", [None, 5, {}, [], "", "nowhere"])
def test_an_alarm_without_a_part_is_malformed(missing: str, value: Any) -> None:
    event = json.loads(FIRED)
    if missing in ("account", "region"):
        event[missing] = value
    elif missing == "timestamp":
        event["detail"]["state"][missing] = value
    else:
        event["detail"][missing] = value
    if missing in ("alarmName", "account") and value == "nowhere":
        return
    with pytest.raises(MalformedEvent):
        alarm.incident(event)


@pytest.mark.parametrize("detail", [None, [], "x", {}, {"state": []}])
def test_an_alarm_without_detail_is_malformed(detail: Any) -> None:
    with pytest.raises(MalformedEvent):
        alarm.incident(json.loads(FIRED) | {"detail": detail})


def test_an_alarm_without_configuration_is_an_incident() -> None:
    event = json.loads(FIRED)
    event["detail"]["configuration"] = None
    found = alarm.incident(event)
    assert found
    assert found.summary == "r"


def test_what_is_no_alarm_comes_back(deploy: Deploy, context: Context) -> None:
    deploy()
    quiet = changed("OK", "INSUFFICIENT_DATA", ENDED, BEGAN)
    assert failures(alarm.handler(batch(quiet, "{}", "x"), context)) == ["m-1", "m-2"]
    assert reconciler.ledger().incidents() == []
