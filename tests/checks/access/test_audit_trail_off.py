"""Trails that were switched off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from steadyhand.checks.access.audit_trail_off import AuditTrailOff
from steadyhand.model import Risk
from steadyhand.sources.cloudtrail import Trails, TrailStatus
from tests.canonical import REGION
from tests.trust.lab import World
from tests.trust.scenes import Planting
from tests.verbs import NOW, fix_and_undo, found, silent

CHECK = AuditTrailOff()
ARN = f"arn:aws:cloudtrail:{REGION}:123456789012:trail/"


def trail(name: str, **more: Any) -> dict[str, Any]:
    return {"Name": name, "TrailARN": ARN + name, "HomeRegion": REGION} | more


def status(name: str, *, on: bool, hours: float = 1) -> tuple[str, dict[str, Any]]:
    return ARN + name, {"IsLogging": on, "StopLoggingTime": NOW - timedelta(hours=hours)}


BAD = {
    Trails: [trail("audit"), trail("old"), trail("never")],
    TrailStatus: [
        status("audit", on=False),
        status("old", on=False, hours=9000),
        (ARN + "never", {"IsLogging": False}),
    ],
}
FOREIGN = f"arn:aws:cloudtrail:{REGION}:999999999999:trail/organization"
GOOD = {
    Trails: [
        trail("fine"),
        trail("organization", TrailARN=FOREIGN, IsOrganizationTrail=True),
        trail("elsewhere", HomeRegion="us-east-1"),
        trail("unread"),
    ],
    TrailStatus: [
        status("fine", on=True),
        (FOREIGN, {"IsLogging": False}),
        status("elsewhere", on=False),
    ],
}


def plant(client: Any, name: str, *, on: bool) -> str:
    client("s3").create_bucket(
        Bucket=f"for-{name}", CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    made = client("cloudtrail").create_trail(Name=name, S3BucketName=f"for-{name}")
    client("cloudtrail").start_logging(Name=name)
    if not on:
        client("cloudtrail").stop_logging(Name=name)
    return str(made["TrailARN"])


def logging(world: World) -> bool:
    return bool(world.client("cloudtrail").get_trail_status(Name="audit")["IsLogging"])


PLANTING = Planting(
    plant=lambda world: plant(world.client, "audit", on=False),
    truth=logging,
    fixed=bool,
    beside=[
        (
            lambda world: world.client("cloudtrail").add_tags(
                ResourceId=ARN + "audit", TagsList=[{"Key": "$at", "Value": "x"}]
            ),
            lambda world: world.client("cloudtrail").remove_tags(
                ResourceId=ARN + "audit", TagsList=[{"Key": "$at", "Value": "x"}]
            ),
        )
    ],
)


def test_says_which_and_since_when() -> None:
    assert [one.summary for one in found(CHECK, BAD)] == [
        "the trail audit records nothing since 23 November 2026",
        "the trail old records nothing since 13 November 2025",
        "the trail never records nothing",
    ]


def test_only_one_that_was_just_stopped_is_started_without_asking() -> None:
    assert [CHECK.risk_of(one) for one in found(CHECK, BAD)] == [
        Risk.SAFE,
        Risk.APPROVAL,
        Risk.APPROVAL,
    ]


def test_a_trail_of_others_is_theirs() -> None:
    silent(CHECK, GOOD)


@pytest.mark.moto
def test_on_moto() -> None:
    fix_and_undo(
        CHECK,
        lambda client: [plant(client, "audit", on=False)],
        lambda client: plant(client, "fine", on=True),
        now=datetime.now(UTC),
    )
