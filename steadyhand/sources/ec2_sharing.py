"""What is read of EC2: whom snapshots and images are shared with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from steadyhand.model import pick
from steadyhand.source import Each, Source
from steadyhand.sources.ec2 import Images

if TYPE_CHECKING:
    from types_boto3_ec2.type_defs import SnapshotTypeDef

SharedSnapshots: Source[SnapshotTypeDef] = Source(
    kind="snapshot",
    operation="ec2:DescribeSnapshots",
    items="Snapshots",
    key=lambda snapshot: str(snapshot["SnapshotId"]),
    params={"OwnerIds": ["self"], "RestorableByUserIds": ["all"], "MaxResults": 1000},
    gone=frozenset({"InvalidSnapshot.NotFound"}),
)
"""Of our own, those that every AWS account may restore; one call where asking each takes thousands.
Source: docs.aws.amazon.com/ebs/latest/userguide/block-public-access-snapshots-view.html"""

SnapshotSharing: Each[Any] = Each(
    operation="ec2:DescribeSnapshotAttribute",
    items="",
    of=SharedSnapshots,
    ask=lambda snapshot: {"SnapshotId": snapshot, "Attribute": "createVolumePermission"},
    gone=frozenset({"InvalidSnapshot.NotFound"}),
)
"""Whom one snapshot is shared with: an account each, or the group `all`."""


def is_public(sharing: tuple[str, Any]) -> bool:
    """May every AWS account restore it?"""
    return "all" in pick(sharing[1], "CreateVolumePermissions.Group")


SnapshotBlock: Source[str] = Source(
    operation="ec2:GetSnapshotBlockPublicAccessState", items="State", key=str, only_if=is_public
)
"""What the account says of public snapshots in this region, whatever each of them says."""

ImageSharing: Each[Any] = Each(
    operation="ec2:DescribeImageAttribute",
    items="",
    of=Images,
    ask=lambda image: {"ImageId": image, "Attribute": "launchPermission"},
    gone=frozenset({"InvalidAMIID.NotFound", "InvalidAMIID.Unavailable"}),
)
"""Whom one image is shared with: an account, an organization, or the group `all`."""

ImageBlock: Source[str] = Source(
    operation="ec2:GetImageBlockPublicAccessState",
    items="ImageBlockPublicAccessState",
    key=str,
    only_if=lambda image: bool(image.get("Public")),
)
"""Whether the account lets images be shared with everybody from now on, in this region."""
