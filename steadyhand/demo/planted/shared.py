"""Copies that were shared with one person too many: an image, a disk snapshot, database snapshots."""

from __future__ import annotations

from steadyhand.demo.planted.databases import instance
from steadyhand.model.planting import (
    PRODUCTION,
    STAGING,
    TEAM,
    Bomb,
    Ground,
    Healthy,
    Things,
)

PARTNER = "444455556666"


def plant(ground: Ground) -> Things:
    """Each with one beside it that is shared as it should be."""
    yield Bomb("public_image", _image(ground, "bench", STAGING, ["all"]), STAGING)
    yield Healthy("image", _image(ground, "shop", PRODUCTION, []))
    archive = instance(ground, "archive", PRODUCTION, days=7)
    yield Healthy("database", archive)
    yield Bomb(
        "public_rds_snapshot", _snapshot(ground, archive, "before-the-move", "all"), PRODUCTION
    )
    yield Healthy("database snapshot", _snapshot(ground, archive, "for-the-auditor", PARTNER))


def _image(ground: Ground, what: str, environment: str, groups: list[str]) -> str:
    ec2, name = ground.client("ec2"), f"{TEAM}-{what}-{environment}"
    made = ec2.register_image(Name=name, RootDeviceName="/dev/xvda")["ImageId"]
    ec2.create_tags(Resources=[made], Tags=ground.tags(name, environment))
    if groups:
        added = {"Add": [{"Group": one} for one in groups]}
        ec2.modify_image_attribute(ImageId=made, LaunchPermission=added)
    return str(made)


def _snapshot(ground: Ground, database: str, what: str, account: str) -> str:
    rds, name = ground.client("rds"), f"{TEAM}-{what}"
    rds.create_db_snapshot(
        DBInstanceIdentifier=database, DBSnapshotIdentifier=name, Tags=ground.tags(name, PRODUCTION)
    )
    rds.modify_db_snapshot_attribute(
        DBSnapshotIdentifier=name, AttributeName="restore", ValuesToAdd=[account]
    )
    return name
