"""What is read of one resource that is no longer as its stack's template says, and of its stack.

An event looks at one resource: whose it is, whether it drifted, and only if it did, everything that
speaks for or against setting it back. A sweep has CloudFormation compare whole stacks and asks for
what each resource became, whatever the stack says: a stack can be in sync with a resource that is not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from steadyhand.model import Call, Once, ReadFailed, pages, pick
from steadyhand.reference import drift as table
from steadyhand.source import Conversation, Report, Sharing, Source
from steadyhand.sources.cloudformation import (
    DETECTION,
    OF_ONE_STACK,
    compared_stacks,
    in_words,
    last_known,
)
from steadyhand.sources.drift_context import Talk, described, looked_at, missing, ungranted
from steadyhand.sources.drifted import STACK, Difference, Drifted, StackState
from steadyhand.sources.stack_states import AT_REST, in_state

CLOSELY = 40
"""How many drifted resources a sweep looks at closely, those that changed last first."""

FIRST = 100
"""Resources that DescribeStackResources shows at most: docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html"""

GONE = re.compile(r"does ?n[o']t exist|not found|not part of", re.IGNORECASE)


def one_resource(key: str, now: datetime) -> Conversation[Drifted]:
    """The resource that an event names, if a stack owns it and it drifted."""
    name, _, physical = key.partition(" ")
    if name not in table.types():
        return []
    member = yield from owned(name, physical)
    if member is None:
        return []
    stack = StackState(id=member["StackId"], name=member["StackName"])
    found = Drifted(type=name, physical=physical, logical=member["LogicalResourceId"], stack=stack)
    asked = {"StackName": stack.id, "LogicalResourceId": found.logical}
    try:
        said = yield Call("cloudformation:DetectStackResourceDrift", asked)
    except ReadFailed as failed:
        if failed.code != "ValidationError":
            return [replace(found, unchecked=in_words(failed.reason))]
        left: list[Drifted] = yield from refused(found, failed.reason)
        return left
    drifted = compared(found, said["StackResourceDrift"])
    if drifted is None:
        return []
    if not drifted.differences:
        return [drifted]
    granted = yield from missing(table.types()[name].reads)
    drifted = replace(drifted, ungranted=(yield from ungranted(drifted, granted)))
    return [(yield from looked_at(drifted, now))]


def refused(found: Drifted, reason: str) -> Talk:
    """What AWS would not compare: nothing of a stack that is gone, and of one that is not at rest its status says why."""
    status = str((yield from described(found.stack.id)).get("StackStatus", ""))
    if status in ("", "DELETE_COMPLETE") or (status in AT_REST and GONE.search(reason)):
        return []
    why = in_words(reason) if status in AT_REST else in_state(status)
    return [replace(found, unchecked=why, stack=replace(found.stack, status=status))]


def owned(name: str, physical: str) -> Talk:
    """The stack's word on a resource; None where no stack made it.

    By a resource's id AWS answers with the first resources of its stack, whether it is among them or not.
    """
    try:
        said = yield Call("cloudformation:DescribeStackResources", {"PhysicalResourceId": physical})
    except ReadFailed as failed:
        if failed.code != "ValidationError":  # which is: of no stack
            raise
        return None
    members = list(pick(said, "StackResources"))
    stack = next((one for one in members if one.get("StackId")), None)
    if stack and len(members) >= FIRST and not any(is_it(one, name, physical) for one in members):
        asked = Call("cloudformation:ListStackResources", {"StackName": stack["StackId"]})
        members = list(pick((yield from pages(asked)), "StackResourceSummaries"))
    for member in members:
        if stack and is_it(member, name, physical):
            return {name: stack[name] for name in ("StackId", "StackName")} | member
    return None


def is_it(member: Mapping[str, Any], name: str, physical: str) -> bool:
    """Is a member of a stack this resource, and still there?"""
    same = (member.get("ResourceType"), member.get("PhysicalResourceId")) == (name, physical)
    return same and member.get("ResourceStatus") != "DELETE_COMPLETE"


def compared(found: Drifted, said: Mapping[str, Any]) -> Drifted | None:
    """What CloudFormation's comparison says; None: nothing that this is about."""
    status = said["StackResourceDriftStatus"]
    if status == "MODIFIED":
        differences = tuple(
            Difference(pointer=one["PropertyPath"], kind=one["DifferenceType"])
            for one in said.get("PropertyDifferences", ())
        )
        return replace(
            found,
            differences=differences,
            template=json.loads(said.get("ExpectedProperties") or "{}"),
            actual=json.loads(said.get("ActualProperties") or "{}"),
        )
    if status in ("UNKNOWN", "NOT_CHECKED"):
        why = said.get("DriftStatusReason") or "CloudFormation did not compare it"
        return replace(found, unchecked=in_words(why))
    return None


# The sweep.


def every_resource(now: datetime) -> Sharing[Drifted]:
    """Of every stack at rest what drifted, and what could not be compared."""
    known = yield Once(compared_stacks)
    stacks = {stack["StackId"]: stack for stack in known["stacks"]}
    said = known["detected"]
    found: list[tuple[datetime, Drifted]] = []
    looked = [unseen(stands(stack), in_state(stack["StackStatus"])) for stack in known["unrest"]]
    for name, stack in stacks.items():
        if name not in said and not last_known(stack).get("LastCheckTimestamp"):
            continue
        state = StackState(id=name, name=stack["StackName"])
        of_stack = yield from resources_of(state)
        failures = failed_in(said.get(name, {}))
        for when, one in of_stack:
            why = failures.pop(one.logical, "")
            found.append((when, replace(one, unchecked=why) if why else one))
        if failures:
            looked.append(unseen(state, f"{next(iter(failures.values()))} ({', '.join(failures)})"))
    found.sort(key=lambda pair: pair[0], reverse=True)
    granted: dict[str, str | None] = {}
    for name in {one.type for _, one in found}:
        granted[name] = yield from missing(table.types()[name].reads)
    for n, (_, bare) in enumerate(found):
        one = replace(bare, ungranted=(yield from ungranted(bare, granted[bare.type])))
        close = n < CLOSELY and one.differences and not one.unchecked
        looked.append((yield from looked_at(one, now)) if close else one)
    return looked


def stands(stack: Mapping[str, Any]) -> StackState:
    """A stack as it is listed."""
    return StackState(id=stack["StackId"], name=stack["StackName"], status=stack["StackStatus"])


def unseen(state: StackState, why: str) -> Drifted:
    """A stack of which not all can be compared now; what was known of its resources is not over."""
    return Drifted(type=STACK, physical=state.id, logical=state.name, stack=state, unchecked=why)


def resources_of(stack: StackState) -> Talk:
    """What became of each of a stack's resources of the types we compare, with when it was seen."""
    wanted = {
        "StackName": stack.id,
        "StackResourceDriftStatusFilters": ["MODIFIED", "UNKNOWN"],
    }
    try:
        answers = yield from pages(Call("cloudformation:DescribeStackResourceDrifts", wanted))
    except ReadFailed as failed:
        if failed.code not in OF_ONE_STACK:  # which are: deleted meanwhile, or at work
            raise
        return []
    found = []
    for said in pick(answers, "StackResourceDrifts"):
        name, physical = said.get("ResourceType", ""), said.get("PhysicalResourceId", "")
        if name not in table.types() or not physical:
            continue
        one = Drifted(type=name, physical=physical, logical=said["LogicalResourceId"], stack=stack)
        if known := compared(one, said):
            found.append((said["Timestamp"], known))
    return found


def failed_in(said: Mapping[str, Any]) -> dict[str, str]:
    """Of a detection that failed for some: why, in words, by the resource's logical id."""
    if said.get("DetectionStatus") != "DETECTION_FAILED":
        return {}
    reason = said.get("DetectionStatusReason", "")
    try:
        told = json.loads(reason[reason.index("{") :])
        return {
            str(one["Resource"]): in_words(str(one.get("FailureReason", "")))
            for one in told.get("Failures", ())
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}


def permissions() -> tuple[str, ...]:
    """What looking takes besides, and what CloudFormation reads in our name to compare."""
    compare = {read for one in table.types().values() for read in one.reads}
    return (
        "cloudformation:DescribeStackDriftDetectionStatus",
        "cloudformation:DescribeStackResource",
        "cloudformation:DescribeStackResourceDrifts",
        "cloudformation:DescribeStackResources",
        "cloudformation:DescribeStacks",
        "cloudformation:DetectStackDrift",
        "cloudformation:GetTemplate",
        "cloudformation:ListChangeSets",
        "cloudformation:ListStackResources",
        "cloudformation:ListStacks",
        "cloudtrail:LookupEvents",
        "iam:GetRole",
        "iam:SimulatePrincipalPolicy",
        "sts:GetCallerIdentity",
        *sorted(compare),
    )


DriftedResources: Report[Drifted] = Report(
    operation="cloudformation:DetectStackResourceDrift",
    extra_permissions=permissions(),
    key=lambda one: one.key,
    kind="stack_resource",
    role=DETECTION,
    talk=every_resource,
    about=one_resource,
)


def of_stack(key: str) -> Mapping[str, Any]:
    """A resource by its stack's id and its logical id, with a space between."""
    stack, _, logical = key.partition(" ")
    return {"StackName": stack, "LogicalResourceId": logical}


ResourceNow: Source[Mapping[str, Any]] = Source(
    operation="cloudformation:DetectStackResourceDrift",
    items="StackResourceDrift",
    key=lambda said: f"{said['StackId']} {said['LogicalResourceId']}",
    narrow=of_stack,
    role=DETECTION,
)
"""How CloudFormation's own comparison sees one resource now."""
