"""What is read of API Gateway: REST, HTTP and WebSocket APIs, their names, stages and errors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from steadyhand.source import Each, Metric, Source

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

RestApisByName: Source[Mapping[str, Any]] = Source(
    operation="apigateway:GetRestApis",
    permission="apigateway:GET",
    items="items",
    key=lambda api: str(api["name"]),
    params={"limit": 500},
)
"""By the name that CloudWatch knows them by; several may have the same.

Source: docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
"""

RestStages: Each[Mapping[str, Any]] = Each(
    operation="apigateway:GetStages",
    permission="apigateway:GET",
    items="",
    of=RestApisByName,
    by=lambda api: str(api["id"]),
    ask=lambda api: {"restApiId": api},
    gone=frozenset({"NotFoundException"}),
    is_whole=True,
)
"""The stages of each REST API, by its id, which an event that names it by its name does not know."""


def lately(of: Source[Any], metric: str, dimension: str) -> Metric:
    """A number of each API in five minutes each of the last hour."""
    return Metric(
        of=of,
        namespace="AWS/ApiGateway",
        metric=metric,
        dimension=dimension,
        statistic="Sum",
        over=timedelta(hours=1),
        period=timedelta(minutes=5),
    )


RestErrorsLately = lately(RestApisByName, "5XXError", "ApiName")
RestRequestsLately = lately(RestApisByName, "Count", "ApiName")
HttpErrorsLately = lately(HttpApis, "5xx", "ApiId")
HttpRequestsLately = lately(HttpApis, "Count", "ApiId")
"""Source: docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html"""

HttpStages: Each[Mapping[str, Any]] = Each(
    operation="apigatewayv2:GetStages",
    permission="apigateway:GET",
    items="Items",
    of=HttpErrorsLately,
    when=lambda pair: sum(pair[1]) > 0,
    ask=lambda api: {"ApiId": api},
    gone=frozenset({"NotFoundException"}),
)
"""The stages of each HTTP API that failed lately."""
