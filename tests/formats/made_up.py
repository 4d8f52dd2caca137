"""Results that nobody had to scan for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.engine.scan import ScanResult, judged
from steadyhand.model import Call, Finding, Look, Part, Risk, Seen, Severity, Step, Unknown
from steadyhand.settings.values import Settings
from steadyhand.source import Source

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
Things: Source[Any] = Source(operation="ec2:DescribeThings", items="Things", key=str)


class FormatsProbe(Check):
    """A check whose file is this one."""

    severity = Severity.HIGH
    risk = Risk.SAFE
    reads = (Things,)
    resource_type = "AWS::EC2::SecurityGroup"
    consequence = "Something breaks."

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del account, now
        return iter(())

    def plan(self, finding: Finding) -> Iterator[Step]:
        said = {"GroupId": finding.key, "Description": finding.evidence.get("said", "")}
        yield Step(
            owns=Part(finding.resource, "part", see),
            makes="closed",
            do=Call("ec2:CloseThing", said),
            undo=Call("ec2:OpenThing", said),
        )


def see() -> Look:
    """Nothing is looked at here."""
    yield from ()
    return Seen()


CHECK = FormatsProbe()


def finding(**said: Any) -> Finding:
    """One time bomb."""
    told: dict[str, Any] = {
        "check": CHECK.id,
        "account": "123456789012",
        "region": "eu-central-1",
        "resource": "arn:aws:ec2:eu-central-1:123456789012:security-group/sg-1",
        "key": "sg-1",
        "name": "sg-1",
        "summary": "sg-1: SSH open to the world",
        "severity": Severity.CRITICAL,
        "resource_type": CHECK.resource_type,
        "detonates_at": NOW + timedelta(days=3),
        "usd_per_month": 12.5,
        "evidence": {"said": "quick test", "since": NOW},
    }
    return Finding(**(told | said))


def result(*findings: Finding, unknown: tuple[Unknown, ...] = (), **said: Any) -> ScanResult:
    """A scan that found these."""
    told: Mapping[str, Any] = {
        "account": "123456789012",
        "partition": "aws",
        "regions": ("eu-central-1",),
        "checks": (CHECK,),
        "started_at": NOW,
        "finished_at": NOW + timedelta(seconds=6.1),
        "found": tuple(judged(CHECK, one, NOW, Settings()) for one in findings),
        "unknown": unknown,
        "api_calls": {"ec2:DescribeThings": 1, "sts:GetCallerIdentity": 1},
    }
    return ScanResult(**{**told, **said})


BLIND = Unknown(CHECK.id, "eu-central-1", "AccessDenied: no", "sg-2")
EMPTY, ONE = result(), result(finding())
INCOMPLETE = result(finding(), unknown=(BLIND,))
