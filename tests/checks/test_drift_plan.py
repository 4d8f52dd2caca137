"""A drifted resource of which one call sends every setting: all at once, nothing lost, nobody overwritten."""

from __future__ import annotations

from typing import Any

from steadyhand.model import Risk, Seen
from steadyhand.sources.drift import DriftedResources
from steadyhand.sources.drifted import Difference
from tests.checks.deploys.drift_sides import ALARM
from tests.checks.deploys.test_resource_drift import CHECK, drifted, row
from tests.verbs import found, planned


def test_what_is_sent_as_one_is_one_step_with_all_that_differs() -> None:
    """Two calls that each send everything would take each other's value back."""
    threshold = row("Threshold", "AWS::CloudWatch::Alarm")
    differs = ("Threshold", "Period", "ActionsEnabled")
    said = {"Threshold": 5, "Period": 60, "ActionsEnabled": True}
    now = {"Threshold": 0.5, "Period": 300, "ActionsEnabled": False}
    several = drifted(
        threshold,
        differences=tuple(Difference(pointer=f"/{name}") for name in differs),
        template=said,
        actual=now,
        whole=ALARM | now,
    )
    (finding,) = found(CHECK, {DriftedResources: [several]})
    (step,) = planned(CHECK, finding)
    assert step.do.params == ALARM | said | {"AlarmName": "orders"}
    assert step.undo
    assert step.undo.params == ALARM | now | {"AlarmName": "orders"}
    assert CHECK.risk_of(finding) is Risk.APPROVAL


def test_what_would_be_lost_or_is_not_known_is_never_sent() -> None:
    """PutMetricAlarm "completely overwrites the previous configuration", PutRule keeps no value it is not told."""
    threshold = row("Threshold", "AWS::CloudWatch::Alarm")
    for more, words in (
        ({"lost": "it has Metrics, which is not sent with it"}, "all of it is sent anew, and it has Metrics"),
        ({"whole": {}}, "not all of its settings are known"),
    ):  # fmt: skip
        (finding,) = found(CHECK, {DriftedResources: [drifted(threshold, **more)]})
        assert planned(CHECK, finding) == []
        assert any(words in one for one in finding.evidence["asks"])
        assert CHECK.risk_of(finding) is Risk.ADVICE


def seen_by(look: Any, *answers: list[Any]) -> Seen:
    """What a look sees, where its reads are answered so."""
    running = look()
    next(running)
    try:
        for one in answers:
            running.send(one)
    except StopIteration as end:
        seen: Seen = end.value
        return seen
    raise AssertionError("it asks for more")


def test_whoever_changes_another_setting_meanwhile_is_seen() -> None:
    (finding,) = found(CHECK, {DriftedResources: [drifted(row("Threshold", "AWS::CloudWatch::Alarm"))]})  # fmt: skip
    (step,) = planned(CHECK, finding)
    look, physical = step.owns.look, {"PhysicalResourceId": "orders"}
    shown = dict(ALARM) | {"AlarmName": "orders", "StateValue": "OK", "Threshold": 5.0}
    assert seen_by(look, [physical], [shown]).value == step.makes
    assert seen_by(look, [physical], [shown | {"Period": 60}]).value != step.makes
    lost = seen_by(look, [physical], [shown | {"Metrics": [{"Id": "a"}]}]).value
    assert lost == {"lost": "it has Metrics, which is not sent with it"}
    assert seen_by(look, [physical], []).identity is None
    assert seen_by(look, [physical | {"StackResourceDriftStatus": "DELETED"}]).identity is None
    assert seen_by(look, [{"PhysicalResourceId": "other"}]).identity is None
