"""Log groups that keep everything for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto import mock_aws

from steadyhand.account import Account
from steadyhand.aws.client import Botocore, session
from steadyhand.checks.costs.endless_logs import EndlessLogs
from steadyhand.engine.survey import Survey
from steadyhand.model import Risk
from steadyhand.sources.logs import LogGroups
from tests.canonical import ACCOUNT
from tests.verbs import NOW, client, fix_and_undo, found

CHECK = EndlessLogs()
GB = 1024**3


def group(name: str, age: int, gigabytes: float = 0, **more: Any) -> dict[str, Any]:
    arn = f"arn:aws:logs:eu-central-1:123456789012:log-group:{name}"
    made = int((NOW - timedelta(days=age)).timestamp() * 1000)
    known = {"logGroupName": name, "arn": f"{arn}:*", "logGroupArn": arn, "creationTime": made}
    return known | {"storedBytes": int(gigabytes * GB)} | more


BAD = {LogGroups: [group("/young", 10), group("/old", 400, 100), group("/ages", 351, 1)]}
GOOD = {
    LogGroups: [
        group("/kept", 400, retentionInDays=3653),
        group("/delivery", 400, logGroupClass="DELIVERY"),
    ]
}


def test_says_how_much_and_what_it_costs() -> None:
    young, old, _ = found(CHECK, BAD)
    assert young.summary == "/young keeps its logs for ever"
    assert old.summary == "/old keeps its logs for ever: 100.0 GB now, $3.24 a month"
    assert old.usd_per_month == 3.24
    assert old.resource == "arn:aws:logs:eu-central-1:123456789012:log-group:/old"


def test_asks_where_something_would_be_deleted() -> None:
    """An event may be two weeks older than its group."""
    risks = [CHECK.risk_of(finding) for finding in found(CHECK, BAD)]
    assert risks == [Risk.SAFE, Risk.APPROVAL, Risk.SAFE]
    older = {LogGroups: [group("/ages", 352)]}
    assert [CHECK.risk_of(finding) for finding in found(CHECK, older)] == [Risk.APPROVAL]


def test_the_group_is_named_without_its_streams() -> None:
    without = group("/young", 10)
    del without["logGroupArn"]
    (finding,) = found(CHECK, {LogGroups: [without]})
    assert finding.resource.endswith(":log-group:/young")


def make(client: Any, name: str, days: int = 0) -> str:
    client("logs").create_log_group(logGroupName=name)
    if days:
        client("logs").put_retention_policy(logGroupName=name, retentionInDays=days)
    return name


@pytest.mark.parametrize(
    ("region", "ending"),
    {
        "eu-central-1": ": 100.0 GB now, $3.24 a month",
        "sa-east-1": ": 100.0 GB now, about $3.00 a month (price of us-east-1)",
        "cn-north-1": ": 100.0 GB now",
    }.items(),
)
def test_whose_price_it_is(region: str, ending: str) -> None:
    (finding,) = CHECK.find(Account(ACCOUNT, region, {LogGroups: BAD[LogGroups][1:2]}), NOW)
    assert finding.summary == f"/old keeps its logs for ever{ending}"


@pytest.mark.moto
def test_on_moto() -> None:
    fix_and_undo(
        CHECK,
        lambda client: [make(client, "/app"), make(client, "/app/worker")],
        lambda client: [make(client, "/kept", 30)],
    )


@pytest.mark.moto
def test_asks_for_pages_and_nothing_else() -> None:
    with mock_aws():
        for n in range(60):
            make(client, f"/bench/{n:05}", 365 if n % 2 else 0)
        identity = "arn:aws:iam::123456789012:user/test"
        aws_client = Botocore("eu-central-1", session=session(), identity=identity, workers=False)
        assert len(list(Survey([CHECK], aws_client, datetime.now(UTC)))) == 30
        assert aws_client.counts == {"logs:DescribeLogGroups": 2}
