"""From the version before to this one, deployed: nothing is lost, and nothing that holds something is made anew.

In an account of its own. What the version before left is recorded (`tests/upgrade`): its stateful resources and
rows of its ledger, with an open approval and a change that still settles.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from emulator.launcher import Emulator
from steadyhand.demo import deployment
from steadyhand.ledger.seal import PARAMETER
from steadyhand.model import ChangeState, FindingStatus
from steadyhand.settings.deployed import SERVICE, STORAGE, TABLE, reports
from tests.emulator.contract.test_deployment import assembly as stack_alone
from tests.emulator.living import Living, eventually
from tests.upgrade.before import ACCOUNT, REGION, ROWS, SEAL, STATEFUL, of_kind

pytestmark = [pytest.mark.emulator]
STOP = "/steadyhand/stop"
LOOKED_AT = (
    "at",
    "changed_at",
    "status",
    "history",
    "held",
    "plan",
    "risk",
    "parts",
    "environment",
)
"""What the first look after the deploy writes anew: most of what was found is not in this account."""

DATABASE = "billing-db"
"""What the open approval is about."""

UNSET = "Tickets"
"""How the resources begin of what these settings do not ask for."""


@pytest.fixture(scope="module")
def this_version(assembly: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The stacks of this version, for the account whose rows were recorded."""
    out = tmp_path_factory.mktemp("upgrade") / "cdk.out"
    shutil.copytree(assembly, out)
    for file in out.glob("*.json"):
        file.write_text(file.read_text().replace("111122223333", ACCOUNT))
    return out


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    """The version before, as far as it holds something, lived in."""
    log = tmp_path_factory.mktemp("before") / "emulator.log"
    with Emulator.start(region=REGION, account=ACCOUNT, log=log) as aws:
        deployment.bootstrap(aws)
        for name in (STORAGE, SERVICE):
            held = {one: it for one, it in STATEFUL[name].items() if not one.startswith(UNSET)}
            text = json.dumps(held).replace("111122223333", ACCOUNT)
            folder = tmp_path_factory.mktemp(name)
            deployment.deploy(aws, stack_alone(aws, folder, name, json.loads(text)), name)
        rows = aws.client("dynamodb")
        for row in ROWS:
            rows.put_item(TableName=TABLE, Item=row)
        ssm = aws.client("ssm")
        ssm.put_parameter(Name=PARAMETER, Type="SecureString", Value=SEAL)
        ssm.put_parameter(Name=STOP, Type="String", Value="stop", Overwrite=True)
        aws.client("rds").create_db_instance(
            DBInstanceIdentifier=DATABASE,
            DBInstanceClass="db.t3.micro",
            Engine="mysql",
            PubliclyAccessible=True,
            MasterUsername="x",
            MasterUserPassword="made-up-for-a-test",
            AllocatedStorage=20,
        )
        bucket = reports(ACCOUNT, REGION)
        aws.client("s3").put_object(Bucket=bucket, Key="reviews/2026-W40/mail.html", Body=b"x")
        here = Living(aws)
        queue = here.queue("steadyhand-dead-letters")
        aws.client("sqs").send_message(QueueUrl=queue, MessageBody="what failed before")
        yield here


def births(here: Living) -> dict[str, Any]:
    """When each thing that holds something was made."""
    aws = here.aws
    sqs, made = aws.client("sqs"), dict[str, Any]()
    table = aws.client("dynamodb").describe_table(TableName=TABLE)["Table"]
    made[TABLE] = (table["CreationDateTime"], table.get("TableId"))
    for one in aws.client("s3").list_buckets()["Buckets"]:
        made[one["Name"]] = one["CreationDate"]
    for url in sqs.list_queues(QueueNamePrefix="steadyhand")["QueueUrls"]:
        said = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["CreatedTimestamp"])
        made[url.rpartition("/")[2]] = said["Attributes"]["CreatedTimestamp"]
    for group in aws.client("logs").describe_log_groups()["logGroups"]:
        made[group["logGroupName"]] = group["creationTime"]
    return made


def test_an_upgrade_loses_nothing_and_ends_what_was_under_way(
    before: Living, this_version: Path
) -> None:
    aws, made = before.aws, births(before)
    (moving,) = (row["pk"]["S"] for row in of_kind("moving"))
    assert len(made) > 15
    deployment.deploy(aws, this_version)

    after = births(before)
    assert {name: after.get(name) for name in made} == made
    rows = aws.client("dynamodb")
    for row in ROWS:
        key = {name: row[name] for name in ("pk", "sk")}
        now = rows.get_item(TableName=TABLE, Key=key)["Item"]
        if moving in json.dumps(row):
            continue  # it is gone on with, below
        looked_at = LOOKED_AT if row in of_kind("finding") else ()
        assert {name: now.get(name) for name in row if name not in looked_at} == {
            name: said for name, said in row.items() if name not in looked_at
        }
        assert now.get("history", {"S": ""})["S"].startswith(row.get("history", {"S": ""})["S"])
    assert aws.client("ssm").get_parameter(Name=STOP)["Parameter"]["Value"] == "stop"
    page = aws.client("s3").get_object(
        Bucket=reports(ACCOUNT, REGION), Key="reviews/2026-W40/mail.html"
    )
    assert page["Body"].read() == b"x"
    assert "what failed before" in list(before.messages("steadyhand-dead-letters"))
    waiting = {
        one.finding.check
        for one in before.ledger.records()
        if one.status is FindingStatus.OPEN and one.plan
    }
    assert "public_rds_instance" in waiting

    aws.client("ssm").put_parameter(Name=STOP, Type="String", Value="go", Overwrite=True)
    began = datetime.now(UTC)
    message = json.dumps({"account": ACCOUNT, "region": REGION})
    aws.client("sqs").send_message(QueueUrl=before.queue("steadyhand-sweep"), MessageBody=message)

    eventually(lambda: any(at > began for _, at, _ in before.ledger.sweeps()))

    def rests() -> bool:
        change = before.ledger.change(moving)
        return change is not None and change.state is ChangeState.THEIRS  # its group is gone

    eventually(rests)
    assert before.ledger.unreadable == []
    said = before.log("steadyhand-sweep")
    assert moving not in "".join(line for line in said.splitlines() if "not written by" in line)
