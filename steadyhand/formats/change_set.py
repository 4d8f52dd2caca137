"""A drift-aware change set, as `aws cloudformation describe-change-set` tells it: read, and refused where it does more.

Such a set sets drifted resources back, and whatever else the template asks for; it has no undo. So it is
refused unless every change of it is made in place, to a resource that CloudFormation's own comparison
calls MODIFIED, from what is there to what the template says. Nobody of ours ever makes or executes one.

Source: docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/drift-aware-change-sets.html, and
docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSet.html.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from steadyhand.reference.drift import types

ARN = re.compile(
    r"arn:aws[a-z-]*:cloudformation:[a-z0-9-]+:\d{12}:changeSet/[A-Za-z0-9/-]+", re.ASCII
)
IN_PLACE = ("Modify", "SyncWithActual")
DRIFT = "REVERT_DRIFT"


class NotAChangeSet(Exception):
    """The text tells of no change set. The message says what it is instead."""


class Read(NamedTuple):
    """What a set would do: a line for each property, why it is refused, and what executes it."""

    stack: str
    arn: str
    lines: tuple[str, ...]
    refused: tuple[str, ...]


def read(text: str) -> Read:
    """What is told of a change set; `NotAChangeSet`."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise NotAChangeSet("is no JSON") from None
    changes = said.get("Changes") if isinstance(said, Mapping) else None
    name = said.get("ChangeSetId") if isinstance(said, Mapping) else None
    if not isinstance(changes, list) or not (isinstance(name, str) and ARN.fullmatch(name)):
        raise NotAChangeSet("is not what `aws cloudformation describe-change-set` says")
    try:
        refused = [*of_the_set(said), *(why for one in changes for why in of_one(one))]
        lines = [line for one in changes for line in told(one)]
    except (AttributeError, KeyError, TypeError):
        raise NotAChangeSet("tells a change in a shape that nobody knows") from None
    return Read(str(said.get("StackName", "")), said["ChangeSetId"], tuple(lines), tuple(refused))


def of_the_set(said: Mapping[str, Any]) -> Iterator[str]:
    """Why the set as a whole is refused."""
    if said.get("DeploymentMode") != DRIFT:
        yield f"its deployment mode is not {DRIFT}, so it looked at no drift"
    if (said.get("Status"), said.get("ExecutionStatus")) != ("CREATE_COMPLETE", "AVAILABLE"):
        yield f"it cannot be executed: {said.get('Status')}, {said.get('ExecutionStatus')}"
    if said.get("NextToken"):
        yield "it was not read to its end; describe it without --no-paginate"
    if said.get("IncludeNestedStacks") or said.get("ParentChangeSetId"):
        yield "it reaches into nested stacks, which are sets of their own"
    if said.get("ImportExistingResources"):
        yield "it imports resources"
    if not said["Changes"]:
        yield "it changes nothing"


def of_one(change: Mapping[str, Any]) -> Iterator[str]:
    """Why one change of it is refused."""
    said = change.get("ResourceChange")
    if change.get("Type") != "Resource" or not isinstance(said, Mapping):
        yield "it has a change that is about no resource"
        return
    name = said.get("LogicalResourceId")
    if said.get("Action") not in IN_PLACE:
        yield f"{name}: {said.get('Action')} is no change in place"
    if said.get("Replacement", "False") != "False" or said.get("PolicyAction"):
        yield f"{name} would, or may, be replaced"
    if said.get("ResourceDriftStatus") != "MODIFIED":
        yield f"{name}: its drift status is {said.get('ResourceDriftStatus')}, not MODIFIED"
    if said.get("Action") == "Modify" and not said.get("Details"):
        yield f"{name}: what of it is changed is not told"
    for detail in said.get("Details") or ():
        yield from (f"{name}{where(detail)}: {why}" for why in of_detail(detail))


def of_detail(detail: Mapping[str, Any]) -> Iterator[str]:
    """Why one property's change is refused."""
    target = detail["Target"]
    if detail.get("Evaluation") != "Static":
        yield "what it becomes is known only once it is executed"
    if target.get("Attribute") != "Properties":
        yield f"{target.get('Attribute')} is no property"
    if target.get("RequiresRecreation", "Never") != "Never":
        yield "the resource would, or may, be replaced"
    ends = target.get("BeforeValueFrom"), target.get("AfterValueFrom")
    if ends == (None, None):
        yield "values are not told; describe it with --include-property-values"
    elif ends != ("ACTUAL_STATE", "TEMPLATE"):
        yield "it does not lead from what is there to what the template says"


def told(change: Mapping[str, Any]) -> Iterator[str]:
    """What one change does; values of reviewed properties alone, for others may hold secrets."""
    said = change.get("ResourceChange") or {}
    name, kind = said.get("LogicalResourceId"), types().get(str(said.get("ResourceType")))
    for detail in said.get("Details") or ():
        target = detail["Target"]
        path = str(target.get("Path", ""))
        row = kind.row(path.removeprefix("/Properties")) if kind else None
        values = f": {target.get('BeforeValue')} → {target.get('AfterValue')}" if row else ""
        yield f"{name}{where(detail)}{values}"
    for one in said.get("ResourceDriftIgnoredAttributes") or ():
        yield f"{name}{one.get('Path')} stays as it is: {one.get('Reason')}"


def where(detail: Mapping[str, Any]) -> str:
    """The place of a change: "/Properties/VisibilityTimeout", or its name where no path is told."""
    target = detail["Target"]
    return str(target.get("Path") or f"/{target.get('Name') or target.get('Attribute')}")


def executing(known: Read) -> str:
    """The command that a person runs who wants all of it."""
    return f"aws cloudformation execute-change-set --change-set-name {shlex.quote(known.arn)}"
