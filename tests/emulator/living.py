"""A deployed Steadyhand, as a test sees it: what it remembers, and the client to ask it for more."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, TypeVar

from emulator.launcher import Emulator
from emulator.waiting import until
from steadyhand.aws.client import Botocore, session
from steadyhand.catalogue import discovery as catalogue
from steadyhand.engine.changes.actor import Actor
from steadyhand.engine.changes.kill_switch import Switch
from steadyhand.engine.reconcile import Reconciler
from steadyhand.ledger.seal import Seal
from steadyhand.ledger.table import Ledger
from steadyhand.model import Change, Record
from steadyhand.settings.deployed import ACTOR, TABLE
from steadyhand.settings.values import Settings

T = TypeVar("T")
MAX_WAIT = 120.0
WORLD = {"CidrIp": "0.0.0.0/0", "Description": "quick test"}
OFFICE = {"CidrIp": "10.20.0.0/16", "Description": "office VPN"}


def eventually(look: Callable[[], T], within: float = MAX_WAIT) -> T:
    """What a look gives, once it gives something true. Fails where there is no hope for it."""
    return until(lambda: look() or None, "what a test waits for", within)


@dataclass
class Living:
    """One account with Steadyhand in it."""

    aws: Emulator

    @cached_property
    def aws_client(self) -> Botocore:
        credentials = {
            "aws_access_key_id": self.aws.account,
            "aws_secret_access_key": "test",
        }
        return Botocore(
            self.aws.region,
            session=session(),
            identity=f"arn:aws:iam::{self.aws.account}:root",
            endpoint=self.aws.url,
            credentials=credentials,
            workers=False,
        )

    @cached_property
    def ledger(self) -> Ledger:
        return Ledger(self.aws_client, TABLE)

    @cached_property
    def reconciler(self) -> Reconciler:
        """The same reconciler as the functions', for what a person asks."""
        settings = Settings()

        def now() -> datetime:
            return datetime.now(UTC)

        role = f"arn:aws:iam::{self.aws.account}:role/{ACTOR}"
        return Reconciler(
            aws=self.aws_client,
            ledger=Ledger(self.aws_client, TABLE, Seal(self.aws_client)),
            settings=settings,
            actor=Actor(aws=self.aws_client, role=role, clock=now),
            checks=lambda name: catalogue.load([name])[0],
            stopped=Switch(self.aws_client, settings.stop_parameter),
            exemptions=self.ledger.exemptions,
            now=now,
        )

    def group(self, name: str) -> str:
        """A new security group with nothing in it."""
        ec2 = self.aws.client("ec2")
        vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
        made: str = ec2.create_security_group(GroupName=name, Description="x", VpcId=vpc)["GroupId"]
        return made

    def open(self, group: str, port: int, *ranges: dict[str, str]) -> None:
        """Somebody opens a port, with a real call."""
        permission = {
            "IpProtocol": "tcp",
            "FromPort": port,
            "ToPort": port,
            "IpRanges": list(ranges or (WORLD,)),
        }
        ec2 = self.aws.client("ec2")
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])

    def grants(self, group: str) -> list[tuple[int, str, str]]:
        """What is open: port, range, description."""
        said = self.aws.client("ec2").describe_security_groups(GroupIds=[group])
        return sorted(
            (permission["FromPort"], inner["CidrIp"], inner.get("Description", ""))
            for permission in said["SecurityGroups"][0]["IpPermissions"]
            for inner in permission["IpRanges"]
        )

    def records(self, key: str) -> list[Record]:
        """What the ledger knows of one subject."""
        return list(self.ledger.known(self.aws.region, key).values())

    def changes(self, key: str) -> list[Change]:
        """What was done to one subject."""
        return [change for change in self.ledger.changes() if change.finding.key == key]

    def queue(self, name: str) -> str:
        url: str = self.aws.client("sqs").get_queue_url(QueueName=name)["QueueUrl"]
        return url

    def messages(self, name: str) -> Iterator[str]:
        """Take what lies in a queue."""
        sqs, url = self.aws.client("sqs"), self.queue(name)
        while found := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in found:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                yield message["Body"]

    def log(self, function: str) -> str:
        """All a function said."""
        events = self.aws.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{function}")
        return "\n".join(event["message"] for event in events["events"])

    def event(self, group: str) -> dict[str, Any]:
        """What EventBridge would put into the queue for an opened port."""
        return {
            "source": "aws.ec2",
            "detail-type": "AWS API Call via CloudTrail",
            "account": self.aws.account,
            "region": self.aws.region,
            "detail": {
                "eventSource": "ec2.amazonaws.com",
                "eventName": "AuthorizeSecurityGroupIngress",
                "requestParameters": {"groupId": group},
            },
        }


def forget_the_hour(here: Living) -> None:
    """What other tests of this account did counts in no cap and no budget, and none of its alarms goes on."""
    watch = here.aws.client("cloudwatch")
    for alarm in watch.describe_alarms(StateValue="ALARM")["MetricAlarms"]:
        watch.set_alarm_state(AlarmName=alarm["AlarmName"], StateValue="OK", StateReason="over")
    table = here.aws.client("dynamodb")
    for row in table.scan(TableName=TABLE)["Items"]:
        over = row["sk"]["S"].startswith(("slot#", "incident#"))
        if over or row["pk"]["S"].startswith("cap#"):
            key = {name: row[name] for name in ("pk", "sk")}
            table.delete_item(TableName=TABLE, Key=key)


@contextmanager
def only(here: Living, detail_type: str) -> Iterator[None]:
    """Of all events, those of one type alone reach Steadyhand."""
    forget_the_hour(here)
    events = here.aws.client("events")
    rules = events.list_rules(NamePrefix="steadyhand-", Limit=100)["Rules"]
    others = [
        rule["Name"]
        for rule in rules
        if detail_type not in json.loads(rule.get("EventPattern") or "{}").get("detail-type", ())
    ]
    assert 0 < len(others) < len(rules)
    for name in others:
        events.disable_rule(Name=name)
    try:
        yield
    finally:
        for name in others:
            events.enable_rule(Name=name)
