"""Reads how the edges that customers knock at did: requests, and those that failed on our side.

Failed is what answered with 5xx. Sources, all in AWS's user guides:

* "CloudWatch metrics for your Application Load Balancer": RequestCount counts only requests for
  which a target was chosen, so errors of the load balancer itself are added to it. Network and
  classic load balancers do not count answers, and are left out.
* "Amazon API Gateway dimensions and metrics": Count and 5XXError of a REST API, by its name;
  Count and 5xx of an HTTP API, by its id. Private APIs and WebSockets are left out.
* "Types of metrics for CloudFront": Requests, and 5xxErrorRate, a percentage, taken hour by hour.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from datetime import date, datetime, timedelta
from math import ceil
from typing import NamedTuple

from steadyhand.model import Call
from steadyhand.readings.measures.look import HOUR, Look, Query, midnight
from steadyhand.rhythm.core.measured import Edge, Traffic
from steadyhand.rhythm.core.period import before

SECTION = "reliability"
WEEKS = 13
MOST = 200
"""More edges than this, nobody reads about."""

LOAD_BALANCER, API, DISTRIBUTION = "load balancer", "API", "distribution"


class Endpoint(NamedTuple):
    """An edge before it is counted. `rate`: a percentage of `all` that failed; else counts."""

    name: str
    kind: str
    all: tuple[Query, ...]
    bad: tuple[Query, ...]
    rate: bool = False


def regional(look: Look) -> list[Edge]:
    """The load balancers and APIs of a region."""
    readers = {"load balancers": balancers, "REST APIs": rest_apis, "HTTP APIs": http_apis}
    all_edges: list[Endpoint] = []
    for what, read in readers.items():
        all_edges += look.tried(SECTION, what, lambda read=read: list(read(look))) or []  # type: ignore[misc]
    return counted(look, all_edges)


def everywhere(look: Look) -> list[Edge]:
    """CloudFront's distributions; the look is at its home."""
    found = look.tried(SECTION, "distributions", lambda: list(distributions(look)))
    return counted(look, found or [])


def balancers(look: Look) -> Iterator[Endpoint]:
    """Application load balancers that face the internet."""
    call = Call(
        "elbv2:DescribeLoadBalancers",
        {"PageSize": 400},
        "elasticloadbalancing:DescribeLoadBalancers",
    )
    for one in look.listed(call, "LoadBalancers", "NextMarker", "Marker"):
        if one.get("Type") != "application" or one.get("Scheme") != "internet-facing":
            continue
        where = {"LoadBalancer": one["LoadBalancerArn"].partition(":loadbalancer/")[2]}
        asked, own, theirs = (
            Query("AWS/ApplicationELB", name, where)
            for name in ("RequestCount", "HTTPCode_ELB_5XX_Count", "HTTPCode_Target_5XX_Count")
        )
        yield Endpoint(one["LoadBalancerName"], LOAD_BALANCER, (asked, own), (own, theirs))


def rest_apis(look: Look) -> Iterator[Endpoint]:
    """REST APIs that are not private."""
    call = Call("apigateway:GetRestApis", {"limit": 500}, "apigateway:GET")
    for one in look.listed(call, "items", "position"):
        if "PRIVATE" not in one.get("endpointConfiguration", {}).get("types", ()):
            where = {"ApiName": one["name"]}
            every = Query("AWS/ApiGateway", "Count", where)
            yield Endpoint(one["name"], API, (every,), (every._replace(metric="5XXError"),))


def http_apis(look: Look) -> Iterator[Endpoint]:
    """HTTP APIs."""
    call = Call("apigatewayv2:GetApis", {"MaxResults": "500"}, "apigateway:GET")
    for one in look.listed(call, "Items"):
        if one.get("ProtocolType") == "HTTP":
            every = Query("AWS/ApiGateway", "Count", {"ApiId": one["ApiId"]})
            yield Endpoint(one["Name"], API, (every,), (every._replace(metric="5xx"),))


def distributions(look: Look) -> Iterator[Endpoint]:
    """Distributions that are switched on, called by the first name customers use."""
    call = Call("cloudfront:ListDistributions", {"MaxItems": "100"})
    follow = "DistributionList.NextMarker"
    for one in look.listed(call, "DistributionList.Items", follow, "Marker"):
        if not one.get("Enabled", True):
            continue
        name = next(iter(one.get("Aliases", {}).get("Items", ())), one["DomainName"])
        where = {"DistributionId": one["Id"], "Region": "Global"}
        every = Query("AWS/CloudFront", "Requests", where, each=HOUR)
        rate = Query("AWS/CloudFront", "5xxErrorRate", where, "Average", HOUR)
        yield Endpoint(name, DISTRIBUTION, (every,), (rate,), rate=True)


def counted(look: Look, all_edges: list[Endpoint]) -> list[Edge]:
    """Requests and errors of each endpoint, in three months."""
    if len(all_edges) > MOST:
        all_edges = sorted(all_edges)[:MOST]
    queries: dict[Hashable, Query] = {
        (n, query.metric): query
        for n, one_edge in enumerate(all_edges)
        for query in (*one_edge.all, *one_edge.bad)
    }
    if not queries:
        return []
    first = month_starts(look)[0]
    values = look.tried(
        SECTION, "CloudWatch", lambda: look.numbers(queries, midnight(first), look.until)
    )
    if values is None:
        return []
    edges = []
    for n, one_edge in enumerate(all_edges):
        numbers = {
            query.metric: dict(values[n, query.metric]) for query in (*one_edge.all, *one_edge.bad)
        }
        days = failures(one_edge, numbers) if one_edge.rate else answers(one_edge, numbers)
        edges.append(edge(look, one_edge, days))
    return edges


Numbers = Mapping[str, Mapping[datetime, float]]
Days = dict[date, tuple[float, float]]


def answers(one_edge: Endpoint, numbers: Numbers) -> Days:
    """Requests and failures of each day, from counts."""
    days: Days = {}
    for at in {moment for values in numbers.values() for moment in values}:
        total = sum(numbers[one.metric].get(at, 0) for one in one_edge.all)
        bad = sum(numbers[one.metric].get(at, 0) for one in one_edge.bad)
        _add(days, at, total, bad)
    return days


def failures(one_edge: Endpoint, numbers: Numbers) -> Days:
    """The same where only the share of failures is told, in per cent of each hour's requests."""
    (every,), (rate,) = one_edge.all, one_edge.bad
    days: Days = {}
    for at, total in numbers[every.metric].items():
        _add(days, at, total, total * numbers[rate.metric].get(at, 0) / 100)
    return days


def _add(days: Days, at: datetime, total: float, bad: float) -> None:
    known = days.get(at.date(), (0, 0))
    days[at.date()] = (known[0] + total, known[1] + min(bad, total))


def edge(look: Look, one_edge: Endpoint, days: Days) -> Edge:
    """What was counted, by month and by week."""
    starts = month_starts(look)
    ends = [*starts[1:], look.until.date()]
    last = look.until.date()
    weeks = [(last - timedelta(days=7 * n), last - timedelta(days=7 * (n - 1))) for n in
             range(WEEKS, 0, -1)]  # fmt: skip
    return Edge(
        name=one_edge.name,
        kind=one_edge.kind,
        region="" if one_edge.kind == DISTRIBUTION else look.aws.region,
        months=tuple(
            between(days, since, until) for since, until in zip(starts, ends, strict=True)
        ),
        weeks=tuple(between(days, since, until) for since, until in weeks if since >= starts[0]),
    )


def between(days: Days, since: date, until: date) -> Traffic:
    """All of some days. What failed in part is rounded up."""
    those = [traffic for on, traffic in days.items() if since <= on < until]
    return round(sum(all_ for all_, _ in those)), ceil(round(sum(bad for _, bad in those), 6))


def month_starts(look: Look) -> list[date]:
    """The first days of the two months before, and of this one."""
    previous = before(look.period)
    return [
        before(previous).since.date(),
        previous.since.date(),
        look.period.since.date(),
    ]
