"""Who owns what: the resources of every stack, and the tags that tools leave."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from steadyhand.model import Call, ReadFailed, at
from steadyhand.source import Conversation, Report, Source
from steadyhand.sources.pages import pages

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
    for stack in at(listed, "StackSummaries"):
        asked = {"StackName": stack["StackId"]}
        try:
            answers = yield from pages(Call("cloudformation:ListStackResources", asked))
        except ReadFailed as error:
            if error.code != "ValidationError":
                raise
            continue
        found += [
            StackMember(stack["StackName"], one["ResourceType"], one["PhysicalResourceId"])
            for one in at(answers, "StackResourceSummaries")
            if one.get("PhysicalResourceId")
        ]
    return found


StackMembers: Report[StackMember] = Report(
    operation="cloudformation:ListStackResources",
    also=("cloudformation:ListStacks",),
    key=lambda member: str(member.physical),
    talk=stack_members,
)

Tagged: Source[Mapping[str, Any]] = Source(
    operation="resourcegroupstaggingapi:GetResources",
    permission="tag:GetResources",
    items="ResourceTagMappingList",
    key=lambda mapping: str(mapping["ResourceARN"]),
    params={"ResourcesPerPage": 100},
)
"""Every resource that has or had a tag, with its tags."""
