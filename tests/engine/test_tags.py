"""The tags that decide are all of them, or nobody knows them."""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.engine.tags import read_tags
from steadyhand.model import ReadFailed
from tests.engine.paper import Paper

QUEUE = f"arn:aws:sqs:{Paper.region}:{Paper.account}:orders"
USER, BUCKET = f"arn:aws:iam::{Paper.account}:user/ci/maya", "arn:aws:s3:::photos"
SAID = [{"Key": "team", "Value": "shop"}]
ANSWERS = {
    QUEUE: ("GetResources", {"ResourceTagMappingList": [{"Tags": SAID}], "PaginationToken": ""}),
    USER: ("ListUserTags", {"Tags": SAID, "IsTruncated": False}),
    BUCKET: ("GetBucketTagging", {"TagSet": SAID}),
}


@pytest.mark.parametrize("resource", ANSWERS)
@pytest.mark.parametrize(
    "more",
    [{}, {"IsTruncated": True}, {"PaginationToken": "next"}, {"IsTruncated": True, "Marker": "m"}],
)
def test_a_part_of_them_is_none(resource: str, more: dict[str, Any]) -> None:
    """IAM "might return fewer than the MaxItems number of results" even then (API_ListUserTags)."""
    operation, answer = ANSWERS[resource]
    found = read_tags(resource, Paper(**{operation: answer | more}))  # type: ignore[arg-type]
    assert found == (None if more else {"team": "shop"})


@pytest.mark.parametrize("resource", ANSWERS)
@pytest.mark.parametrize(
    "code", ["AccessDenied", "ThrottlingException", "InternalError", "NoSuchBucket"]
)
def test_what_cannot_be_read_is_none_and_not_untagged(resource: str, code: str) -> None:
    operation, _ = ANSWERS[resource]
    failing = Paper(**{operation: ReadFailed(code, "no")})
    assert read_tags(resource, failing) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("resource", ["", "maya", f"arn:aws:sqs:eu-west-3:{Paper.account}:orders"])
def test_what_lies_elsewhere_or_nowhere_is_asked_about_by_nobody(resource: str) -> None:
    paper = Paper()
    assert read_tags(resource, paper) is None  # type: ignore[arg-type]
    assert paper.asked == []
