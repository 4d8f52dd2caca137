"""What is read of CloudFormation: how far stacks have drifted from their templates."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from steadyhand.model import Answer, Call, Once, ReadFailed, States, Wait, pages, pick
from steadyhand.source import Conversation, Report, Sharing, Source
from steadyhand.sources.stack_states import AT_REST, UNREST, in_state

if TYPE_CHECKING:
    from types_boto3_cloudformation.type_defs import StackResourceDriftTypeDef

DETECTION = "drift"
"""The role in which stacks are compared, since CloudFormation reads as whoever asks it to."""

FRESH = timedelta(days=1)
AT_ONCE = 40
PAUSE = 10.0
ROUNDS = 30
"""How often we ask for the outcomes, `PAUSE` seconds apart: five minutes."""

OF_ONE_STACK = ("ValidationError", "OperationInProgressException", "StackNotFoundException")
"""Errors that mean: this stack is busy, or deleted since it was listed."""

TOO_MUCH = re.compile("Throttl|RequestLimitExceeded|TooManyRequests")
"""Errors that mean: AWS is asked too much at once, by us or by others in the account."""

GONE = "it is gone"
REASONS: Mapping[str, str] = {
    r"does not exist|not found": GONE,
    r"rate exceeded|throttl": "AWS was asked too much at once; the next sweep tries again",
    r"in.progress": "somebody else's detection or update is running",
    r"access denied|not authorized|unauthorized": "CloudFormation may not read its resources",
}
"""What AWS says of a detection that told nothing, and what it means."""

RUNNING = "DETECTION_IN_PROGRESS"
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class StackDrift(NamedTuple):
    """A stack, and those of its resources that are no longer as its template says.

    `unchecked` says why nobody knows, or not of all its resources.
    """

    id: str
    name: str
    resources: list[StackResourceDriftTypeDef]
    unchecked: str = ""


def compared_stacks(now: datetime) -> Generator[Call | Wait, Answer, Answer]:
    """The stacks at rest, what a detection said of the `AT_ONCE` longest unchecked, and the other stacks.

    AWS runs one detection of a stack at a time and refuses another: whoever needs it shares it.
    """
    listed = yield from pages(
        Call("cloudformation:ListStacks", {"StackStatusFilter": [*AT_REST, *UNREST]})
    )
    known = list(pick(listed, "StackSummaries"))
    stacks = [one for one in known if one["StackStatus"] in AT_REST]
    detected = yield from detect(longest_unchecked(stacks, now))
    unrest = [one for one in known if one["StackStatus"] in UNREST]
    return {"stacks": stacks, "detected": detected, "unrest": unrest}


def drift(now: datetime) -> Sharing[StackDrift]:
    """Every stack with what has drifted: as of today where it was compared, else as last checked."""
    del now
    compared = yield Once(compared_stacks)
    stacks, detected = compared["stacks"], compared["detected"]
    status = {stack["StackId"]: last_known(stack).get("StackDriftStatus") for stack in stacks}
    unchecked: dict[str, str] = {}
    for stack_id, said in detected.items():
        status[stack_id] = said.get("StackDriftStatus")
        if said["DetectionStatus"] != "DETECTION_COMPLETE":
            unchecked[stack_id] = in_words(said.get("DetectionStatusReason", ""))
    found = []
    for stack in stacks:
        if unchecked.get(stack["StackId"]) == GONE:
            continue
        resources: Iterable[Any] = ()
        if status[stack["StackId"]] == "DRIFTED":
            resources = yield from drifted_resources(stack["StackId"])
        why = unchecked.get(stack["StackId"], "")
        found.append(StackDrift(stack["StackId"], stack["StackName"], list(resources), why))
    for stack in compared["unrest"]:
        why = in_state(stack["StackStatus"])
        found.append(StackDrift(stack["StackId"], stack["StackName"], [], why))
    return found


def last_known(stack: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the last detection found, and when."""
    known: Mapping[str, Any] = stack.get("DriftInformation", {})
    return known


def longest_unchecked(stacks: Iterable[Mapping[str, Any]], now: datetime) -> list[str]:
    """The ids of the stacks to check now, those that never were first."""
    checked = {
        stack["StackId"]: last_known(stack).get("LastCheckTimestamp") or NEVER for stack in stacks
    }
    due = [stack for stack, when in checked.items() if now - when > FRESH]
    return sorted(due, key=lambda stack: checked[stack])[:AT_ONCE]


def detect(stacks: Iterable[str]) -> Generator[Call | Wait, Answer, dict[str, Answer]]:
    """Start detection of all, then ask for the outcomes. What does not end is returned as it stands.

    Once AWS is asked too much, no more is started: those left waited longest, so they are first next time.
    """
    started: dict[str, str] = {}
    said: dict[str, Answer] = {}
    wanted = list(stacks)
    for n, stack in enumerate(wanted):
        try:
            answer = yield Call("cloudformation:DetectStackDrift", {"StackName": stack})
            started[stack] = answer["StackDriftDetectionId"]
        except ReadFailed as error:
            untold = {"DetectionStatus": "", "DetectionStatusReason": error.reason}
            if TOO_MUCH.search(error.code):
                said |= dict.fromkeys(wanted[n:], untold)
                break
            if error.code not in OF_ONE_STACK:
                raise
            said[stack] = untold
    running = list(started)
    for _ in range(ROUNDS):
        for stack in running:
            try:
                said[stack] = yield Call(
                    "cloudformation:DescribeStackDriftDetectionStatus",
                    {"StackDriftDetectionId": started[stack]},
                )
            except ReadFailed as error:
                is_asked_again = TOO_MUCH.search(error.code) is not None
                if not is_asked_again and error.code not in OF_ONE_STACK:
                    raise
                status = RUNNING if is_asked_again else ""
                said[stack] = {"DetectionStatus": status, "DetectionStatusReason": error.reason}
        running = [stack for stack in running if said[stack]["DetectionStatus"] == RUNNING]
        if not running:
            break
        yield Wait(PAUSE)
    return said


def in_words(reason: str) -> str:
    """Why a detection told nothing, as a person says it."""
    for said, words in REASONS.items():
        if re.search(said, reason, re.IGNORECASE):
            return words
    first = re.split(r"[.{\n]", reason.strip(), maxsplit=1)[0].strip()
    return first or "the detection did not end in time"


def drifted_resources(stack: str) -> Conversation[StackResourceDriftTypeDef]:
    """What was changed or deleted behind the stack's back."""
    wanted = {"StackName": stack, "StackResourceDriftStatusFilters": ["MODIFIED", "DELETED"]}
    try:
        answers = yield from pages(Call("cloudformation:DescribeStackResourceDrifts", wanted))
    except ReadFailed as error:
        if error.code != "ValidationError":  # which is: deleted meanwhile
            raise
        return []
    return list(pick(answers, "StackResourceDrifts"))


def drift_of(stack: str, now: datetime) -> Conversation[StackDrift]:
    """One stack, as its last detection found it: whoever detected, has just done so."""
    del now
    try:
        answer = yield Call("cloudformation:DescribeStacks", {"StackName": stack})
    except ReadFailed as error:
        if error.code != "ValidationError":  # which is: there is none
            raise
        return []
    found = []
    for known in pick(answer, "Stacks"):
        resources: Iterable[Any] = ()
        if last_known(known).get("StackDriftStatus") == "DRIFTED":
            resources = yield from drifted_resources(known["StackId"])
        found.append(StackDrift(known["StackId"], known["StackName"], list(resources)))
    return found


StackDrifts: Report[StackDrift] = Report(
    operation="cloudformation:ListStacks",
    extra_permissions=(
        "cloudformation:DetectStackDrift",
        "cloudformation:DetectStackResourceDrift",
        "cloudformation:DescribeStackDriftDetectionStatus",
        "cloudformation:DescribeStackResourceDrifts",
        "cloudformation:DescribeStacks",
    ),
    key=lambda stack: str(stack.id),
    kind="arn",
    role=DETECTION,
    talk=drift,
    about=drift_of,
)


LIVE = (
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
    "UPDATE_IN_PROGRESS",
    "UPDATE_ROLLBACK_COMPLETE",
    "UPDATE_ROLLBACK_FAILED",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_COMPLETE",
)
"""A stack in one of these holds resources."""


class StackMember(NamedTuple):
    """One resource of a stack, by the id that CloudFormation gave it."""

    stack: str
    type: str
    physical: str


def stack_members(now: datetime) -> Conversation[StackMember]:
    """Every resource of every stack that stands. One deleted meanwhile has none."""
    del now
    found: list[StackMember] = []
    listed = yield from pages(Call("cloudformation:ListStacks", {"StackStatusFilter": list(LIVE)}))
    for stack in pick(listed, "StackSummaries"):
        asked = {"StackName": stack["StackId"]}
        try:
            answers = yield from pages(Call("cloudformation:ListStackResources", asked))
        except ReadFailed as error:
            if error.code != "ValidationError":
                raise
            continue
        found += [
            StackMember(stack["StackName"], one["ResourceType"], one["PhysicalResourceId"])
            for one in pick(answers, "StackResourceSummaries")
            if one.get("PhysicalResourceId")
        ]
    return found


StackMembers: Report[StackMember] = Report(
    operation="cloudformation:ListStackResources",
    extra_permissions=("cloudformation:ListStacks",),
    key=lambda member: str(member.physical),
    talk=stack_members,
)

Stacks: Source[Mapping[str, Any]] = Source(
    operation="cloudformation:DescribeStacks",
    items="Stacks",
    key=lambda stack: str(stack["StackId"]),
    kind="arn",
    narrow=lambda stack: {"StackName": stack},
    gone=frozenset({"ValidationError"}),
)
"""Every stack as it is, with its outputs, and its parameters where the template does not hide them.

A stack that is not there is a ValidationError: docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
"""

STACK_STATES = States(
    ready=frozenset(
        {
            *("CREATE_COMPLETE", "CREATE_FAILED", "CREATE_IN_PROGRESS", "DELETE_FAILED"),
            *("IMPORT_COMPLETE", "IMPORT_IN_PROGRESS", "IMPORT_ROLLBACK_COMPLETE"),
            *("IMPORT_ROLLBACK_FAILED", "IMPORT_ROLLBACK_IN_PROGRESS", "REVIEW_IN_PROGRESS"),
            *("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "ROLLBACK_IN_PROGRESS", "UPDATE_COMPLETE"),
            *("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_FAILED", "UPDATE_IN_PROGRESS"),
            *("UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"),
            *("UPDATE_ROLLBACK_FAILED", "UPDATE_ROLLBACK_IN_PROGRESS"),
        }
    ),
    over=frozenset({"DELETE_COMPLETE", "DELETE_IN_PROGRESS"}),
    shape="cloudformation:StackStatus",
)
"""Where termination protection can be turned: everywhere but while a stack is deleted, and after.

Source: docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-protect-stacks.html
"""
