"""Who uses what is asked about is read when it is asked: few calls, and nothing claimed where one failed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from steadyhand.model import Finding
from steadyhand.readings.usage import PERMISSIONS, remember, usage_of, with_usage
from steadyhand.rhythm.backlog.decisions import decisions_of
from steadyhand.rhythm.backlog.used_by import KIND
from steadyhand.rhythm.core.facts import Facts, as_of
from tests.readings.answers import NOW, REGION, Client
from tests.reports.accounts import doubles, stories
from tests.reports.accounts.ledger_rows import record

HERE = f"arn:aws:ec2:{REGION}:111122223333"
GROUP = f"{HERE}:security-group/sg-1"
DATABASE = f"arn:aws:rds:{REGION}:111122223333:db:billing"
BALANCER = f"arn:aws:elasticloadbalancing:{REGION}:1:loadbalancer/app/api/50dc"
FACTS = stories.usual().facts()
DAY = datetime(2026, 5, 30, tzinfo=UTC)
"""The last whole day of UTC before the month ended in Dublin, an hour before UTC's."""


def found(resource: str, region: str = REGION) -> Finding:
    return replace(record("x", "y", "z").finding, resource=resource, region=region)


def interface(name: str, said: str = "", machine: str = "", tag: str = "") -> dict[str, Any]:
    """As DescribeNetworkInterfaces gives one; an unattached one has no attachment at all."""
    return {
        "NetworkInterfaceId": name,
        "Description": said,
        **({"Attachment": {"InstanceId": machine, "Status": "attached"}} if machine else {}),
        "TagSet": [{"Key": "Name", "Value": tag}] if tag else [],
    }


MACHINES = {
    "Reservations": [
        {"Instances": [{"InstanceId": "i-1", "Tags": [{"Key": "Name", "Value": "web"}]}]},
        {"Instances": [{"InstanceId": "i-2"}]},
    ]
}


def in_group(*there: dict[str, Any], **more: Any) -> Client:
    return Client(
        {
            "ec2:DescribeNetworkInterfaces": {"NetworkInterfaces": list(there)},
            "ec2:DescribeInstances": MACHINES,
        },
        **more,
    )


@pytest.mark.parametrize(
    ("there", "users"),
    [
        ([], []),
        ([interface("eni-1", machine="i-1"), interface("eni-2", machine="i-1")], ["web"]),
        ([interface("eni-1", machine="i-2")], ["i-2"]),
        ([interface("eni-1", "ELB app/shop/50dc6c495c0c9188")], ["load balancer shop"]),
        ([interface("eni-1", "ELB old-classic")], ["load balancer old-classic"]),
        (
            [interface("eni-1", "AWS Lambda VPC ENI-pay-eu-0123abcd-01ab-01ab-01ab-0123456789ab")],
            ["function pay-eu"],
        ),
        ([interface("eni-1", "RDSNetworkInterface")], ["a database of RDS"]),
        ([interface("eni-1", "mine", tag="nat")], ["nat"]),
        ([interface("eni-1")], ["eni-1"]),
    ],
)
def test_each_that_has_an_interface_is_named(there: list[Any], users: list[str]) -> None:
    aws = in_group(*there)
    assert usage_of(found(GROUP), FACTS, aws, NOW) == {"on": "2026-06-01", "users": users}
    assert len(aws.calls) <= 2
    (asked,) = aws.asked("ec2:DescribeNetworkInterfaces")
    assert asked.params["Filters"] == [{"Name": "group-id", "Values": ["sg-1"]}]


def test_what_could_not_be_read_claims_nothing() -> None:
    denied = in_group(denied=frozenset({"ec2:DescribeNetworkInterfaces"}))
    assert usage_of(found(GROUP), FACTS, denied, NOW) is None
    late = NOW + timedelta(days=30)
    assert usage_of(found(GROUP), FACTS, in_group(), late) is None, "today's is not last month's"
    nameless = in_group(
        interface("eni-1", machine="i-1"), denied=frozenset({"ec2:DescribeInstances"})
    )
    assert usage_of(found(GROUP), FACTS, nameless, NOW) == {"on": "2026-06-01", "users": ["i-1"]}
    assert usage_of(found(f"arn:aws:s3:::{GROUP[-4:]}"), FACTS, Client(), NOW) is None


@pytest.mark.parametrize(
    ("resource", "metric", "where", "said"),
    [
        (DATABASE, "DatabaseConnections", {"DBInstanceIdentifier": "billing"},
         {"unit": "connection", "at_once": True}),
        (DATABASE.replace(":db:", ":cluster:"), "DatabaseConnections", {"DBClusterIdentifier": "billing"},
         {"unit": "connection", "at_once": True}),
        (BALANCER, "RequestCount", {"LoadBalancer": "app/api/50dc"}, {"unit": "request"}),
        (BALANCER.replace("/app/", "/net/"), "NewFlowCount", {"LoadBalancer": "net/api/50dc"},
         {"unit": "new connection"}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("count", [0, 312])
def test_the_last_whole_day_is_counted(
    resource: str, metric: str, where: Any, said: Any, count: int
) -> None:
    def numbers(name: str, at: Any, since: datetime, until: datetime) -> Any:
        assert (since, until) == (DAY, DAY + timedelta(days=1))
        return [(since, float(count))] if (name, dict(at)) == (metric, where) else []

    aws = Client(numbers=numbers)
    told = {"on": "2026-05-30", "count": count} | said
    assert usage_of(found(resource), FACTS, aws, NOW) == told
    assert len(aws.calls) == 1


@pytest.mark.parametrize("resource", [DATABASE, BALANCER])
def test_a_day_without_a_number_or_a_refused_one_claims_nothing(resource: str) -> None:
    assert usage_of(found(resource), FACTS, Client(), NOW) is None
    denied = Client(denied=frozenset({"cloudwatch:GetMetricData"}))
    assert usage_of(found(resource), FACTS, denied, NOW) is None


def test_it_is_read_where_the_thing_is() -> None:
    aws = in_group()
    usage_of(found(GROUP, "us-east-1"), FACTS, aws, NOW)
    assert {region for region, _ in aws.calls} == {"us-east-1"}


def asking() -> Facts:
    """The usual month, in which the second question is about a security group."""
    asked = [one.finding for one in decisions_of(as_of(FACTS)).rows]
    records = [
        replace(one, finding=replace(one.finding, resource=GROUP))
        if one.finding.id == asked[1]
        else one
        for one in FACTS.records
    ]
    return replace(FACTS, records=records)


def test_only_what_is_asked_about_is_read_and_once_for_each_review() -> None:
    aws, facts = in_group(interface("eni-1", machine="i-1")), asking()
    read = with_usage(facts, aws, NOW)
    rows = decisions_of(as_of(read)).rows
    assert [bool(one.used_by) for one in rows] == [False, True, False]
    assert {call.action.partition(":")[2] for _, call in aws.calls} <= {
        one.partition(":")[2] for one in PERMISSIONS
    }
    calls = len(aws.calls)
    assert with_usage(read, aws, NOW + timedelta(hours=1)) == read, "the same review asks again"
    assert len(aws.calls) == calls == 2


def test_what_was_read_later_is_not_written_over() -> None:
    ledger, facts = doubles.Ledger(), asking()
    read = with_usage(facts, in_group(interface("eni-1", machine="i-1")), NOW)
    remember(read, ledger)
    (kept,) = ledger.notes(KIND)
    assert kept.said["users"] == ["web"]
    assert kept.at < facts.period.until, "the review of that month can be made again from it"
    older = replace(kept, at=kept.at - timedelta(days=7), said={"on": "2026-05-24", "users": []})
    remember(replace(read, notes={KIND: (older,)}), ledger)
    assert ledger.notes(KIND) == [kept]
