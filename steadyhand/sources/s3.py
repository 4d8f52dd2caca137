"""What is read of S3. Buckets have no region of their own here: one list names them all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from steadyhand.model import Call, Params
from steadyhand.source import OWN_ACCOUNT, Each, Source

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import (
        BucketTypeDef,
        GetBucketVersioningOutputTypeDef,
        PublicAccessBlockConfigurationTypeDef,
    )

DELETED = frozenset({"NoSuchBucket"})

BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
"""What a public access block is made of. S3 takes the stricter of the bucket's and the account's."""


def owned_by_us(bucket: str) -> Params:
    """Ask of a bucket, and be refused where it is another account's, whatever its policy says."""
    return {"Bucket": bucket, "ExpectedBucketOwner": OWN_ACCOUNT}


PAGE: Params = {"MaxBuckets": 1000}
"""Of an account that may have more than 10,000 buckets S3 refuses the list without it; and with it
S3 says each bucket's region. Source: docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html"""


def named(bucket: str) -> Call:
    """Is it one of ours?"""
    return Call("s3:ListBuckets", {"Prefix": bucket, **PAGE}, "s3:ListAllMyBuckets")


Buckets: Source[BucketTypeDef] = Source(
    operation="s3:ListBuckets",
    permission="s3:ListAllMyBuckets",
    items="Buckets",
    key=lambda bucket: str(bucket["Name"]),
    params=PAGE,
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


def blocks_not_all(bucket: Any) -> bool:
    """Does a bucket leave something to the account's block?"""
    return not all(bucket[1].get(name) for name in BLOCKS)


AccountBlock: Source[PublicAccessBlockConfigurationTypeDef] = Source(
    operation="s3control:GetPublicAccessBlock",
    permission="s3:GetAccountPublicAccessBlock",
    items="PublicAccessBlockConfiguration",
    key=lambda _: "",
    params={"AccountId": OWN_ACCOUNT},
    only_if=blocks_not_all,
    gone=frozenset({"NoSuchPublicAccessBlockConfiguration"}),
    is_global=True,
)
"""The account's own block, which holds for every bucket; empty where there is none."""

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
