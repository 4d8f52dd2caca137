"""A bucket does not block public access.

One policy, one ACL or one checked box in the console is all that keeps its contents from
everybody. Block Public Access, fully on, makes that mistake impossible. A block over the whole
account holds for every bucket, so what it blocks a bucket need not.

Fix: turn all four blocks on, once a person has approved it: a bucket that is public on purpose, as a
website may be, stops answering strangers.
Undo: exactly the blocks as they were, or none where there were none.

Steered by: who may lift a bucket's block of public access, or put a website before it.
At worst: a bucket's block of public access is set, or lifted: its own policy decides then.

Runbook:

1. See whether strangers read it: `aws s3api get-bucket-policy-status` and `get-bucket-acl`.
2. Serve what is meant to be public through CloudFront with origin access control.
3. `steadyhand approve FINDING` turns the blocks on; `steadyhand undo CHANGE` restores what was.
4. If it must stay public: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.checks.buckets import setting
from steadyhand.model import Call, Finding, Permit, Risk, Severity, Step
from steadyhand.sources.s3 import BLOCKS, AccountBlock, BucketTags, PublicAccessBlocks
from steadyhand.triggers import ApiCalled, ConfigChanged, days

PERMISSION = "s3:PutBucketPublicAccessBlock"


class PublicBucket(Check):
    severity = Severity.HIGH
    risk = Risk.APPROVAL
    reads = (PublicAccessBlocks, AccountBlock)
    refines = (AccountBlock,)
    wakes = (
        days(1),
        ApiCalled("s3:CreateBucket", "requestParameters.bucketName"),
        ApiCalled("s3:PutBucketPublicAccessBlock", "requestParameters.bucketName"),
        ApiCalled("s3:DeleteBucketPublicAccessBlock", "requestParameters.bucketName"),
        ApiCalled("s3:DeleteBucket", "requestParameters.bucketName"),
        ConfigChanged("AWS::S3::Bucket"),
    )
    looks = (BucketTags,)
    writes = (
        Permit(
            PERMISSION,
            ("arn:{partition}:s3:::{Bucket}",),
            shape={"Bucket": str, "PublicAccessBlockConfiguration": dict.fromkeys(BLOCKS, bool)},
        ),
    )
    resource_type = "AWS::S3::Bucket"
    consequence = "One mistake in a policy publishes everything in the bucket."
    short = "may become public"
    hours_lost = (4, 200)
    peers = (
        "P:s3_bucket_level_public_access_block",
        "P:s3_account_level_public_access_blocks",
        "P:s3_bucket_public_access",
        "ASR:S3.1",
        "ASR:S3.2",
        "ASR:S3.3",
        "ASR:S3.8",
        "CIS:2.1.4",
        "CIS14:2.1.5.1/2.1.5.2",
        "FP:s3_buckets_with_block_public_access_disabled",
        "CFG:S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED",
    )

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        everywhere = {name for block in account[AccountBlock] for name, on in flags_on(block) if on}
        unread = account.unknown(AccountBlock)
        for bucket, block in account[PublicAccessBlocks]:
            was = dict(flags_on(block)) if block else {}
            off = [name for name in BLOCKS if not was.get(name) and name not in everywhere]
            if off:
                which = f"{', '.join(off)} off" if was or everywhere else "nothing is set"
                if unread:
                    which += "; whether the account does could not be read"
                yield self.finding(
                    account,
                    resource=account.bucket_arn(bucket),
                    key=bucket,
                    summary=f"bucket {bucket} does not block public access ({which})",
                    bucket=bucket,
                    was=was,
                )

    def plan(self, finding: Finding) -> Iterator[Step]:
        bucket, was = finding.evidence["bucket"], finding.evidence["was"]
        drop = Call("s3:DeletePublicAccessBlock", {"Bucket": bucket}, PERMISSION)
        on = dict.fromkeys(BLOCKS, True)
        yield Step(
            owns=setting(finding, "public access block", PublicAccessBlocks, flags_of),
            makes=on,
            do=block_with(bucket, on),
            undo=block_with(bucket, was) if was else drop,
        )


def flags_on(block: Any) -> list[tuple[str, bool]]:
    """Each of the four, and whether it is on."""
    return [(name, bool(block.get(name))) for name in BLOCKS]


def flags_of(block: Mapping[str, Any]) -> dict[str, bool] | None:
    """The four blocks; None where nobody ever set them."""
    return dict(flags_on(block)) if block else None


def block_with(bucket: str, flags: Mapping[str, bool]) -> Call:
    """Set a bucket's blocks."""
    params = {"Bucket": bucket, "PublicAccessBlockConfiguration": dict(flags)}
    return Call("s3:PutPublicAccessBlock", params, PERMISSION)
