"""Prepares an empty account for the handlers: a group to open, our ledger, our kill switch, our role.

    python -m bench.aws.preparation ENDPOINT

prints the id of a new group; may be run again for another one.
"""

from __future__ import annotations

import sys
from typing import Any

from bench.aws.seed import Planter
from steadyhand.engine.changes.kill_switch import GO
from steadyhand.settings.deployed import TABLE
from steadyhand.settings.values import Settings


def ledger(dynamodb: Any) -> None:
    """The table as the stack makes it."""
    text = ("pk", "sk", "id", "kind", "at")
    everything = {"ProjectionType": "ALL"}
    dynamodb.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in text],
        KeySchema=keys("pk", "sk"),
        GlobalSecondaryIndexes=[
            {"IndexName": "by_id", "KeySchema": keys("id"), "Projection": everything},
            {"IndexName": "by_kind", "KeySchema": keys("kind", "at"), "Projection": everything},
        ],
    )


def keys(*names: str) -> list[dict[str, str]]:
    """A key schema: the partition, then what sorts within it."""
    return [
        {"AttributeName": name, "KeyType": kind}
        for name, kind in zip(names, ("HASH", "RANGE"), strict=False)
    ]


def main(endpoint: str) -> str:
    account = Planter(0, endpoint)
    dynamodb = account.client("dynamodb")
    if TABLE not in dynamodb.list_tables()["TableNames"]:
        ledger(dynamodb)
    account.client("ssm").put_parameter(
        Name=Settings().stop_parameter, Value=GO, Type="String", Overwrite=True
    )
    ec2 = account.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    group = ec2.create_security_group(GroupName="bench", Description="b", VpcId=vpc)
    return str(group["GroupId"])


if __name__ == "__main__":
    print(main(sys.argv[1]))
