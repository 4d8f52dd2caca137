"""The stacks that are deployed: which there are, what each keeps, and their deletion.

Nothing is assumed of how they were deployed: what a stack keeps is read from the template that
CloudFormation has of it. A stack is deleted with the role that it was deployed with, as CloudFormation
does where none is named ("DeleteStack", RoleARN), which is what `cdk destroy` does too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, Self

from steadyhand.model import Answer, Call, ReadFailed
from steadyhand.settings.deployed import SERVICE, STORAGE, forwarder_stack

ABSENT = "does not exist"
"""What CloudFormation says of a stack that is not there, with the code ValidationError."""

GONE, FAILED = "DELETE_COMPLETE", "DELETE_FAILED"
OFTEN = 5.0
"""Seconds between two looks at a stack that is being deleted."""


class Region(Protocol):
    """The client of one region."""

    region: str

    def ask(self, call: Call) -> Answer:
        """One call, one answer."""

    def pages(self, call: Call) -> Iterator[Answer]:
        """The answer and what follows it."""

    def wait(self, seconds: float) -> None:
        """Let time pass."""

    def elsewhere(self, region: str) -> Self:
        """The same account in another region."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retained:
    """One resource that stays when its stack is deleted: its CloudFormation type and its name."""

    kind: str
    name: str
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A stack that is deployed. `id` names it even when it is gone."""

    name: str
    region: str
    id: str
    status: str
    is_protected: bool
    resources: int
    kept: tuple[Retained, ...]


class NotDeleted(Exception):
    """CloudFormation could not delete a stack; the message says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """What was found. `unread` are regions of which nobody can say, each with the reason."""

    stacks: tuple[Stack, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()


def deployed(home: Region, regions: Iterable[str]) -> Deployed:
    """The stacks of these regions in the order in which they are deleted: who depends comes first."""
    found: list[Stack] = []
    unread: list[tuple[str, str]] = []
    for region in regions:
        if region == home.region:
            continue
        try:
            found += _stack(home.elsewhere(region), forwarder_stack(region))
        except ReadFailed as failed:
            unread.append((region, failed.code))
    for name in (SERVICE, STORAGE):
        found += _stack(home, name)
    return Deployed(stacks=tuple(found), unread=tuple(unread))


def _stack(aws: Region, name: str) -> Sequence[Stack]:
    """The stack of this name, if there is one."""
    try:
        (said,) = aws.ask(Call("cloudformation:DescribeStacks", {"StackName": name}))["Stacks"]
    except ReadFailed as failed:
        if ABSENT in failed.reason:
            return ()
        raise
    listed = Call("cloudformation:ListStackResources", {"StackName": name})
    names = {
        one["LogicalResourceId"]: (one["ResourceType"], str(one.get("PhysicalResourceId", "")))
        for page in aws.pages(listed)
        for one in page["StackResourceSummaries"]
        if one["ResourceStatus"] != GONE
    }
    template = aws.ask(Call("cloudformation:GetTemplate", {"StackName": name}))["TemplateBody"]
    written = json.loads(template) if isinstance(template, str) else template
    stays = [
        names[logical]
        for logical, one in written["Resources"].items()
        if logical in names and str(one.get("DeletionPolicy", "")).startswith("Retain")
    ]
    return [
        Stack(
            name=name,
            region=aws.region,
            id=str(said["StackId"]),
            status=str(said["StackStatus"]),
            is_protected=bool(said.get("EnableTerminationProtection")),
            resources=len(names),
            kept=tuple(Retained(kind=kind, name=name, region=aws.region) for kind, name in stays),
        )
    ]


def delete(home: Region, stack: Stack, tell: Callable[[str], None]) -> None:
    """Delete it and wait until it is gone. `NotDeleted` names what would not go."""
    aws = home if stack.region == home.region else home.elsewhere(stack.region)
    tell(f"deleting {stack.name} in {stack.region}")
    aws.ask(Call("cloudformation:DeleteStack", {"StackName": stack.id}))
    while (status := _status(aws, stack)) != GONE:
        if status == FAILED:
            why = "; ".join(_failures(aws, stack)) or "CloudFormation says no more"
            raise NotDeleted(f"the stack {stack.name} in {stack.region} is not deleted: {why}")
        aws.wait(OFTEN)


def _status(aws: Region, stack: Stack) -> str:
    try:
        answer = aws.ask(Call("cloudformation:DescribeStacks", {"StackName": stack.id}))
    except ReadFailed as failed:
        if ABSENT in failed.reason:
            return GONE
        raise
    return str(answer["Stacks"][0]["StackStatus"])


def _failures(aws: Region, stack: Stack) -> Iterator[str]:
    """What of the stack is still there, and why."""
    for page in aws.pages(Call("cloudformation:ListStackResources", {"StackName": stack.id})):
        for one in page["StackResourceSummaries"]:
            if one["ResourceStatus"] == FAILED:
                name = one.get("PhysicalResourceId") or one["LogicalResourceId"]
                yield f"{name}: {one.get('ResourceStatusReason', 'no reason given')}"
