"""An AWS on paper for surveys: it answers from a script, and keeps what it was asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any, Self

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.engine.survey import Survey
from steadyhand.model import Answer, Call, Finding, ReadFailed, Risk, Severity, Unknown
from steadyhand.source import Metric
from steadyhand.sources.ec2 import Volumes

NOW = datetime(2026, 11, 23, tzinfo=UTC)


class Paper:
    """An AWS on paper: answers from a script, at once and in order."""

    account, partition, region = "123456789012", "aws", "eu-central-1"

    def __init__(self, **script: Any) -> None:
        self.script = {
            "DescribeSecurityGroupRules": {"SecurityGroupRules": []},
            "DescribeVpcBlockPublicAccessOptions": {},
        } | script
        self.asked, self.waited = list[Call](), list[float]()

    def pages(self, call: Call) -> Iterator[Answer]:
        self.asked.append(call)
        answer = self.script[call.operation]
        answer = answer(call) if callable(answer) else answer
        for page in answer if isinstance(answer, list) else [answer]:
            if isinstance(page, Exception):
                raise page
            yield page

    def ask(self, call: Call) -> Answer:
        (answer,) = self.pages(call)
        return answer

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)

    def elsewhere(self, region: str) -> Self:
        del region
        return self

    def in_role(self, name: str) -> Self:
        return self

    def soon(self, service: str, job: Callable[..., None], *args: Any) -> None:
        job(*args)

    def actions(self) -> list[str]:
        return [call.operation for call in self.asked]


class Late(Paper):
    """The same, with a thread for each job: answers come in any order."""

    def in_role(self, name: str) -> Self:
        return self

    def soon(self, service: str, job: Callable[..., None], *args: Any) -> None:
        def later() -> None:
            time.sleep(hash((service, str(args))) % 7 / 1000)
            job(*args)

        Thread(target=later, daemon=True).start()


class Plain(Check):
    """A check for tests."""

    severity, risk = Severity.LOW, Risk.ADVICE

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        for item in account[self.reads[0]]:
            key = self.reads[0].key(item)
            yield self.finding(account, resource=key, key=key, summary="is there")


def survey(aws: Paper, *checks: Check, only: str | None = None) -> list[Finding | Unknown]:
    return list(Survey(checks, aws, NOW, only))


def open_group(name: str = "sg-1", *permissions: dict[str, Any]) -> dict[str, Any]:
    """By itself it lets everybody in twice: to SSH, and to everything."""
    world = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ssh, everything = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}, {"IpProtocol": "-1"}
    admitted = [*permissions] or [ssh | world, everything | world]
    return {"GroupId": name, "GroupName": "g", "IpPermissions": admitted}


GROUPS = {"SecurityGroups": [open_group()]}
BUCKETS = {"Buckets": [{"Name": "attic"}, {"Name": "barn"}]}
DENIED = ReadFailed("AccessDenied", "you may not")
LISTS = {
    "PrefixLists": [
        {"PrefixListId": "pl-1", "OwnerId": "1"},
        {"PrefixListId": "pl-a", "OwnerId": "AWS"},
    ]
}
# Conversations.

REPORT = b"""user,arn,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_2_active
ann,arn:ann,true,2020-01-01T00:00:00+00:00,N/A,false
bob,arn:bob,true,2020-01-01T00:00:00+00:00,2026-11-22T00:00:00+00:00,false"""


def number(name: str, days: int = 14) -> Metric:
    return Metric(
        of=Volumes,
        namespace="AWS/EBS",
        metric=name,
        dimension="VolumeId",
        statistic="Sum",
        over=timedelta(days=days),
    )


READS, WRITES, LONG = number("VolumeReadOps"), number("VolumeWriteOps"), number("VolumeReadOps", 30)


class Silent(Plain):
    """Joins two metrics; the volumes are the subject, the numbers context."""

    reads = (Volumes, READS, WRITES)

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        reads, writes = dict(account[READS]), dict(account[WRITES])
        for volume in account[Volumes]:
            key = volume["VolumeId"]
            if not sum(reads[key]) + sum(writes[key]):
                yield self.finding(account, resource=key, key=key, summary="is silent")


def numbers(call: Call) -> Mapping[str, Any]:
    """Zero for all; busy volumes end in 7."""
    return {
        "MetricDataResults": [
            {"Id": query["Id"], "Values": [float(volume_of(query).endswith("7"))]}
            for query in call.params["MetricDataQueries"]
        ]
    }


def volume_of(query: Mapping[str, Any]) -> str:
    return str(query["MetricStat"]["Metric"]["Dimensions"][0]["Value"])


def volumes(*sizes: int) -> list[Answer]:
    counter = iter(range(sum(sizes)))
    return [{"Volumes": [{"VolumeId": f"vol-{next(counter)}"} for _ in range(n)]} for n in sizes]
