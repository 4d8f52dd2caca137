"""Instances that allow IMDSv1."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from steadyhand.checks.exposure.imdsv1_allowed import Imdsv1Allowed
from steadyhand.sources.ec2 import Instances, MetadataWithoutToken
from tests.verbs import fix_and_undo, found, planned, spot

CHECK = Imdsv1Allowed()


def instance(name: str, state: str = "running", **options: str) -> dict[str, Any]:
    known = {"HttpTokens": "optional", "HttpEndpoint": "enabled"} | options
    return {"InstanceId": name, "State": {"Name": state}, "MetadataOptions": known}


BAD = {
    Instances: [
        instance("i-quiet") | {"Tags": [{"Key": "Name", "Value": "web-1"}]},
        instance("i-busy"),
        instance("i-young"),
        instance("i-dark", state="stopped"),
        instance("i-other"),
    ],
    MetadataWithoutToken: [
        ("i-quiet", [0.0] * 14),
        ("i-busy", [0.0] * 13 + [7.0]),
        ("i-young", [0.0] * 13),
        ("i-dark", []),
    ],
}
GOOD = {
    Instances: [
        instance("i-new", HttpTokens="required"),
        instance("i-off", HttpEndpoint="disabled"),
        instance("i-dead", state="terminated"),
    ]
}


def test_only_what_nobody_asked_for_14_days_is_fixed() -> None:
    findings = found(CHECK, BAD)
    assert [len(planned(CHECK, finding)) for finding in findings] == [1, 0, 0, 0, 0]
    assert findings[0].summary == (
        "web-1 (i-quiet) allows IMDSv1; nobody asked that way for 14 days"
    )
    assert findings[1].summary.endswith("it was asked that way 7 times in 14 days")
    assert findings[2].summary.endswith("who asks that way is not known for all of 14 days")


def test_what_a_service_manages_is_its_own() -> None:
    managed = instance("i-quiet") | {
        "Operator": {"Managed": True, "Principal": "eks.amazonaws.com"}
    }
    (finding,) = found(
        CHECK, {Instances: [managed], MetadataWithoutToken: [("i-quiet", [0.0] * 14)]}
    )
    assert finding.summary.endswith("it is managed by eks.amazonaws.com, which alone may change it")
    assert planned(CHECK, finding) == []


def make(client: Any, tokens: str) -> str:
    (made,) = client("ec2").run_instances(
        ImageId="ami-12c6146b", MinCount=1, MaxCount=1, MetadataOptions={"HttpTokens": tokens}
    )["Instances"]
    return str(made["InstanceId"])


def say(client: Any, instance: str, often: float) -> None:
    """Two weeks of numbers."""
    dimensions = [{"Name": "InstanceId", "Value": instance}]
    for day in range(14):
        when = datetime.now(UTC) - timedelta(days=day, hours=1)
        number = {"MetricName": "MetadataNoToken", "Dimensions": dimensions, "Value": often}
        client("cloudwatch").put_metric_data(
            Namespace="AWS/EC2", MetricData=[number | {"Timestamp": when}]
        )


@pytest.mark.moto
def test_on_moto() -> None:
    def bad(client: Any) -> list[str]:
        quiet = make(client, "optional")
        say(client, quiet, 0.0)
        return [quiet]

    def good(client: Any) -> None:
        make(client, "required")

    fix_and_undo(CHECK, bad, good)


@pytest.mark.moto
def test_on_moto_what_is_used_or_unknown_has_no_plan() -> None:
    def bad(client: Any) -> list[str]:
        busy = make(client, "optional")
        say(client, busy, 3.0)
        return [busy, make(client, "optional")]

    assert [planned(CHECK, finding) for finding in spot(CHECK, bad)] == [[], []]
