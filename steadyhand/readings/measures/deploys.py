"""Reads when code was changed, and when dead letters were sent again: from CloudTrail.

"Viewing CloudTrail event history": 90 days, one attribute a question, two questions a second. A
deploy is a change set or stack update that ran, new code of a function, a new task definition or
a forced deployment of a service, or a deployment of CodeDeploy. What CloudFormation does on the
way is not counted again, and changes less than ten minutes apart are one deploy.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from steadyhand.model import Call, pick
from steadyhand.readings.measures.look import Look
from steadyhand.rhythm.core.measured import Deploy

DEPLOYS: Mapping[str, str] = {
    "ExecuteChangeSet": "cloudformation.amazonaws.com",
    "UpdateStack": "cloudformation.amazonaws.com",
    "UpdateFunctionCode20150331v2": "lambda.amazonaws.com",
    "UpdateService": "ecs.amazonaws.com",
    "CreateDeployment": "codedeploy.amazonaws.com",
}
"""The events that change code, and whose they are: others have events of the same name."""

REDRIVE = "StartMessageMoveTask"
QUEUES = "sqs.amazonaws.com"
APART = timedelta(minutes=10)
PAGES = 4
"""Of fifty events each, latest first."""

Found = tuple[list[datetime], bool]
"""The times of a kind of event, and whether there were more than we read."""


def deploys(look: Look) -> Found | None:
    """When code was changed in the month."""

    def read() -> Found:
        times: list[datetime] = []
        cut = False
        for name, source in DEPLOYS.items():
            more, left = events(look, name, source)
            times += more
            cut = cut or left
        return times, cut

    return look.tried("reliability", "deploys", read)


def redrives(look: Look) -> int | None:
    """How often somebody sent the messages of a dead-letter queue again."""
    found = look.tried("jobs", "redrives", lambda: events(look, REDRIVE, QUEUES))
    return None if found is None else len(found[0])


def events(look: Look, name: str, source: str) -> Found:
    """When an event of that name happened, and changed something."""
    asked = {
        "LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": name}],
        "StartTime": look.period.since,
        "EndTime": look.period.until,
        "MaxResults": 50,
    }
    answers = list(look.pages(Call("cloudtrail:LookupEvents", asked), most=PAGES))
    found = [one for one in pick(answers, "Events") if one.get("EventSource", source) == source]
    times = [one["EventTime"] for one in found if is_ours(one)]
    return times, bool(answers and answers[-1].get("NextToken"))


def is_ours(event: Mapping[str, Any]) -> bool:
    """Did it happen, by a person's or a pipeline's word, and change code?"""
    said = json.loads(event.get("CloudTrailEvent") or "{}")
    if "errorCode" in said:
        return False
    if said.get("userIdentity", {}).get("invokedBy") == "cloudformation.amazonaws.com":
        return False
    if event.get("EventName") == "UpdateService":
        asked = said.get("requestParameters") or {}
        return bool(asked.get("taskDefinition") or asked.get("forceNewDeployment"))
    return True


def as_deploys(times: Iterable[datetime]) -> tuple[Deploy, ...]:
    """Each change by itself."""
    return tuple(Deploy(began=moment, ended=moment) for moment in times)


def grouped(changes: Iterable[Deploy]) -> tuple[Deploy, ...]:
    """Changes that follow each other closely, in whichever region, are one deploy."""
    found: list[Deploy] = []
    for one in sorted(changes, key=lambda change: (change.began, change.ended)):
        if found and one.began - found[-1].ended < APART:
            found[-1] = Deploy(began=found[-1].began, ended=max(found[-1].ended, one.ended))
        else:
            found.append(one)
    return tuple(found)
