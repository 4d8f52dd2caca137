"""Tables without point-in-time recovery."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from moto import mock_aws

from steadyhand.aws.client import Botocore, session
from steadyhand.checks.backups.dynamodb_pitr_off import DynamodbPitrOff
from steadyhand.engine.survey import Survey
from steadyhand.sources.dynamodb import ContinuousBackups
from tests.verbs import client, fix_and_undo, found

CHECK = DynamodbPitrOff()


def backups(table: str, status: str) -> tuple[str, dict[str, Any]]:
    recovery = {"PointInTimeRecoveryStatus": status}
    return table, {"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": recovery}


BAD = {ContinuousBackups: [backups("orders", "DISABLED"), ("old", {})]}
GOOD = {ContinuousBackups: [backups("users", "ENABLED")]}


def plant(client: Any, table: str, *, on: bool) -> str:
    client("dynamodb").create_table(
        TableName=table,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    if on:
        client("dynamodb").update_continuous_backups(
            TableName=table,
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
        )
    return table


def test_says_which() -> None:
    orders, _ = found(CHECK, BAD)
    assert orders.summary == "orders has no point-in-time recovery"
    assert orders.resource == "arn:aws:dynamodb:eu-central-1:123456789012:table/orders"


@pytest.mark.moto
def test_on_moto() -> None:
    fix_and_undo(
        CHECK,
        lambda client: [plant(client, "orders", on=False)],
        lambda client: [plant(client, "users", on=True)],
    )


@pytest.mark.moto
def test_asks_once_for_all_and_once_for_each() -> None:
    with mock_aws():
        for n in range(3):
            plant(client, f"table-{n}", on=n > 0)
        identity = "arn:aws:iam::123456789012:user/test"
        aws_client = Botocore("eu-central-1", session=session(), identity=identity, workers=False)
        assert len(list(Survey([CHECK], aws_client, datetime.now(UTC)))) == 1
        assert aws_client.counts == {
            "dynamodb:ListTables": 1,
            "dynamodb:DescribeContinuousBackups": 3,
        }
        list(Survey([CHECK], aws_client, datetime.now(UTC), only="table-0"))
        assert aws_client.counts["dynamodb:ListTables"] == 1, "an event names its table"
