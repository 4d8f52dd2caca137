"""What is read of the services that strangers meet first: CloudFront and API Gateway."""

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

RestApis: Source[Mapping[str, Any]] = Source(
    operation="apigateway:GetRestApis",
    permission="apigateway:GET",
    items="items",
    key=lambda api: str(api["id"]),
    params={"limit": 500},
)

HttpApis: Source[Mapping[str, Any]] = Source(
    operation="apigatewayv2:GetApis",
    permission="apigateway:GET",
    items="Items",
    key=lambda api: str(api["ApiId"]),
)
"""HTTP and WebSocket APIs."""
