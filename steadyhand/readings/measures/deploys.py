"""Reads when code was changed, and when dead letters were sent again: from CloudTrail.

"Viewing CloudTrail event history": 90 days, one attribute a question, two questions a second. A
deploy is a change set or stack update that ran, new code of a function, a new task definition or
a forced deployment of a service, or a deployment of CodeDeploy. What CloudFormation does on the
way is not counted again, and changes less than ten minutes apart are one deploy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from steadyhand.readings.conversation import held
from steadyhand.readings.measures.look import Look
from steadyhand.rhythm.core.measured import Deploy
from steadyhand.sources.cloudtrail import changed, lookup, record

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
    listed, cut = held(look.aws, lookup("EventName", name, look.period.since, look.period.until))
    found = [one for one in listed if one.get("EventSource", source) == source]
    times = [one["EventTime"] for one in found if is_ours(one)]
    return times, cut


def is_ours(event: Mapping[str, Any]) -> bool:
    """Did it happen, by a person's or a pipeline's word, and change code?"""
    if not changed(event):
        return False
    said = record(event)
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
