"""What AWS plans for instances, in the shapes of EC2's DescribeInstanceStatus."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from steadyhand.checks.lifecycle.instance_retirement import InstanceRetirement
from steadyhand.model import Severity
from steadyhand.sources.ec2_status import InstanceStatuses
from tests.verbs import NOW, found, spot

CHECK = InstanceRetirement()
STATELESS = "AWS plans something for an instance whatever state it is in, and we change nothing"


def instance(name: str, *events: dict[str, Any]) -> dict[str, Any]:
    return {"InstanceId": name, "Events": list(events), "InstanceState": {"Name": "running"}}


def planned(code: str, said: str = "", day: int | None = 9) -> dict[str, Any]:
    event = {"InstanceEventId": f"instance-event-{code}", "Code": code, "Description": said}
    return event if day is None else event | {"NotBefore": NOW + timedelta(days=day)}


BAD = {
    InstanceStatuses: [
        instance(
            "i-1", planned("instance-retirement", "The instance is running on degraded hardware")
        ),
        instance("i-2", planned("system-reboot"), planned("instance-stop", "[Completed] done")),
        instance("i-3", planned("instance-stop", day=None)),
    ]
}
GOOD = {
    InstanceStatuses: [
        instance("i-4"),
        instance("i-5", planned("instance-retirement", "[Canceled] not needed")),
        instance("i-6", planned("something-new")),
        {"InstanceId": "i-7"},
    ]
}


def test_says_what_and_when() -> None:
    first, second, third = found(CHECK, BAD)
    assert first.summary == "AWS retires i-1 on 02 December 2026"
    assert first.detonates_at == NOW + timedelta(days=9)
    assert second.summary == "AWS reboots the host of i-2 on 02 December 2026"
    assert third.summary == "AWS stops i-3"
    assert [one.severity for one in (first, second, third)] == [
        Severity.HIGH,
        Severity.MEDIUM,
        Severity.HIGH,
    ]


@pytest.mark.moto
def test_on_moto() -> None:
    """moto plans nothing for its instances: none may be found."""

    def run(client: Any) -> list[str]:
        made = client("ec2").run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)
        return [made["Instances"][0]["InstanceId"]]

    spot(CHECK, lambda client: [], run)
