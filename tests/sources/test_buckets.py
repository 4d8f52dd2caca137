"""cases/aws 6: the list of buckets comes in pages, and says where each of them lies.

S3 refuses ListBuckets without MaxBuckets where the account's quota is above 10,000 buckets, and
says BucketRegion only where the request has a parameter.
Source: docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from steadyhand.aws.client import Botocore
from steadyhand.model import Call, ReadFailed
from steadyhand.readings.inventory.stores import buckets
from steadyhand.sources import s3
from steadyhand.sources.s3 import Buckets
from tests.reconcilers import models

NOW = datetime(2026, 11, 23, tzinfo=UTC)
REGIONS = ("eu-central-1", "us-east-1", "ap-southeast-2")
ACCOUNT = {f"bucket-{n:05}": REGIONS[n % 3] for n in range(2_345)}


def list_buckets(**said: Any) -> Mapping[str, Any]:
    """S3, of an account that may have more than 10,000 buckets."""
    if not 1 <= said.get("MaxBuckets", 0) <= 10_000:
        reason = "This account may have more buckets than can be listed without pagination"
        raise ReadFailed("InvalidRequest", reason)
    names = [
        name
        for name in ACCOUNT
        if name.startswith(said.get("Prefix", "")) and name > said.get("ContinuationToken", "")
    ]
    page = names[: said["MaxBuckets"]]
    rest = {"ContinuationToken": page[-1]} if len(names) > len(page) else {}
    return {"Buckets": [{"Name": one, "BucketRegion": ACCOUNT[one]} for one in page], **rest}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Botocore:
    made = Botocore(
        "eu-central-1", session=models(), identity="arn:aws:iam::1:user/u", workers=False
    )
    monkeypatch.setattr(made.client("s3"), "list_buckets", list_buckets)
    return made


def test_every_bucket_is_listed_however_many(aws: Botocore) -> None:
    pages = list(aws.pages(Buckets.call(NOW)))
    assert len(pages) == 3
    assert [one["Name"] for page in pages for one in page["Buckets"]] == list(ACCOUNT)


def test_where_each_lies_costs_no_call(aws: Botocore) -> None:
    """The inventory takes the region from the list; nothing asks for a bucket's location."""

    class Lists(dict[Any, Any]):
        partition = "aws"

    items = [one for page in aws.pages(Buckets.call(NOW)) for one in Buckets.understand(page)]
    lists: Any = Lists({Buckets: [("eu-central-1", one) for one in items], s3.Versioning: []})
    assert {raw.name: raw.region for raw in buckets(lists)} == ACCOUNT
    assert set(aws.counts) == {"s3:ListBuckets"}


def test_one_of_ours_is_asked_for_the_same_way(aws: Botocore) -> None:
    """Where an event names a bucket that denies us, the list says whether it is ours at all."""
    assert [one["Name"] for one in aws.ask(s3.named("bucket-00007"))["Buckets"]] == ["bucket-00007"]
    assert aws.ask(s3.named("somebody-elses"))["Buckets"] == []


def test_without_pages_such_an_account_is_refused(aws: Botocore) -> None:
    with pytest.raises(ReadFailed, match="pagination"):
        list(aws.pages(Call("s3:ListBuckets")))
