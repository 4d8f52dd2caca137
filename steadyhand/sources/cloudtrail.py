"""What is read of CloudTrail: who changed what, of the last 90 days and of one region."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from steadyhand.model import Answer, Call, pick
from steadyhand.source import Conversation, Report, Wait, pages

PAGES = 4
"""Fifty events each, latest first. CloudTrail answers two questions a second."""


class ChangeEvent(NamedTuple):
    """One call that changed something."""

    at: datetime
    service: str
    action: str
    by: str
    on: tuple[str, ...]


def deeds(since: datetime, until: datetime) -> Generator[Call | Wait, Answer, list[ChangeEvent]]:
    """What was changed between two moments, latest first, as far as `PAGES` reach."""
    asked = {
        "LookupAttributes": [{"AttributeKey": "ReadOnly", "AttributeValue": "false"}],
        "StartTime": since,
        "EndTime": until,
        "MaxResults": 50,
    }
    answers = yield from pages(Call("cloudtrail:LookupEvents", asked), at_most=PAGES)
    return [
        ChangeEvent(
            event["EventTime"],
            event.get("EventSource", "").partition(".")[0],
            event.get("EventName", ""),
            event.get("Username", "") or "an AWS service",
            tuple(pick(event, "Resources.ResourceName")),
        )
        for event in pick(answers, "Events")
        if not failed(event.get("CloudTrailEvent", ""))
    ]


def failed(record: str) -> bool:
    """Did the call change nothing after all?"""
    return "errorCode" in json.loads(record) if record else False


LOOKBACK = timedelta(days=90)
"""How far CloudTrail's own history goes."""

PAUSE = 0.55
"""CloudTrail answers two questions a second."""

DEPLOYING: Mapping[str, str] = {
    "UpdateFunctionCode20150331v2": "Lambda code",
    "UpdateService": "ECS service",
    "CreateDeployment": "CodeDeploy or API Gateway",
    "ExecuteChangeSet": "CloudFormation change set",
    "UpdateStack": "CloudFormation stack",
    "CreateStack": "CloudFormation stack",
    "StartPipelineExecution": "CodePipeline",
    "SendCommand": "Systems Manager command",
    "CreateApplicationVersion": "Elastic Beanstalk version",
}
"""Calls by which code reaches a place, as CloudTrail spells them, and what each is."""


class Deploy(NamedTuple):
    """One call that put code somewhere. `by` is who, `how` the kind of identity, `on` what."""

    at: datetime
    action: str
    by: str
    how: str
    agent: str
    on: tuple[str, ...]


class Deploys(NamedTuple):
    """The calls of one kind. `cut`: there were more than we read."""

    action: str
    calls: tuple[Deploy, ...]
    cut: bool


def deploys(now: datetime) -> Conversation[Deploys]:
    """By each kind of call, the latest of the last 90 days."""
    found: list[Deploys] = []
    for action in DEPLOYING:
        asked: dict[str, Any] = {
            "LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": action}],
            "StartTime": now - LOOKBACK,
            "EndTime": now,
            "MaxResults": 50,
        }
        calls: list[Deploy] = []
        for _ in range(PAGES):
            answer = yield Call("cloudtrail:LookupEvents", dict(asked))
            calls += [
                deploy(event)
                for event in pick(answer, "Events")
                if not failed(event.get("CloudTrailEvent", ""))
            ]
            yield Wait(PAUSE)
            asked["NextToken"] = answer.get("NextToken")
            if not asked["NextToken"]:
                break
        found.append(Deploys(action, tuple(calls), bool(asked.get("NextToken"))))
    return found


def deploy(event: Mapping[str, Any]) -> Deploy:
    """One event: of a role it is the role that counts, and the session who used it."""
    record = json.loads(event.get("CloudTrailEvent") or "{}")
    identity = record.get("userIdentity") or {}
    issuer = ((identity.get("sessionContext") or {}).get("sessionIssuer") or {}).get("userName")
    who = event.get("Username") or identity.get("invokedBy") or "an AWS service"
    asked = record.get("requestParameters") or {}
    named = [asked[name] for name in ("functionName", "service", "stackName") if asked.get(name)]
    return Deploy(
        event["EventTime"],
        event.get("EventName", ""),
        str(issuer or who),
        str(identity.get("type") or ""),
        str(record.get("userAgent") or ""),
        tuple(str(one) for one in (*pick(event, "Resources.ResourceName"), *named)),
    )


DeployCalls: Report[Deploys] = Report(
    operation="cloudtrail:LookupEvents",
    key=lambda calls: str(calls.action),
    talk=deploys,
)
