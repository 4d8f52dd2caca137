"""What is read of CloudWatch Logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steadyhand.source import Source

if TYPE_CHECKING:
    from types_boto3_logs.type_defs import LogGroupTypeDef

LogGroups: Source[LogGroupTypeDef] = Source(
    operation="logs:DescribeLogGroups",
    items="logGroups",
    key=lambda group: str(group["logGroupName"]),
    kind="log_group",
    params={"limit": 50},
    narrow=lambda group: {"logGroupNamePrefix": group},
    volatile=frozenset({"storedBytes"}),
)
