"""What is read of EBS: the changes of its volumes. The volumes themselves are among EC2's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from steadyhand.source import Source
from steadyhand.sources.ec2 import Volumes

if TYPE_CHECKING:
    from types_boto3_ec2.type_defs import VolumeModificationTypeDef

COOL_DOWN = timedelta(hours=6)
"""From one change of a volume to the next: AWS takes four in 24 hours, and tells of the last alone, so
one in six is taken whoever made the others. Source:
docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVolume.html"""

VolumeChanges: Source[VolumeModificationTypeDef] = Source(
    operation="ec2:DescribeVolumesModifications",
    items="VolumesModifications",
    key=lambda change: str(change["VolumeId"]),
    params={"MaxResults": 500},
    narrow=lambda volume: {"Filters": [{"Name": "volume-id", "Values": [volume]}]},
    keyed_as=Volumes,
    only_if=lambda volume: volume.get("VolumeType") == "gp2",
    is_history=True,
    gone=frozenset({"InvalidVolume.NotFound", "InvalidVolumeModification.NotFound"}),
)
"""The last change of size, kind or speed of each volume that had one lately: modifying, then optimizing,
when it is in force already, then completed; or failed. Source:
docs.aws.amazon.com/ebs/latest/userguide/monitoring-volume-modifications.html"""


def cools_until(changes: Iterable[VolumeModificationTypeDef]) -> datetime | None:
    """When AWS takes the next change of a volume, by its last ones; None: at once."""
    began = [one["StartTime"] for one in changes if one.get("StartTime")]
    return max(began) + COOL_DOWN if began else None
