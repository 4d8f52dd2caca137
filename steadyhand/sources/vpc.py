"""What is read of networks: the rules around subnets, and the logs of what flows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steadyhand.source import Source

NetworkAcls: Source[Mapping[str, Any]] = Source(
    kind="network_acl",
    operation="ec2:DescribeNetworkAcls",
    items="NetworkAcls",
    key=lambda acl: str(acl["NetworkAclId"]),
    params={"MaxResults": 1000},
    narrow=lambda acl: {"NetworkAclIds": [acl]},
    gone=frozenset({"InvalidNetworkAclID.NotFound"}),
)

FlowLogs: Source[Mapping[str, Any]] = Source(
    operation="ec2:DescribeFlowLogs",
    items="FlowLogs",
    key=lambda log: str(log["FlowLogId"]),
    params={"MaxResults": 1000},
    narrow=lambda log: {"FlowLogIds": [log]},
    gone=frozenset({"InvalidFlowLogId.NotFound"}),
)
