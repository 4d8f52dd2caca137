"""What speaks for or against setting a drifted resource back: its stack, who changed it, the template."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from steadyhand.model import Answer, Call, ReadFailed, Wait, pages, pick
from steadyhand.reference import drift as table
from steadyhand.source import Source
from steadyhand.sources.callers import Caller, caller_of
from steadyhand.sources.cloudtrail import changed, lookup, record
from steadyhand.sources.cloudwatch import MetricAlarms
from steadyhand.sources.drifted import Drifted, StackState
from steadyhand.sources.eventbridge import Rules

Talk = Generator[Call | Wait, Answer, Any]

LOOKBACK = timedelta(days=90)
"""All that CloudTrail's event history shows."""

PAUSE = 0.5
"""Seconds between two questions to CloudTrail, which answers two a second."""

OVER = frozenset({"EXECUTE_COMPLETE", "OBSOLETE", "EXECUTE_FAILED", "DELETE_COMPLETE", "FAILED"})
"""Change sets in one of these are not open."""

WHOLES: Mapping[str, Source[Any]] = {
    "AWS::CloudWatch::Alarm": MetricAlarms,
    "AWS::Events::Rule": Rules,
}
"""Where all settings are read of the types that are sent as one."""


def looked_at(found: Drifted, now: datetime) -> Talk:
    """The same, looked at closely; unchecked where any of that could not be read."""
    try:
        return (yield from _looked_at(found, now))
    except ReadFailed as failed:
        return replace(found, unchecked=failed.reason)


def _looked_at(found: Drifted, now: datetime) -> Talk:
    stack = yield from state_of(found.stack)
    writer, searched = yield from last_writer(found, now)
    construct = yield from construct_of(found)
    body = yield from template_of(stack.id)
    whole, lost = yield from whole_of(found, now)
    absent = yield from absent_in(found)
    return replace(
        found,
        whole=whole,
        lost=lost,
        absent=absent,
        closely=True,
        stack=stack,
        writer=writer,
        searched=searched,
        construct=construct,
        body=body,
    )


def missing(reads: Iterable[str]) -> Talk:
    """Which of these reads whoever asks may not make, in words; empty: none. None: nobody knows."""
    try:
        me = str((yield Call("sts:GetCallerIdentity"))["Arn"])
        if me.endswith(":root"):
            return ""
        session = re.fullmatch(r"arn:[\w-]+:sts::\d{12}:assumed-role/([^/]+)/.+", me)
        if session:
            me = str((yield Call("iam:GetRole", {"RoleName": session[1]}))["Role"]["Arn"])
        asked = {"PolicySourceArn": me, "ActionNames": sorted(reads)}
        answers = yield from pages(Call("iam:SimulatePrincipalPolicy", asked), follow="Marker")
    except ReadFailed:
        return None
    decided = {
        str(one["EvalActionName"]): one["EvalDecision"]
        for one in pick(answers, "EvaluationResults")
    }
    return ", ".join(one for one in sorted(reads) if decided.get(one) != "allowed")


def ungranted(found: Drifted, granted: str | None) -> Talk:
    """The reads of a resource that whoever asks may not make: of its type, and by its own policy.

    A key's policy decides alone: without `kms:ListResourceTags` CloudFormation shows drift that is none
    (github.com/aws-cloudformation/aws-cloudformation-resource-providers-kms/issues/69).
    """
    kind = table.types()[found.type]
    if granted != "" or not kind.probed or not found.differences:
        return granted
    denied = []
    for read in kind.reads:
        try:
            yield Call(read, {kind.probed: found.physical})
        except ReadFailed as failed:
            if re.search("AccessDenied|NotAuthorized|Unauthorized", failed.code):
                denied.append(read)
    return ", ".join(denied)


def state_of(stack: StackState) -> Talk:
    """How the stack stands, and those it is nested in."""
    known = yield from described(stack.id)
    above = []
    for said in dict.fromkeys((known.get("ParentId"), known.get("RootId"))):
        if said:
            over = yield from described(said)
            above.append((str(over.get("StackName", said)), str(over.get("StackStatus", ""))))
    asked = {"StackName": stack.id}
    sets = yield from pages(Call("cloudformation:ListChangeSets", asked))
    return replace(
        stack,
        status=str(known.get("StackStatus", "")),
        lately=known.get("LastUpdatedTime") or known.get("CreationTime"),
        above=tuple(above),
        change_sets=tuple(
            str(one.get("ChangeSetName", ""))
            for one in pick(sets, "Summaries")
            if one.get("ExecutionStatus") not in OVER and one.get("Status") not in OVER
        ),
        parameters=tuple(
            str(one["ParameterKey"])
            for one in known.get("Parameters") or ()
            if one.get("ParameterKey")
        ),
        capabilities=tuple(map(str, known.get("Capabilities") or ())),
        tags={str(one["Key"]): str(one["Value"]) for one in known.get("Tags", ())},
    )


def described(stack: str) -> Talk:
    """One stack as it is; nothing where there is none."""
    try:
        said = yield Call("cloudformation:DescribeStacks", {"StackName": stack})
    except ReadFailed as failed:
        if failed.code != "ValidationError":
            raise
        return {}
    return next(iter(pick(said, "Stacks")), {})


def last_writer(found: Drifted, now: datetime) -> Talk:
    """Who last made a call that sets what differs, None where CloudTrail shows nobody; was all looked through?"""
    kind = table.types()[found.type]
    rows = [row for one in found.differences if (row := kind.row(one.pointer))]
    names = dict.fromkeys(action for row in rows for action in row.actions)
    last: Caller | None = None
    searched = True
    for name in names:
        setter = table.setters()[name]
        event = setter.event.partition(":")[2]
        events, more = yield from lookup("EventName", event, now - LOOKBACK, now, pause=PAUSE)
        for one in events:
            deed = record(one)
            if not changed(one) or not names_it(deed, setter.key, found.physical):
                continue
            caller = caller_of(deed)
            if caller and (last is None or caller.at > last.at):
                last = caller
            break
        else:
            searched = searched and not more
    return last, searched


def names_it(deed: Mapping[str, Any], key: str, physical: str) -> bool:
    """Is a recorded call about this resource? An ARN that ends with its name is too."""
    for said in pick(deed, f"requestParameters.{key}"):
        if said == physical or (isinstance(said, str) and re.split("[:/]", said)[-1] == physical):
            return True
    return False


def construct_of(found: Drifted) -> Talk:
    """Where the CDK's code makes it, as `aws:cdk:path` says; empty where it does not."""
    asked = {"StackName": found.stack.id, "LogicalResourceId": found.logical}
    said = yield Call("cloudformation:DescribeStackResource", asked)
    try:
        metadata = json.loads(said["StackResourceDetail"].get("Metadata") or "{}")
    except ValueError:
        return ""
    return str(metadata.get("aws:cdk:path", "")) if isinstance(metadata, dict) else ""


def whole_of(found: Drifted, now: datetime) -> Talk:
    """All settings of a resource that is sent as one, and why it cannot be; neither where nothing of it asks for that."""
    kind = table.types()[found.type]
    rows = [kind.row(one.pointer) for one in found.differences]
    if kind.whole is None or not any(row and row.whole for row in rows):
        return {}, ""
    source = WHOLES[found.type]
    answers = yield from pages(source.call(now, found.physical))
    items = [one for page in answers for one in source.understand(page, found.physical)]
    for item in items:
        return kind.whole.settings(item), kind.whole.loses(item)
    return {}, f"{found.physical} is not among those that are sent as one"


def absent_in(found: Drifted) -> Talk:
    """The properties of which the service itself says that there is no value: a denied read looks the same."""
    proven = []
    for row in table.types()[found.type].properties:
        if not row.absent or not any(row.covers(one.pointer) for one in found.differences):
            continue
        action, says = row.absent
        try:
            yield Call(action, {table.setters()[row.set].on: found.physical})
        except ReadFailed as failed:
            if failed.code == says:
                proven.append(row.path)
    return tuple(proven)


def template_of(stack: str) -> Talk:
    """The template as its author wrote it."""
    asked = {"StackName": stack, "TemplateStage": "Original"}
    body = (yield Call("cloudformation:GetTemplate", asked)).get("TemplateBody", "")
    return body if isinstance(body, str) else json.dumps(body, indent=2)
