"""Rows of a made-up account: findings, changes, incidents and sweeps, each in a line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from steadyhand.model import (
    STEADYHAND,
    Call,
    Change,
    ChangeState,
    Finding,
    FindingStatus,
    Held,
    Incident,
    Record,
    Risk,
    Severity,
    WrittenStep,
)

ACCOUNT = "111122223333"
REGION = "eu-west-1"
NOW = datetime(2026, 6, 1, 7, 0, tzinfo=UTC)
MONDAY = datetime(2026, 5, 25, 8, 0, tzinfo=UTC)
MAYA = f"arn:aws:sts::{ACCOUNT}:assumed-role/Team/maya"
Said = tuple[str, datetime, Mapping[str, Any]]


def at(month: int, day: int, hour: int = 9, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, second, tzinfo=UTC)


SPRING = at(4, 20)


def record(
    check: str,
    name: str,
    summary: str,
    *,
    severity: Severity = Severity.MEDIUM,
    risk: Risk = Risk.ADVICE,
    environment: str = "production",
    seen: datetime = SPRING,
    due: datetime | None = None,
    usd: float | None = None,
    status: FindingStatus = FindingStatus.OPEN,
    changed: datetime | None = None,
    held: Held | None = None,
    exempt: datetime | None = None,
    **evidence: Any,
) -> Record:
    finding = Finding(
        check=check,
        account=ACCOUNT,
        region=REGION,
        resource=f"arn:aws:x:{REGION}:{ACCOUNT}:{name}",
        key=name,
        name=name,
        summary=summary,
        severity=severity,
        detonates_at=due,
        usd_per_month=usd,
        evidence=evidence,
    )
    return Record(
        finding=finding,
        status=status,
        first_seen=seen,
        changed_at=changed or seen,
        environment=environment,
        risk=risk,
        plan="" if risk is Risk.ADVICE else "plan",
        held=held,
        exempt_until=exempt,
    )


def drifted() -> Record:
    """A queue that somebody changed by hand, and that was as its template says two hours later."""
    return record(
        "resource_drift",
        "stripe-webhooks/queue",
        "StripeWebhooks of payments differs from its template: VisibilityTimeout is 30, the template says 300",
        seen=at(5, 20, 9, 12),
        status=FindingStatus.GONE,
        changed=at(5, 20, 11, 2),
        changed_by={"who": MAYA, "call": "SetQueueAttributes"},
    )


def change(
    name: str,
    of: Record,
    began: datetime,
    seconds: float = 4,
    *,
    state: ChangeState = ChangeState.VERIFIED,
    by: str = STEADYHAND,
    action: str = "ec2:RevokeSecurityGroupIngress",
    reason: str = "",
    undone_by: str = "",
    ended: datetime | None = None,
) -> Change:
    step = WrittenStep(
        do=Call(action, {"x": "y"}),
        undo=Call(action.replace("Revoke", "Authorize"), {}),
        on=of.finding.resource,
        what="a part of it",
    )
    return Change(
        id=name,
        finding=of.finding,
        steps=[step],
        state=state,
        by=by,
        at=began,
        environment=of.environment,
        ended_at=ended or began + timedelta(seconds=seconds),
        reason=reason,
        undone_by=undone_by,
    )


def incident(
    name: str, signature: str, began: datetime, minutes: float | None, summary: str = ""
) -> Incident:
    return Incident(
        id=name,
        account=ACCOUNT,
        region=REGION,
        signature=signature,
        summary=summary,
        began_at=began,
        ended_at=began + timedelta(minutes=minutes) if minutes is not None else None,
    )


def sweep(when: datetime, *unknown: tuple[str, str, str], region: str = REGION) -> Said:
    said = {
        "checks": ["acm_expiring", "open_admin_ports", "public_bucket"],
        "unknown": [list(one) for one in unknown],
        "findings": 3,
        "seen": {"public_bucket": 12},
    }
    return region, when, said
