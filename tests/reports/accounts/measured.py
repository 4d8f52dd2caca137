"""Measures for stories: an AWS in which nothing is there, and a month that was measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from steadyhand.model import Note
from steadyhand.readings.measures.read import as_note
from steadyhand.rhythm.core.measured import (
    Aged,
    DeadLetterQueue,
    Deploy,
    Edge,
    Host,
    Lost,
    Measured,
    Restore,
    Runs,
    Unread,
)

NOTHING: Mapping[str, Mapping[str, Any]] = {
    "apigateway:GetRestApis": {},
    "apigatewayv2:GetApis": {"Items": []},
    "backup:ListRestoreJobs": {"RestoreJobs": []},
    "cloudfront:ListDistributions": {"DistributionList": {"Quantity": 0}},
    "cloudtrail:LookupEvents": {"Events": []},
    "cloudwatch:GetMetricData": {"MetricDataResults": []},
    "elbv2:DescribeLoadBalancers": {"LoadBalancers": []},
    "events:ListRules": {"Rules": []},
    "iam:GenerateCredentialReport": {"State": "COMPLETE"},
    "iam:GetCredentialReport": {"Content": b"user,arn\n"},
    "lambda:ListFunctions": {"Functions": []},
    "scheduler:ListScheduleGroups": {"ScheduleGroups": [{"Name": "default"}]},
    "secretsmanager:ListSecrets": {"SecretList": []},
    "sqs:ListQueues": {},
    "ssm:DescribeInstanceInformation": {"InstanceInformationList": []},
}
"""An account that nobody uses, operation by operation, as AWS answers it."""


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def edge(name: str, kind: str, every: int, bad: tuple[int, int, int], dip: int) -> Edge:
    """Thirteen weeks of about as much traffic; in the tenth it went worst."""
    weekly = every // 4
    weeks = [(weekly, weekly // 20_000)] * 13
    weeks[9] = (weekly, dip)
    return Edge(
        name=name,
        kind=kind,
        region="" if kind == "distribution" else "eu-west-1",
        months=tuple((every, one) for one in bad),
        weeks=tuple(weeks),
    )


def may(edges: tuple[Edge, ...] | None = None) -> Measured:
    """Larkfield's May."""
    deploys = [at(5, 1 + n // 2, 10 + 4 * (n % 2)) for n in range(60)]
    shipped = at(5, 19, 9, 20)
    return Measured(
        id="review#measures#2026-05",
        target=99.9,
        edges=edges
        or (
            edge("app.larkfield.example", "distribution", 8_412_040, (901, 1_120, 841), 300),
            edge("api", "load balancer", 2_950_311, (2_203, 1_874, 1_445), 1_301),
            edge("checkout", "API", 412_077, (80, 95, 577), 498),
            edge("hooks", "API", 201_558, (40, 12, 60), 20),
            edge("images", "distribution", 90_112, (0, 0, 0), 0),
            edge("old-portal", "load balancer", 0, (0, 0, 0), 0),
        ),
        deploys=tuple(
            Deploy(began=one, ended=one + timedelta(minutes=4)) for one in sorted([*deploys, shipped])
        ),
        restores=(
            Restore(name="billing-db", at=at(5, 17), seconds=38 * 60, lost_seconds=5 * 60),
        ),
        keys=(Aged(name="deploy-ci", region="", since=at(7, 9).replace(year=2025)),),
        secrets=(Aged(name="stripe-webhook", region="eu-west-1", since=at(1, 10)),),
        managed=9,
        lacking=1,
        hosts=(Host(name="bastion", region="eu-west-1", missing=12, at=at(5, 12), was_patched=True),),
        dead_letters=(
            DeadLetterQueue(name="stripe-webhooks-dlq", region="eu-west-1", came=41, went=41, left=0, oldest=None),
            DeadLetterQueue(name="invoice-pdf-dlq", region="eu-west-1", came=2, went=0, left=2, oldest=6 * 86_400.0),
        ),
        redrives=1,
        lost=(Lost(name="thumbnails", region="eu-west-1", count=3),),
        runs=(Runs(name="default", region="eu-west-1", tried=2_790, missed=1),),
    )  # fmt: skip


def april() -> Measured:
    """The month before, when there were fewer deploys."""
    deploys = tuple(Deploy(began=at(4, 1 + n // 2), ended=at(4, 1 + n // 2)) for n in range(54))
    return Measured(id="review#measures#2026-04", target=99.9, deploys=deploys)


def remembered() -> dict[str, Note]:
    """Both months as the ledger keeps them."""
    notes = [as_note(one, at(6, 1)) for one in (april(), may())]
    return {note.id: note for note in notes}


def crowded() -> dict[str, Note]:
    """A month of too many edges, queues, hosts and gaps."""
    many = replace(
        may(tuple(edge(f"edge-{n:03}", "API", 100_000 + n, (0, 0, n * 9), 40) for n in range(150))),
        hosts=tuple(Host(name=f"host-{n}", region="eu-west-1", missing=n, at=at(5, 2), was_patched=True)
                    for n in range(200)),
        managed=900,
        lacking=280,
        dead_letters=tuple(DeadLetterQueue(name=f"queue-{n}-dlq", region="eu-west-1", came=n, went=1, left=n, oldest=60.0 * n)
                      for n in range(90)),
        lost=tuple(Lost(name=f"function-{n}", region="eu-west-1", count=n + 1) for n in range(90)),
        runs=tuple(Runs(name=f"rule-{n}", region="eu-west-1", tried=31, missed=n % 3) for n in range(90)),
        unread=tuple(Unread(section=section, what=what, region=f"region-{n}", why="AccessDeniedException")
                     for n in range(17) for section, what in (
                         ("reliability", "load balancers"), ("reliability", "deploys"),
                         ("security", "hosts"), ("jobs", "queues"), ("jobs", "functions"))),
    )  # fmt: skip
    note = as_note(many, at(6, 1))
    return {note.id: note}


def named(text: str) -> dict[str, Note]:
    """Larkfield's May, in which a stranger chose every name."""
    known = may()
    parts = ("edges", "restores", "keys", "secrets", "hosts", "dead_letters", "lost", "runs")
    poisoned = replace(
        known,
        **{part: tuple(replace(one, name=text) for one in getattr(known, part)) for part in parts},
        unread=(Unread(section="jobs", what=text, region=text, why=text),),
    )
    note = as_note(poisoned, at(6, 1))
    return {note.id: note}
