"""What wakes a check is what AWS has, as its events spell it; its recorded event and its own fix do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from steadyhand.catalogue import discovery as catalogue
from steadyhand.check import Check
from steadyhand.engine.event_index import ALARM, ALARM_CONFIGURED
from steadyhand.model import pick
from steadyhand.reference.cloudtrail import event_name, event_source
from steadyhand.triggers import (
    EVERY,
    AlarmChanged,
    AlarmConfigured,
    ApiCalled,
    Every,
    ServiceEvent,
    Trigger,
)
from tests.checks.proofs import BOTO, ROOT, bad, proof
from tests.defuse import planned

EVENTS = ROOT / "events"
# S3's events are of two clients.
SPELLED_IN = {"s3": ("s3", "s3control")}


def test_every_event_has_a_sweep_as_its_twin(check: Check) -> None:
    assert any(isinstance(trigger, Every) for trigger in check.wakes)


def test_its_wakes_exist(check: Check) -> None:
    """The API that is waited for is one that AWS has, under the name that CloudTrail writes."""
    for trigger in check.wakes:
        if isinstance(trigger, ApiCalled):
            service, _, operation = trigger.action.partition(":")
            known = {
                event_name(client, one)
                for client in SPELLED_IN.get(service, (service,))
                for one in BOTO.get_service_model(client).operation_names
            }
            assert operation in known, trigger


def test_its_recorded_event_wakes_it(check: Check) -> None:
    """The recorded event is one it wakes on, and names something."""
    event_wakes = [
        one
        for one in check.wakes
        if isinstance(one, ApiCalled | ServiceEvent | AlarmChanged | AlarmConfigured)
    ]
    file = EVENTS / f"{check.id}.json"
    assert file.exists() == bool(event_wakes), file
    if event_wakes:
        event = json.loads(file.read_text())
        for name in ("version", "id", "detail-type", "source", "account", "time", "region"):
            assert event[name], name
        named = [key for wake in event_wakes for key in woken(wake, event)]
        assert named, "no trigger of the check is woken"
        assert all(isinstance(key, str) and key for key in named), named


def woken(wake: Trigger, event: Mapping[str, Any]) -> Iterator[Any]:
    """What the event names, if it wakes this trigger."""
    detail = event["detail"]
    if isinstance(wake, ApiCalled):
        service, _, operation = wake.action.partition(":")
        if (
            event["detail-type"] == "AWS API Call via CloudTrail"
            and detail["eventSource"] == f"{event_source(service)}.amazonaws.com"
            and detail["eventName"] == operation
            and "errorCode" not in detail
        ):
            yield from pick(detail, wake.key)
    elif isinstance(wake, ServiceEvent):
        if (event["source"], event["detail-type"]) == (wake.source, wake.detail_type) and all(
            set(pick(detail, name)) & set(values) for name, values in wake.where.items()
        ):
            yield from pick(event, wake.key)
    elif isinstance(wake, AlarmChanged | AlarmConfigured) and event["detail-type"] == (
        ALARM if isinstance(wake, AlarmChanged) else ALARM_CONFIGURED
    ):
        for said in pick(detail, "configuration.metrics.metricStat.metric"):
            if (said["namespace"], said["name"]) == (wake.namespace, wake.metric):
                places = re.findall(r"\{(\w+)\}", wake.key) or [wake.key]
                yield "/".join(said["dimensions"].get(place, EVERY) for place in places)


def test_its_own_fix_wakes_it(check: Check) -> None:
    """The echo of a fix is how it is verified, so the calls of a plan are among the wakes."""
    heard = {
        re.sub(r"\d{8}(v\d)?$", "", wake.action)
        for wake in check.wakes
        if isinstance(wake, ApiCalled)
    }
    deaf = set(getattr(proof(check), "NO_ECHO", ()))
    made = {
        call.granted_by
        for finding in bad(check)
        for step in planned(getattr(proof(check), "CHECK", check), finding)
        for call in (step.do, step.undo)
        if call is not None
    }
    assert {action for action in made - deaf if action not in heard} == set()


def test_every_event_belongs_to_a_check() -> None:
    assert {file.stem for file in EVENTS.glob("*.json")} <= set(catalogue.names())
