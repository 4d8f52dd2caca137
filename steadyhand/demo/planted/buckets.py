"""Buckets: what anyone may read, what is not kept, and what is as it should be."""

from __future__ import annotations

from collections.abc import Mapping

from steadyhand.model.planting import (
    DEVELOPMENT,
    PRODUCTION,
    STAGING,
    TEAM,
    Bomb,
    Ground,
    Healthy,
    Things,
)

BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
CLOSED = dict.fromkeys(BLOCKS, True)


def plant(ground: Ground) -> Things:
    """Two that anyone may read, two that forget, four that are well."""
    uploads = bucket(ground, f"{TEAM}-staging-uploads", blocks=None)
    yield Bomb("public_bucket", uploads, STAGING)
    half = {**CLOSED, "BlockPublicPolicy": False, "RestrictPublicBuckets": False}
    press = bucket(ground, f"{TEAM}-production-press-kit", blocks=half)
    yield Bomb("public_bucket", press, PRODUCTION)

    state = bucket(ground, f"{TEAM}-production-tfstate", versioning="")
    yield Bomb("bucket_versioning_off", state, PRODUCTION)
    scratch = bucket(ground, f"{TEAM}-development-scratch", versioning="Suspended")
    yield Bomb("bucket_versioning_off", scratch, DEVELOPMENT)

    for name in ("production-photos", "production-invoices", "staging-builds", "development-mocks"):
        yield Healthy("bucket", bucket(ground, f"{TEAM}-{name}"))


def bucket(
    ground: Ground,
    name: str,
    *,
    blocks: Mapping[str, bool] | None = CLOSED,
    versioning: str = "Enabled",
) -> str:
    """One bucket, as it should be unless something else is said."""
    s3 = ground.client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": ground.region})
    if blocks:
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=dict(blocks))
    else:
        # New buckets have all blocks; here somebody took them away.
        s3.delete_public_access_block(Bucket=name)
    if versioning:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": versioning})
    return name
