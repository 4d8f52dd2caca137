"""A bucket forgets what is overwritten or deleted.

Without versioning one wrong `aws s3 sync --delete`, one bad deploy or one stolen key destroys
objects for good. Terraform state and build artefacts hurt most: without them nobody can say what
runs.

Fix: turn versioning on, once a person has approved it. Old versions are kept and paid for from then
on, so add a lifecycle rule that ends them.
Where MFA Delete is on, AWS takes the change from the root user with a device alone.
Undo: suspend it. That is not exact: a bucket that once had versioning can never be without it
again, only suspended, and versions made meanwhile stay.

Steered by: who may suspend versioning of a bucket, or hide it by a tag.
At worst: versioning of a bucket is suspended: what is overwritten from then on is gone.

Runbook:

1. Say how long an old version is worth keeping: 30 days is usual, 90 for Terraform state.
2. `steadyhand approve FINDING` turns versioning on.
3. Add a lifecycle rule: NoncurrentVersionExpiration, and AbortIncompleteMultipartUpload.
4. If its contents can be made again: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import field
from datetime import datetime
from typing import Any

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.checks.buckets import setting
from steadyhand.model import Call, Finding, Permit, Risk, Severity, Step
from steadyhand.model.knobs import Labels
from steadyhand.sources.s3 import BucketTags, Versioning
from steadyhand.triggers import ApiCalled, days

BESIDE = (
    *("prod", "production", "dev", "test", "stage", "staging", "qa", "live", "main", "core"),
    *("infra", "platform", "build", "deploy", "aws", "tf", "ci", "cd", "db", "app", "my", "our"),
)
"""What is written together with such a word: "prodtfstate". Whole words count, for a bucket of
`statements` or of `released-films` is not one of state or releases."""


class BucketVersioningOff(Check):
    severity = Severity.MEDIUM
    risk = Risk.APPROVAL
    reads = (Versioning,)
    wakes = (
        days(1),
        ApiCalled("s3:CreateBucket", "requestParameters.bucketName"),
        ApiCalled("s3:PutBucketVersioning", "requestParameters.bucketName"),
        ApiCalled("s3:DeleteBucket", "requestParameters.bucketName"),
    )
    looks = (BucketTags,)
    writes = (
        Permit(
            "s3:PutBucketVersioning",
            ("arn:{partition}:s3:::{Bucket}",),
            shape={"Bucket": str, "VersioningConfiguration": {"Status": r"Enabled|Suspended"}},
        ),
    )
    resource_type = "AWS::S3::Bucket"
    consequence = "What somebody deletes or overwrites by mistake is gone."
    short = "keeps no versions"
    hours_lost = (8, 40)
    peers = (
        "P:s3_bucket_object_versioning",
        "FSBP:S3.14",
        "CFG:S3_BUCKET_VERSIONING_ENABLED",
        "SS:s3:BucketVersioning",
    )

    precious: Labels = field(
        default=("tfstate", "terraform", "state", "artifact", "artefact", "release", "backup")
    )
    """Words in the name of a bucket that is worse to lose than others."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        for bucket, versioning in account[Versioning]:
            status = versioning.get("Status")
            if status == "Enabled":
                continue
            is_precious = self.is_precious(bucket)
            how = "has suspended versioning" if status == "Suspended" else "has no versioning"
            why = ", and its name says it is hard to make again" if is_precious else ""
            yield self.finding(
                account,
                resource=account.bucket_arn(bucket),
                key=bucket,
                summary=f"bucket {bucket} {how}{why}",
                severity=Severity.HIGH if is_precious else None,
                bucket=bucket,
                mfa=versioning.get("MFADelete") == "Enabled",
            )

    def is_precious(self, bucket: str) -> bool:
        """Does a word of its name say so? "prod-tfstate", "build-artifacts"."""
        known = "|".join(re.escape(word) for word in (*self.precious, *BESIDE))
        made_of = re.compile(rf"(?:(?:{known})s?|\d)+")
        wanted = re.compile("|".join(re.escape(word) for word in self.precious))
        return any(
            made_of.fullmatch(word) and wanted.search(word)
            for word in re.split(r"[-._]", bucket.lower())
        )

    def plan(self, finding: Finding) -> Iterator[Step]:
        if finding.evidence["mfa"]:
            return
        bucket = finding.evidence["bucket"]
        yield Step(
            owns=setting(finding, "versioning", Versioning, is_on),
            makes=True,
            do=set_versioning(bucket, "Enabled"),
            undo=set_versioning(bucket, "Suspended"),
        )


def is_on(versioning: Any) -> bool:
    """Without and suspended are one: nobody can go back to without."""
    return bool(versioning.get("Status") == "Enabled")


def set_versioning(bucket: str, status: str) -> Call:
    """Turn versioning on, or suspend it."""
    params = {"Bucket": bucket, "VersioningConfiguration": {"Status": status}}
    return Call("s3:PutBucketVersioning", params)
