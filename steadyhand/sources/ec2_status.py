"""What is read of EC2's plans for instances, and of the health of their hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steadyhand.source import Source

if TYPE_CHECKING:
    from types_boto3_ec2.type_defs import InstanceStatusTypeDef


InstanceStatuses: Source[InstanceStatusTypeDef] = Source(
    kind="instance",
    operation="ec2:DescribeInstanceStatus",
    items="InstanceStatuses",
    key=lambda status: str(status["InstanceId"]),
    params={"IncludeAllInstances": True, "MaxResults": 1000},
    narrow=lambda instance: {"IncludeAllInstances": True, "InstanceIds": [instance]},
    gone=frozenset({"InvalidInstanceID.NotFound"}),
)
"""What AWS plans for each instance, and whether its host is well.

Source: docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceStatusEvent.html
"""
