"""Accounts for a first look: a usual one, an empty one, one that refuses, a crowd, poison."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Self

from steadyhand.model import Answer, Call, ReadFailed
from steadyhand.readings.gather import Store
from steadyhand.readings.inventory.read import Looked
from steadyhand.reports.first.compose import ComposedMail, compose, gather
from steadyhand.rhythm.first.facts import FirstFacts
from tests.reports.accounts import doubles
from tests.reports.accounts.first_answers import ACCOUNT, ALWAYS, NOW, REGION, Said, arn, database

ME = f"arn:aws:sts::{ACCOUNT}:assumed-role/Reader/maya"


@dataclass
class Client:
    """AWS from a table of answers, by operation. What is not in it is an empty answer."""

    said: Mapping[str, Said] = field(default_factory=dict)
    denied: frozenset[str] = frozenset()
    region: str = REGION
    account: str = ACCOUNT
    partition: str = "aws"
    global_region: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    calls: list[Call] = field(default_factory=list)

    def ask(self, call: Call) -> Answer:
        self.counts[call.action] += 1
        self.calls.append(call)
        if call.action in self.denied or "*" in self.denied:
            raise ReadFailed("AccessDenied", f"{call.action} is not allowed")
        said = self.said.get(call.action, ALWAYS.get(call.action, {}))
        answer: Answer = said(call.params) if callable(said) else said
        return answer

    def elsewhere(self, region: str) -> Client:
        """The same account: what has no region is asked here too."""
        del region
        return self

    def pages(self, call: Call) -> Iterator[Answer]:
        yield self.ask(call)

    def wait(self, seconds: float) -> None:
        pass

    def in_role(self, name: str) -> Self:
        return self

    def soon(self, service: str, job: Callable[..., None], *args: Any) -> None:
        job(*args)


def crowd(count: int = 2000) -> Mapping[str, Said]:
    """Many of everything, in three environments."""
    stages = ("prod", "staging", "dev")

    def name(n: int) -> str:
        return f"{stages[n % 3]}-thing-{n:04}"

    return {
        "lambda:ListFunctions": {
            "Functions": [
                {
                    "FunctionName": name(n),
                    "FunctionArn": arn("lambda", f"function:{name(n)}"),
                    "Runtime": "python3.8",
                    "Environment": {"Variables": {"API_TOKEN": "never"}},
                }
                for n in range(count // 2)
            ]
        },
        "dynamodb:ListTables": {"TableNames": [name(n) for n in range(count // 4)]},
        "dynamodb:DescribeContinuousBackups": {
            "ContinuousBackupsDescription": {
                "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "DISABLED"}
            }
        },
        "rds:DescribeDBInstances": {
            "DBInstances": [database(name(n), n % 2) for n in range(count // 4)]
        },
        "cloudwatch:GetMetricData": lambda params: {
            "MetricDataResults": [
                {"Id": one["Id"], "Timestamps": [NOW - timedelta(days=2)], "Values": [3e9]}
                for one in params["MetricDataQueries"]
            ]
        },
    }


def look(
    said: Mapping[str, Said] | None = None,
    *,
    ledger: Store | None = None,
    denied: frozenset[str] = frozenset(),
    settings: Any = doubles.SETTINGS,
) -> tuple[FirstFacts, Looked]:
    """What a first look at such an account gathers."""
    times = iter([NOW, *(NOW + timedelta(minutes=2 + n) for n in range(9))])
    return gather(
        clients=[Client(said or {}, denied)],
        settings=settings,
        ledger=ledger,
        clock=lambda: next(times),
        identity=ME,
    )


def made(said: Mapping[str, Said] | None = None, **more: Any) -> ComposedMail:
    """The report of it."""
    return compose(*look(said, **more))


def poisoned(said: Mapping[str, Any], text: str) -> dict[str, Any]:
    """The same answers with every name that a stranger may choose poisoned at its end."""
    chosen = ("Name", "FunctionName", "LoadBalancerName", "AlarmName", "DBInstanceIdentifier")

    def spoilt(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: f"{v}{text}" if k in chosen else spoilt(v) for k, v in value.items()}
        return [spoilt(one) for one in value] if isinstance(value, list) else value

    return {name: spoilt(one) for name, one in said.items()}
