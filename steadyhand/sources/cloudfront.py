"""What is read of CloudFront: distributions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steadyhand.source import Source

Distributions: Source[Mapping[str, Any]] = Source(
    operation="cloudfront:ListDistributions",
    items="DistributionList.Items",
    key=lambda distribution: str(distribution["ARN"]),
    is_global=True,
)
