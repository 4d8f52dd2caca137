"""A reconciler on moto: the ledger's table, the stop parameter, the actor's role, and a clock to turn."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import boto3

from steadyhand.aws.client import Botocore, session
from steadyhand.catalogue import discovery as catalogue
from steadyhand.check import Check
from steadyhand.engine.changes.actor import Actor
from steadyhand.engine.changes.kill_switch import Switch
from steadyhand.engine.changes.worker import in_force
from steadyhand.engine.reconcile import Reconciler
from steadyhand.ledger.table import Ledger
from steadyhand.settings.values import Settings

REGION = "eu-central-1"
ACCOUNT = "123456789012"
TABLE = "steadyhand"
KEY = b"known to the engine alone"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/steadyhand-actor"


@dataclass
class Clock:
    """Time that a test turns by hand. It never goes back."""

    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at

    def turn(self, **by: float) -> None:
        self.at += timedelta(**by)


def table(client: Any = None) -> None:
    """The table as the stateful stack makes it."""
    keys = {"pk": "HASH", "sk": "RANGE"}
    indexes = {"by_id": {"id": "HASH"}, "by_kind": {"kind": "HASH", "at": "RANGE"}}

    def schema(keys: dict[str, str]) -> list[dict[str, str]]:
        return [{"AttributeName": key, "KeyType": kind} for key, kind in keys.items()]

    (client or boto3.client("dynamodb", REGION)).create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk", "id", "kind", "at")
        ],
        KeySchema=schema(keys),
        GlobalSecondaryIndexes=[
            {"IndexName": index, "KeySchema": schema(keys), "Projection": {"ProjectionType": "ALL"}}
            for index, keys in indexes.items()
        ],
    )


@cache
def models() -> Any:
    """Service models are read once for all tests."""
    return session()


@cache
def check_named(name: str) -> Check:
    """One check, with its own knobs."""
    return catalogue.load([name])[0]


def reconciler(
    settings: Settings, clock: Clock, *, stop: str | None = "go", **aws_client: Any
) -> Reconciler:
    """A reconciler over moto. `stop` is what the kill switch says; None leaves it away."""
    aws = Botocore(
        REGION,
        session=models(),
        identity=f"arn:aws:iam::{ACCOUNT}:user/test",
        workers=False,
        **aws_client,
    )
    aws.wait = lambda seconds: None  # type: ignore[method-assign]
    if stop is not None:
        boto3.client("ssm", REGION).put_parameter(
            Name=settings.stop_parameter, Value=stop, Type="String", Overwrite=True
        )
    ledger = Ledger(aws, TABLE, lambda: KEY)
    return Reconciler(
        aws=aws,
        ledger=ledger,
        settings=settings,
        actor=Actor(aws=aws, role=ROLE, clock=clock),
        checks=check_named,
        stopped=Switch(aws, settings.stop_parameter),
        exemptions=in_force(ledger, clock),
        now=clock,
    )
