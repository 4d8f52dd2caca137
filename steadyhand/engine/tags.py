"""The tags of one resource, read just before it may be touched."""

from __future__ import annotations

from collections.abc import Mapping

from steadyhand.check import tags_of
from steadyhand.engine.survey import Aws
from steadyhand.model import Call, Finding, ReadFailed, pick

PERMISSIONS = ("tag:GetResources", "iam:ListUserTags")


def read_tags(finding: Finding, aws: Aws) -> Mapping[str, str] | None:
    """What the finding knows, else what AWS says; None where nobody can say."""
    if finding.tags is not None:
        return finding.tags
    if not finding.resource.startswith("arn:"):
        return None
    if finding.resource.split(":")[2] == "iam":
        user = {"UserName": finding.resource.split(":user/")[-1].rpartition("/")[2]}
        call, path = Call("iam:ListUserTags", user), "Tags"
    else:
        arns = {"ResourceARNList": [finding.resource]}
        call = Call("resourcegroupstaggingapi:GetResources", arns, "tag:GetResources")
        path = "ResourceTagMappingList.Tags"
    try:
        return tags_of(list(pick(aws.ask(call), path)))
    except ReadFailed:
        return None
