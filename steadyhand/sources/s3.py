"""What is read of S3. Buckets have no region of their own here: one list names them all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from steadyhand.model import Call, Params
from steadyhand.source import OWN_ACCOUNT, Each, Source

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import (
        BucketTypeDef,
        GetBucketVersioningOutputTypeDef,
        PublicAccessBlockConfigurationTypeDef,
    )

DELETED = frozenset({"NoSuchBucket"})


def owned_by_us(bucket: str) -> Params:
    """Ask of a bucket, and be refused where it is another account's, whatever its policy says."""
    return {"Bucket": bucket, "ExpectedBucketOwner": OWN_ACCOUNT}


def named(bucket: str) -> Call:
    """Is it one of ours?"""
    return Call("s3:ListBuckets", {"Prefix": bucket}, "s3:ListAllMyBuckets")


Buckets: Source[BucketTypeDef] = Source(
    operation="s3:ListBuckets",
    permission="s3:ListAllMyBuckets",
    items="Buckets",
    key=lambda bucket: str(bucket["Name"]),
    kind="bucket",
    is_global=True,
)

PublicAccessBlocks: Each[PublicAccessBlockConfigurationTypeDef] = Each(
    operation="s3:GetPublicAccessBlock",
    permission="s3:GetBucketPublicAccessBlock",
    items="PublicAccessBlockConfiguration",
    of=Buckets,
    ask=owned_by_us,
    ours=named,
    absent={"NoSuchPublicAccessBlockConfiguration": {}},
    gone=DELETED,
)

Versioning: Each[GetBucketVersioningOutputTypeDef] = Each(
    operation="s3:GetBucketVersioning",
    items="",
    of=Buckets,
    ask=owned_by_us,
    ours=named,
    gone=DELETED,
)

BucketTags: Each[Mapping[str, str]] = Each(
    operation="s3:GetBucketTagging",
    items="TagSet",
    of=Buckets,
    ask=lambda bucket: {"Bucket": bucket},
    gone=DELETED | {"NoSuchTagSet"},
)
"""A bucket's tags, wherever it lies, one pair of name and tag each."""
