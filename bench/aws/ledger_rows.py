"""A made-up ledger: findings of every check over some months, and what became of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from steadyhand.catalogue import discovery as catalogue
from steadyhand.ledger import rows
from steadyhand.ledger.change_rows import change_row
from steadyhand.model import (
    GLOBAL,
    STEADYHAND,
    Call,
    Change,
    ChangeState,
    Finding,
    FindingStatus,
    Held,
    Record,
    Risk,
    Severity,
    WrittenStep,
)

ACCOUNT = "111122223333"
REGIONS = ("eu-west-1", "eu-central-1", "us-east-1")
UNTIL = datetime(2026, 6, 1, tzinfo=UTC)
MONTH = timedelta(days=30)
CHANGES, FIRED, SPOKEN = 0.02, 0.003, 0.01
"""For each finding: changes of ours in all, alarms, and notes."""


def made(findings: int, months: int) -> Iterator[dict[str, Any]]:
    """Every row, as the ledger writes them."""
    checks, span = catalogue.names(), months * MONTH
    began = UNTIL - span
    for n in range(findings):
        yield finding(n, checks[n % len(checks)], began + span * (n / findings))
    changes = int(findings * CHANGES)
    for n in range(changes):
        yield change(n, checks[n % len(checks)], began + span * (n / max(1, changes)))
    fired = int(findings * FIRED)
    for n in range(fired):
        yield incident(n, began + span * (n / max(1, fired)))
    for n in range(int(findings * SPOKEN)):
        yield note(n, began + span * (n * SPOKEN))
    for region in REGIONS:
        yield swept(region, checks)


def seen(n: int, check: str) -> Finding:
    """One finding, about as long as real ones are."""
    region = REGIONS[n % 3]
    name = f"orders-{n % 7}-worker-{n:06}"
    return Finding(
        check=check,
        account=ACCOUNT,
        region=region,
        resource=f"arn:aws:ec2:{region}:{ACCOUNT}:instance/{name}",
        key=name,
        name=name,
        summary=f"{name} is not as it should be: 3 of 7 settings differ from what was agreed",
        severity=(Severity.HIGH, Severity.MEDIUM, Severity.LOW, Severity.LOW)[n % 4],
        resource_type="AWS::EC2::Instance",
        detonates_at=UNTIL + timedelta(days=n % 300 - 20) if n % 9 == 0 else None,
        usd_per_month=n % 50 / 4 if n % 5 == 0 else None,
        evidence={"instance": name, "before": {"HttpTokens": "optional", "HttpEndpoint": "enabled"},
                  "parent": f"arn:aws:ec2:{region}:{ACCOUNT}:vpc/vpc-0{n % 40:03}"},
        tags={"Name": name, "environment": ("production", "staging", "development")[n % 3]},
    )  # fmt: skip


def finding(n: int, check: str, first: datetime) -> dict[str, Any]:
    """Of five findings three are open, one was fixed, one is gone."""
    status = (
        FindingStatus.OPEN,
        FindingStatus.OPEN,
        FindingStatus.OPEN,
        FindingStatus.FIXED,
        FindingStatus.GONE,
    )[n % 5]
    over = min(UNTIL - timedelta(hours=1), first + timedelta(days=n % 40))
    record = Record(
        finding=seen(n, check),
        status=status,
        first_seen=first,
        changed_at=first if status is FindingStatus.OPEN else over,
        environment=("production", "staging", "development")[n % 3],
        risk=(Risk.SAFE, Risk.APPROVAL, Risk.ADVICE)[n % 3],
        plan="0123456789abcdef" if n % 3 < 2 else "",
        held=Held("not_trusted", "it observes only: nobody said that it may more") if n % 2 else None,
    )  # fmt: skip
    return rows.finding_row(pk(record.finding.region), record)


def change(n: int, check: str, began: datetime) -> dict[str, Any]:
    """A change that was verified; one in forty was undone."""
    was = seen(n * 5 + 3, check)
    call = Call("ec2:ModifyInstanceMetadataOptions", {"InstanceId": was.name})
    return change_row(
        Change(
            id=f"ch-{n:010x}",
            finding=was,
            steps=[WrittenStep(call, call, before="optional", makes="required")],
            state=ChangeState.VERIFIED if n % 40 else ChangeState.UNDONE,
            by=STEADYHAND if n % 3 else f"arn:aws:iam::{ACCOUNT}:user/maya",
            at=began,
            environment="production",
            ended_at=began + timedelta(seconds=20),
        ),
        ACCOUNT,
        began,
        b"",
    )


def incident(n: int, began: datetime) -> dict[str, Any]:
    """An alarm that fired for some minutes."""
    body = {"signature": f"orders-{n % 30}-errors", "summary": f"orders-{n % 7}-worker has errors"}
    return {
        "pk": pk(REGIONS[n % 3]),
        "sk": f"incident#in-{n:08}",
        "id": f"in-{n:08}",
        "kind": f"{ACCOUNT}#incident",
        "at": began.isoformat(),
        "ended_at": (began + timedelta(minutes=1 + n % 30)).isoformat(),
        "body": json.dumps(body),
    }


def note(n: int, at: datetime) -> dict[str, Any]:
    """What interrupted somebody, or waited for the week."""
    said = {
        "what": "something is open",
        "subject": f"fi-{n:010x}",
        "why": "the budget is spent",
        "reason": "the budget is spent",
        "kind": "exposure",
        "sent": n % 9 == 0,
        "night": False,
    }
    name = f"interrupt#{n:06}"
    return {
        "pk": pk(GLOBAL),
        "sk": name,
        "id": name,
        "kind": f"{ACCOUNT}#interrupt",
        "at": min(at, UNTIL - timedelta(hours=1)).isoformat(),
        "body": json.dumps(said),
    }  # fmt: skip


def swept(region: str, checks: list[str]) -> dict[str, Any]:
    """The last look at a region."""
    return {
        "pk": pk(region),
        "sk": "sweep#6",
        "id": f"sweep#{region}#6",
        "kind": f"{ACCOUNT}#sweep",
        "at": (UNTIL - timedelta(hours=3)).isoformat(),
        "body": json.dumps({"checks": checks, "unknown": [], "findings": 1}),
    }


def pk(region: str) -> str:
    """The first key of what lies in a region."""
    return f"{ACCOUNT}#{region}"
