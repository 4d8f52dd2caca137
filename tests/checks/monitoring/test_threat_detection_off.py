"""Detectors that were suspended. Shapes as GuardDuty's GetDetector answers them: times are texts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from steadyhand.checks.monitoring.threat_detection_off import ThreatDetectionOff
from steadyhand.model import Risk
from steadyhand.sources.guardduty import DetectorState
from tests.trust.lab import World
from tests.trust.scenes import Planting
from tests.verbs import NOW, fix_and_undo, found

CHECK = ThreatDetectionOff()
ID = "12abc34d567e8fa901bc2d34e56789f0"


def detector(name: str, status: str, hours: float = 1, **more: Any) -> tuple[str, dict[str, Any]]:
    at = NOW - timedelta(hours=hours)
    said = {"Status": status, "UpdatedAt": f"{at:%Y-%m-%dT%H:%M:%S}.000Z", "ServiceRole": "r"}
    return name, said | more


BAD = {
    DetectorState: [
        detector(ID, "DISABLED"),
        detector("22abc34d567e8fa901bc2d34e56789f0", "DISABLED", hours=9000),
        ("32abc34d567e8fa901bc2d34e56789f0", {"Status": "DISABLED"}),
        detector("42abc34d567e8fa901bc2d34e56789f0", "DISABLED", UpdatedAt="soon"),
    ]
}
GOOD = {DetectorState: [detector(ID, "ENABLED"), ("52abc", {"ServiceRole": "r"})]}


def plant(client: Any, *, on: bool) -> str:
    guard = client("guardduty")
    name: str = guard.create_detector(Enable=True)["DetectorId"]
    if not on:
        guard.update_detector(DetectorId=name, Enable=False)
    return name


def looking(world: World) -> bool:
    guard = world.client("guardduty")
    (name,) = guard.list_detectors()["DetectorIds"]
    return bool(guard.get_detector(DetectorId=name)["Status"] == "ENABLED")


PLANTING = Planting(plant=lambda world: plant(world.client, on=False), truth=looking, fixed=bool)


def test_says_since_when() -> None:
    assert [one.summary for one in found(CHECK, BAD)] == [
        "GuardDuty has looked at nothing since 23 November 2026",
        "GuardDuty has looked at nothing since 13 November 2025",
        "GuardDuty has looked at nothing",
        "GuardDuty has looked at nothing",
    ]


def test_only_one_that_was_just_suspended_is_enabled_without_asking() -> None:
    assert [CHECK.risk_of(one) for one in found(CHECK, BAD)] == [
        Risk.SAFE,
        Risk.APPROVAL,
        Risk.APPROVAL,
        Risk.APPROVAL,
    ]


@pytest.mark.moto
def test_on_moto() -> None:
    fix_and_undo(CHECK, lambda client: [plant(client, on=False)])
