"""Recorders that were switched off."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from steadyhand.checks.monitoring.config_recorder_off import ConfigRecorderOff
from steadyhand.model import Risk
from steadyhand.sources.config import RecorderStatus
from tests.trust.lab import World
from tests.trust.scenes import Planting
from tests.verbs import NOW, fix_and_undo, found

CHECK = ConfigRecorderOff()


def recorder(name: str, *, on: bool, hours: float = 1, **more: Any) -> dict[str, Any]:
    said = {"name": name, "recording": on, "lastStopTime": NOW - timedelta(hours=hours)}
    return said | more


BAD = {
    RecorderStatus: [
        recorder("default", on=False),
        recorder("old", on=False, hours=9000),
        {"name": "never", "recording": False},
    ]
}
GOOD = {
    RecorderStatus: [
        recorder("fine", on=True),
        recorder("theirs", on=False, servicePrincipal="securityhub.amazonaws.com"),
    ]
}


def plant(client: Any, *, on: bool) -> str:
    config = client("config")
    role = "arn:aws:iam::123456789012:role/config"
    config.put_configuration_recorder(ConfigurationRecorder={"name": "default", "roleARN": role})
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": "history"})
    config.start_configuration_recorder(ConfigurationRecorderName="default")
    if not on:
        config.stop_configuration_recorder(ConfigurationRecorderName="default")
    return "default"


def recording(world: World) -> bool:
    said = world.client("config").describe_configuration_recorder_status()
    return bool(said["ConfigurationRecordersStatus"][0]["recording"])


PLANTING = Planting(plant=lambda world: plant(world.client, on=False), truth=recording, fixed=bool)


def test_says_which_and_since_when() -> None:
    assert [one.summary for one in found(CHECK, BAD)] == [
        "the recorder default has recorded nothing since 23 November 2026",
        "the recorder old has recorded nothing since 13 November 2025",
        "the recorder never has recorded nothing",
    ]


def test_only_one_that_was_just_stopped_is_started_without_asking() -> None:
    assert [CHECK.risk_of(one) for one in found(CHECK, BAD)] == [
        Risk.SAFE,
        Risk.APPROVAL,
        Risk.APPROVAL,
    ]


@pytest.mark.moto
def test_on_moto() -> None:
    fix_and_undo(CHECK, lambda client: [plant(client, on=False)])
