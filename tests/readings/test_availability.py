"""Requests and errors of whatever meets the outside, read as CloudWatch counts them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.readings.answers import BALANCER, REGION, Client, read


def days(since: datetime, until: datetime) -> list[datetime]:
    return [since + timedelta(days=n) for n in range((until - since).days)]


def test_a_load_balancer_is_counted_by_month_and_week() -> None:
    def numbers(name: str, where: Any, since: datetime, until: datetime) -> Any:
        assert where == {"LoadBalancer": "app/api/50dc6c495c0c9188"}
        assert since == datetime(2026, 3, 1, tzinfo=UTC)
        assert until == datetime(2026, 6, 1, tzinfo=UTC)
        bad = {"HTTPCode_ELB_5XX_Count": 1.0, "HTTPCode_Target_5XX_Count": 2.0}
        if name in bad:
            return [(datetime(2026, 5, 19, tzinfo=UTC), bad[name])]
        return [(at, 1000.0) for at in days(since, until)]

    inside = BALANCER | {"LoadBalancerName": "inside", "Scheme": "internal"}
    network = BALANCER | {"LoadBalancerName": "tcp", "Type": "network"}
    answers = {"elbv2:DescribeLoadBalancers": {"LoadBalancers": [BALANCER, inside, network]}}
    (edge,) = read(Client(answers, numbers)).edges
    assert (edge.name, edge.kind, edge.region) == ("api", "load balancer", REGION)
    assert edge.months == ((31_000, 0), (30_000, 0), (31_001, 3))
    assert len(edge.weeks) == 13
    assert edge.weeks[11] == (7_001, 3), "18 to 24 May"
    assert sum(every for every, _ in edge.weeks) == 91_001


def test_nothing_knocked_is_no_availability() -> None:
    answers = {"elbv2:DescribeLoadBalancers": {"LoadBalancers": [BALANCER]}}
    (edge,) = read(Client(answers)).edges
    assert edge.months == ((0, 0), (0, 0), (0, 0))


def test_apis_by_the_dimension_of_their_kind() -> None:
    asked = set()

    def numbers(name: str, where: Any, since: datetime, until: datetime) -> Any:
        asked.add((name, *where.items()))
        return [(at, 10.0 if name == "Count" else 1.0) for at in days(since, until)]

    answers = {
        "apigateway:GetRestApis": {
            "items": [
                {"id": "a1", "name": "orders", "endpointConfiguration": {"types": ["REGIONAL"]}},
                {"id": "a2", "name": "inside", "endpointConfiguration": {"types": ["PRIVATE"]}},
            ]
        },
        "apigatewayv2:GetApis": {
            "Items": [
                {"ApiId": "h1", "Name": "hooks", "ProtocolType": "HTTP"},
                {"ApiId": "w1", "Name": "chat", "ProtocolType": "WEBSOCKET"},
            ]
        },
    }
    found = read(Client(answers, numbers)).edges
    assert {edge.name for edge in found} == {"orders", "hooks"}
    assert {edge.months[-1] for edge in found} == {(310, 31)}
    assert asked >= {
        ("Count", ("ApiName", "orders")),
        ("5XXError", ("ApiName", "orders")),
        ("Count", ("ApiId", "h1")),
        ("5xx", ("ApiId", "h1")),
    }


WHERE = {"aws": {"us-east-1"}, "aws-cn": {"cn-northwest-1"}, "aws-us-gov": set[str]()}
"""The regions whose CloudFront answers, by partition; in GovCloud there is none."""


@pytest.mark.parametrize("partition", WHERE)
def test_cloudfront_is_read_in_its_region_hour_by_hour(partition: str) -> None:
    def numbers(name: str, where: Any, since: datetime, until: datetime) -> Any:
        assert where == {"DistributionId": "E1", "Region": "Global"}
        peak, night = datetime(2026, 5, 4, 18, tzinfo=UTC), datetime(2026, 5, 4, 3, tzinfo=UTC)
        return {
            "Requests": [(night, 10.0), (peak, 1000.0)],
            "5xxErrorRate": [(night, 0.0), (peak, 5.0)],
        }[name]

    listed = {
        "DistributionList": {
            "Items": [
                {"Id": "E1", "DomainName": "d1.cloudfront.net", "Enabled": True,
                 "Aliases": {"Quantity": 1, "Items": ["app.larkfield.example"]}},
                {"Id": "E2", "DomainName": "d2.cloudfront.net", "Enabled": False},
            ]
        }
    }  # fmt: skip
    client = Client({"cloudfront:ListDistributions": listed}, numbers, partition=partition)
    found = read(client).edges
    asked = {where for where, call in client.calls if call.service == "cloudfront"}
    assert asked == WHERE[partition]
    if not asked:
        assert found == ()
        return
    (edge,) = found
    assert edge.name == "app.larkfield.example"
    assert edge.months[-1] == (1010, 50), "by the hour; the day's mean rate would have said 25"


def test_numbers_are_asked_five_hundred_at_a_time() -> None:
    many = [BALANCER | {"LoadBalancerArn": f"x:loadbalancer/app/{n}/y"} for n in range(180)]
    client = Client({"elbv2:DescribeLoadBalancers": {"LoadBalancers": many}})
    assert len(read(client).edges) == 180
    sizes = [len(c.params["MetricDataQueries"]) for c in client.asked("cloudwatch:GetMetricData")]
    assert sorted(sizes)[-2:] == [40, 500]
