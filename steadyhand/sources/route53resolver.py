"""What is read of Route 53 Resolver: whose DNS queries are logged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steadyhand.source import Source

QueryLogs: Source[Mapping[str, Any]] = Source(
    operation="route53resolver:ListResolverQueryLogConfigAssociations",
    items="ResolverQueryLogConfigAssociations",
    key=lambda log: str(log["Id"]),
    params={"MaxResults": 100},
    narrow=lambda log: {"Filters": [{"Name": "Id", "Values": [log]}]},
)
"""Each network whose queries are logged, and whether they arrive."""
