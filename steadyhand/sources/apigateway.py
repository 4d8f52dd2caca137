"""What is read of API Gateway: REST, HTTP and WebSocket APIs, and their names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steadyhand.source import Source

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

DomainNames: Source[Mapping[str, Any]] = Source(
    operation="apigateway:GetDomainNames",
    permission="apigateway:GET",
    items="items",
    key=lambda domain: str(domain["domainName"]),
    params={"limit": 500},
)
"""The names of our own that APIs of every kind answer to."""
