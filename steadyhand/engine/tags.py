"""The tags of one resource, read just before it may be touched."""

from __future__ import annotations

from collections.abc import Mapping

from steadyhand.check import tags_of
from steadyhand.engine.reading import Aws
from steadyhand.model import Call, ReadFailed, pick

PERMISSIONS = ("tag:GetResources", "iam:ListUserTags", "s3:GetBucketTagging")
UNTAGGED = ("NoSuchTagSet",)


def read_tags(resource: str, aws: Aws) -> Mapping[str, str] | None:
    """What AWS says of a resource's tags, by its ARN; None where nobody can say.

    The tagging API answers for its own region alone, and says of what lies elsewhere that it has
    no tags: so a resource of another region counts as unreadable, and a bucket is asked itself. IAM and
    the tagging API may answer with fewer than there are and say so (`IsTruncated`, `PaginationToken`): the
    one that says hands off could be among the rest, so that is unreadable too.
    """
    if not resource.startswith("arn:"):
        return None
    _, _, service, region, _, name = resource.split(":", 5)
    if service == "iam":
        user = {"UserName": name.partition("user/")[2].rpartition("/")[2]}
        call, path = Call("iam:ListUserTags", user), "Tags"
    elif service == "s3":
        call, path = Call("s3:GetBucketTagging", {"Bucket": name}), "TagSet"
    elif region != aws.region:
        return None
    else:
        arns = {"ResourceARNList": [resource]}
        call = Call("resourcegroupstaggingapi:GetResources", arns, "tag:GetResources")
        path = "ResourceTagMappingList.Tags"
    try:
        answer = aws.ask(call)
        if answer.get("IsTruncated") or answer.get("PaginationToken"):
            return None
        return tags_of(list(pick(answer, path)))
    except ReadFailed as failed:
        return {} if failed.code in UNTAGGED else None
