"""What is read of S3. Buckets have no region of their own here: one list names them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steadyhand.source import Each, Source

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import (
        BucketTypeDef,
        GetBucketVersioningOutputTypeDef,
        PublicAccessBlockConfigurationTypeDef,
    )

DELETED = frozenset({"NoSuchBucket"})

Buckets: Source[BucketTypeDef] = Source(
    operation="s3:ListBuckets",
    permission="s3:ListAllMyBuckets",
    items="Buckets",
    key=lambda bucket: str(bucket["Name"]),
    is_global=True,
)

PublicAccessBlocks: Each[PublicAccessBlockConfigurationTypeDef] = Each(
    operation="s3:GetPublicAccessBlock",
    permission="s3:GetBucketPublicAccessBlock",
    items="PublicAccessBlockConfiguration",
    of=Buckets,
    ask=lambda bucket: {"Bucket": bucket},
    absent={"NoSuchPublicAccessBlockConfiguration": {}},
    gone=DELETED,
)

Versioning: Each[GetBucketVersioningOutputTypeDef] = Each(
    operation="s3:GetBucketVersioning",
    items="",
    of=Buckets,
    ask=lambda bucket: {"Bucket": bucket},
    gone=DELETED,
)
