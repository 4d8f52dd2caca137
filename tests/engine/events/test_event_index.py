"""Whom an event wakes, and to look at what. Real samples, where they lie, wake nobody by mistake."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stacks.events.patterns import patterns
from steadyhand.catalogue import discovery as catalogue
from steadyhand.engine.event_index import MalformedEvent, woken_by
from steadyhand.engine.wakes import index
from steadyhand.sources.ssm import Parameters
from steadyhand.triggers import ApiCalled
from tests.engine.paper import Plain

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT.parent / "shared" / "events"
EVENT_INDEX = index(catalogue.load())


def call(name: str, source: str = "ec2", **params: Any) -> dict[str, Any]:
    detail = {
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "requestParameters": params,
    }
    return {
        "source": f"aws.{source}",
        "detail-type": "AWS API Call via CloudTrail",
        "region": "eu-central-1",
        "detail": detail,
    }


def test_a_grant_wakes_the_port_checks_for_its_group() -> None:
    woken_now = woken_by(call("AuthorizeSecurityGroupIngress", groupId="sg-1"), EVENT_INDEX)
    assert list(woken_now.woken) == ["sg-1"]
    assert {"open_admin_ports", "open_all_ports", "open_data_ports"} <= set(woken_now.woken["sg-1"])
    assert woken_now.ignored is None


def test_the_same_name_from_elsewhere_wakes_nobody() -> None:
    """EventBridge names the service in `source`: what anybody may put there with PutEvents is not it."""
    said = call("AuthorizeSecurityGroupIngress", groupId="sg-1")
    for other in ({"source": "custom.ec2"}, {"detail-type": "Something else"}):
        assert not woken_by(said | other, EVENT_INDEX).woken


def test_rules_modified_name_their_group_elsewhere() -> None:
    said = {"ModifySecurityGroupRulesRequest": {"GroupId": "sg-2"}}
    assert list(woken_by(call("ModifySecurityGroupRules", **said), EVENT_INDEX).woken) == ["sg-2"]


class Narrow(Plain):
    """Wakes on parameters that are written down as they are."""

    reads = (Parameters,)
    wakes = (
        ApiCalled(
            "ssm:PutParameter",
            "requestParameters.name",
            where={"requestParameters.type": ("String", "StringList")},
        ),
    )


@pytest.mark.parametrize(
    ("said", "wakes"),
    [({"type": "String"}, True), ({"type": "SecureString"}, False), ({}, False)],
)
def test_a_call_may_be_narrowed_by_what_it_says(said: dict[str, str], wakes: bool) -> None:
    event = call("PutParameter", "ssm")
    event["detail"]["requestParameters"] = {"name": "/shop/db", **said}
    found = woken_by(event, index([Narrow()]))
    assert list(found.woken) == (["/shop/db"] if wakes else [])
    pattern = next(iter(patterns(index([Narrow()])).values()))
    assert pattern["detail"]["requestParameters"] == {"type": ["String", "StringList"]}


def test_a_call_that_failed_changed_nothing() -> None:
    event = call("AuthorizeSecurityGroupIngress", groupId="sg-1")
    event["detail"]["errorCode"] = "Client.UnauthorizedOperation"
    woken_now = woken_by(event, EVENT_INDEX)
    assert woken_now.woken == {}
    assert "Client.UnauthorizedOperation" in str(woken_now.ignored)


def test_what_wakes_nobody_is_ignored_with_a_reason() -> None:
    assert "wakes no check" in str(
        woken_by(call("RunJobFlow", "elasticmapreduce"), EVENT_INDEX).ignored
    )


def test_what_does_not_name_its_subject_is_left_to_the_sweep() -> None:
    woken_now = woken_by(call("AuthorizeSecurityGroupIngress", groupName="classic"), EVENT_INDEX)
    assert "the next sweep looks" in str(woken_now.ignored)


@pytest.mark.parametrize(
    "event", [None, [], "x", 7, {}, {"source": "aws.ec2"}, {"source": "a", "detail-type": "b"}]
)
def test_what_is_no_event_is_malformed(event: Any) -> None:
    with pytest.raises(MalformedEvent):
        woken_by(event, EVENT_INDEX)


def test_a_compliance_change_wakes_its_check() -> None:
    event = {
        "source": "aws.config",
        "detail-type": "Config Rules Compliance Change",
        "detail": {"configRuleName": "steadyhand-open_admin_ports", "resourceId": "sg-3"},
    }
    assert woken_by(event, EVENT_INDEX).woken == {"sg-3": ("open_admin_ports",)}


@pytest.mark.parametrize(
    "path", sorted((ROOT / "events").glob("*.json")), ids=lambda path: path.stem
)
def test_every_recorded_event_wakes_its_check(path: Path) -> None:
    woken_now = woken_by(json.loads(path.read_text()), EVENT_INDEX)
    assert any(path.stem in checks for checks in woken_now.woken.values())


@pytest.mark.skipif(not SAMPLES.exists(), reason="the samples are not part of the project")
def test_foreign_events_are_ignored_and_none_raises_but_what_is_no_event() -> None:
    heard, malformed = 0, 0
    for path in SAMPLES.rglob("*.json"):
        try:
            event = json.loads(path.read_text())
        except ValueError:
            continue
        try:
            woken_now = woken_by(event, EVENT_INDEX)
        except MalformedEvent:
            malformed += 1
            continue
        heard += 1
        assert bool(woken_now.woken) != bool(woken_now.ignored), path
    assert heard > 100 or malformed > 100
