"""What is read of CloudTrail: who changed what, of the last 90 days and of one region."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from steadyhand.model import Answer, Call, Wait, pages, pick
from steadyhand.source import Conversation, Each, Report, Source
from steadyhand.sources.acm import LAPSES, waits_for_issue
from steadyhand.sources.callers import Caller, caller_of

PAGES = 4
"""Fifty events each, latest first. CloudTrail answers two questions a second."""


Trails: Source[Mapping[str, Any]] = Source(
    operation="cloudtrail:DescribeTrails",
    items="trailList",
    key=lambda trail: str(trail["TrailARN"]),
    kind="trail",
    params={"includeShadowTrails": False},
    narrow=lambda trail: {"trailNameList": [trail], "includeShadowTrails": False},
)
"""The trails of this region; shadows of those of other regions and of an organization are not."""

TrailStatus: Each[Mapping[str, Any]] = Each(
    operation="cloudtrail:GetTrailStatus",
    items="",
    of=Trails,
    ask=lambda trail: {"Name": trail},
    gone=frozenset({"TrailNotFoundException"}),
    volatile=frozenset(
        {
            "LatestCloudWatchLogsDeliveryTime",
            "LatestDeliveryAttemptSucceeded",
            "LatestDeliveryAttemptTime",
            "LatestDeliveryTime",
            "LatestDigestDeliveryTime",
            "LatestNotificationAttemptSucceeded",
            "LatestNotificationAttemptTime",
            "LatestNotificationTime",
            "StartLoggingTime",
            "StopLoggingTime",
            "TimeLoggingStarted",
            "TimeLoggingStopped",
        }
    ),
)


class ChangeEvent(NamedTuple):
    """One call that changed something."""

    at: datetime
    service: str
    action: str
    by: str
    on: tuple[str, ...]


def lookup(
    attribute: str, value: str, since: datetime, until: datetime, pause: float = 0.0
) -> Generator[Call | Wait, Answer, tuple[list[Mapping[str, Any]], bool]]:
    """Events with this attribute, latest first, as far as `PAGES` reach; and were there more?

    `pause` is in seconds, between two questions.
    """
    asked = {
        "LookupAttributes": [{"AttributeKey": attribute, "AttributeValue": value}],
        "StartTime": since,
        "EndTime": until,
        "MaxResults": 50,
    }
    answers = yield from pages(Call("cloudtrail:LookupEvents", asked), at_most=PAGES, pause=pause)
    return list(pick(answers, "Events")), bool(answers and answers[-1].get("NextToken"))


def deeds(since: datetime, until: datetime) -> Generator[Call | Wait, Answer, list[ChangeEvent]]:
    """What was changed between two moments, latest first, as far as `PAGES` reach."""
    events, _ = yield from lookup("ReadOnly", "false", since, until)
    return [
        ChangeEvent(
            event["EventTime"],
            event.get("EventSource", "").partition(".")[0],
            event.get("EventName", ""),
            who(event),
            tuple(pick(event, "Resources.ResourceName")),
        )
        for event in events
        if changed(event)
    ]


def record(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """The event itself, which LookupEvents hands over as text."""
    known: Mapping[str, Any] = json.loads(event.get("CloudTrailEvent") or "{}")
    return known


def changed(event: Mapping[str, Any]) -> bool:
    """Did the call succeed, and do more than read?"""
    return event.get("ReadOnly") != "true" and "errorCode" not in record(event)


def issuer(event: Mapping[str, Any]) -> str:
    """The role whose session called; empty where none did."""
    return str(next(pick(record(event), "userIdentity.sessionContext.sessionIssuer.userName"), ""))


def who(event: Mapping[str, Any]) -> str:
    """The role or the person. A person who came by IAM Identity Center is named by the session."""
    role = issuer(event)
    if role and not role.startswith("AWSReservedSSO_"):
        return role
    by = event.get("Username") or next(pick(record(event), "userIdentity.invokedBy"), None)
    return str(by or "an AWS service")


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
        events, cut = yield from lookup("EventName", action, now - LOOKBACK, now, PAUSE)
        yield Wait(PAUSE)
        found.append(Deploys(action, tuple(deploy(one) for one in events if changed(one)), cut))
    return found


def deploy(event: Mapping[str, Any]) -> Deploy:
    """One event: of a role it is the role that counts, and the session who used it."""
    said = record(event)
    identity = said.get("userIdentity") or {}
    asked = said.get("requestParameters") or {}
    named = [asked[name] for name in ("functionName", "service", "stackName") if asked.get(name)]
    return Deploy(
        event["EventTime"],
        event.get("EventName", ""),
        issuer(event) or who(event),
        str(identity.get("type") or ""),
        str(said.get("userAgent") or ""),
        tuple(str(one) for one in (*pick(event, "Resources.ResourceName"), *named)),
    )


DeployCalls: Report[Deploys] = Report(
    operation="cloudtrail:LookupEvents",
    is_history=True,
    key=lambda calls: str(calls.action),
    talk=deploys,
)


class CertificateRequest(NamedTuple):
    """Who requested a certificate."""

    arn: str
    caller: Caller


def requests(now: datetime) -> Conversation[CertificateRequest]:
    """Who requested what may still wait to be issued, latest first, as far as `PAGES` reach.

    Events are looked up by name: whether ACM's carry the certificate as a resource is not documented, its
    ARN among the response elements is: docs.aws.amazon.com/acm/latest/userguide/cloudtrail-logging.html
    """
    events, _ = yield from lookup("EventName", "RequestCertificate", now - LAPSES, now, PAUSE)
    told = [record(event) for event in events if changed(event)]
    return [
        CertificateRequest(str(arn), caller)
        for one in told
        for arn in pick(one, "responseElements.certificateArn")
        if (caller := caller_of(one))
    ]


CertificateRequests: Report[CertificateRequest] = Report(
    operation="cloudtrail:LookupEvents",
    is_history=True,
    serves_global=True,
    only_if=waits_for_issue,
    key=lambda request: str(request.arn),
    talk=requests,
)
