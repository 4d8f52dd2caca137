"""Deploys and restores of a month, as CloudTrail and AWS Backup tell them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.readings.answers import MAY, REGION, Client, read


def event(name: str, source: str, at: datetime, **record: Any) -> dict[str, Any]:
    return {
        "EventName": name,
        "EventSource": f"{source}.amazonaws.com",
        "EventTime": at,
        "CloudTrailEvent": json.dumps(record),
    }


def test_deploys_are_changes_of_code_minutes_apart() -> None:
    noon = datetime(2026, 5, 19, 12, tzinfo=UTC)
    cloudformation = {"userIdentity": {"invokedBy": "cloudformation.amazonaws.com"}}
    trail = [
        event("ExecuteChangeSet", "cloudformation", noon),
        event("ExecuteChangeSet", "cloudformation", noon + timedelta(minutes=4)),
        event(
            "UpdateFunctionCode20150331v2", "lambda", noon + timedelta(minutes=30), **cloudformation
        ),
        event("UpdateFunctionCode20150331v2", "lambda", noon + timedelta(hours=2)),
        event(
            "UpdateFunctionCode20150331v2",
            "lambda",
            noon + timedelta(hours=3),
            errorCode="AccessDenied",
        ),
        event("CreateDeployment", "apigateway", noon + timedelta(hours=4)),
        event(
            "UpdateService",
            "ecs",
            noon + timedelta(hours=5),
            requestParameters={"desiredCount": 4},
        ),
        event(
            "UpdateService",
            "ecs",
            noon + timedelta(hours=6),
            requestParameters={"taskDefinition": "web:7"},
        ),
    ]

    def looked_up(params: Mapping[str, Any]) -> Mapping[str, Any]:
        assert params["StartTime"] == MAY.since
        assert params["EndTime"] == MAY.until
        (wanted,) = params["LookupAttributes"]
        return {"Events": [one for one in trail if one["EventName"] == wanted["AttributeValue"]]}

    found = read(Client({"cloudtrail:LookupEvents": looked_up}))
    assert found.deploys is not None
    assert [(one.began.hour, one.ended.minute) for one in found.deploys] == [
        (12, 4),
        (14, 0),
        (18, 0),
    ]
    assert not found.deploys_cut


def test_more_deploys_than_are_read_are_said_to_be_more() -> None:
    pages = itertools.count()
    client = Client(
        {"cloudtrail:LookupEvents": lambda _: {"Events": [], "NextToken": f"{next(pages)}"}}
    )
    assert read(client).deploys_cut
    assert len(client.asked("cloudtrail:LookupEvents")) <= 4 * 6


def test_a_restore_is_timed() -> None:
    began = datetime(2026, 5, 17, 3, tzinfo=UTC)
    job = {
        "SourceResourceArn": f"arn:aws:rds:{REGION}:1:db:billing-db",
        "CreationDate": began,
        "CompletionDate": began + timedelta(minutes=38),
        "RecoveryPointCreationDate": began - timedelta(minutes=5),
        "Status": "COMPLETED",
    }
    found = read(Client({"backup:ListRestoreJobs": {"RestoreJobs": [job]}})).restores
    assert found is not None
    assert [(one.name, one.seconds, one.lost_seconds) for one in found] == [
        ("billing-db", 2280, 300)
    ]
    assert read(Client()).restores == ()
