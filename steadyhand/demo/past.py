"""The rows of a made-up past: findings seen, fixed and undone, alarms that fired, on days of its months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from steadyhand.ledger.table import Ledger
from steadyhand.model import (
    STEADYHAND,
    Call,
    Change,
    ChangeState,
    Exemption,
    Finding,
    FindingStatus,
    Incident,
    Note,
    Record,
    Risk,
    Severity,
    WrittenStep,
)

PRODUCTION, STAGING, DEVELOPMENT = "production", "staging", "development"


def calls_of(finding: Finding) -> WrittenStep:
    """What fixes a finding of this check, and what undoes it."""
    key, check = finding.key, finding.check
    if check in {"open_admin_ports", "open_data_ports"}:
        port = 22 if check == "open_admin_ports" else 5432
        world = {"CidrIp": "0.0.0.0/0", "Description": "quick test"}
        grant = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [world]}
        said = {"GroupId": key, "IpPermissions": [grant]}
        return WrittenStep(
            do=Call("ec2:RevokeSecurityGroupIngress", said),
            undo=Call("ec2:AuthorizeSecurityGroupIngress", said),
        )
    do, undo = CALLS[check]
    return WrittenStep(
        do=Call(do[0], _filled(do[1], key)), undo=Call(undo[0], _filled(undo[1], key))
    )


def _filled(params: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: key if value is KEY else value for name, value in params.items()}


KEY = object()
"""Where the resource's own name goes."""

RECOVERY = "PointInTimeRecoverySpecification"
CALLS: Mapping[str, tuple[tuple[str, Mapping[str, Any]], tuple[str, Mapping[str, Any]]]] = {
    "dynamodb_pitr_off": (
        (
            "dynamodb:UpdateContinuousBackups",
            {"TableName": KEY, RECOVERY: {"PointInTimeRecoveryEnabled": True}},
        ),
        (
            "dynamodb:UpdateContinuousBackups",
            {"TableName": KEY, RECOVERY: {"PointInTimeRecoveryEnabled": False}},
        ),
    ),
    "endless_logs": (
        ("logs:PutRetentionPolicy", {"logGroupName": KEY, "retentionInDays": 365}),
        ("logs:DeleteRetentionPolicy", {"logGroupName": KEY}),
    ),
    "acm_expiring": (
        ("acm:RequestCertificate", {"DomainName": KEY, "ValidationMethod": "DNS"}),
        ("acm:DeleteCertificate", {"CertificateArn": KEY}),
    ),
    "queue_without_dlq": (
        ("sqs:SetQueueAttributes", {"QueueUrl": KEY, "Attributes": {"RedrivePolicy": "{…}"}}),
        ("sqs:SetQueueAttributes", {"QueueUrl": KEY, "Attributes": {"RedrivePolicy": ""}}),
    ),
    "unattached_volume": (
        ("ec2:DeleteVolume", {"VolumeId": KEY}),
        ("ec2:CreateVolume", {"SnapshotId": KEY, "AvailabilityZone": "eu-central-1a"}),
    ),
}


@dataclass(kw_only=True)
class Quarter:
    """What the ledger gets, from `since` until `now`. `last` is the last of its months: "2026-10"."""

    last: str
    week: str
    since: datetime
    now: datetime
    records: list[Record] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    exemptions: list[Exemption] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def write(self, ledger: Ledger) -> None:
        """Into the ledger, each row once."""
        for record in self.records:
            ledger.observe(record, None)
        for change in self.changes:
            ledger.put(change)
        for incident in self.incidents:
            ledger.incident(incident)
        for exemption in self.exemptions:
            scope = exemption.scope
            ledger.exempt(exemption, [one for one in self.records if one.finding.id == scope])
        for note in self.notes:
            ledger.note(note)
        said = {"until": self.now.isoformat()}
        ledger.note(Note(kind="example", name="history", at=self.since, said=said))


@dataclass(kw_only=True)
class Rows:
    """Makes rows; `begins` are the first moments of the months and of the month after."""

    account: str
    region: str
    begins: Sequence[datetime]
    now: datetime
    made: Quarter = field(init=False)

    def __post_init__(self) -> None:
        monday = self.begins[-1] - timedelta(days=self.begins[-1].weekday() + 7)
        year, week, _ = monday.isocalendar()
        last = f"{self.begins[-2]:%Y-%m}"
        self.made = Quarter(
            last=last, week=f"{year}-W{week:02}", since=self.begins[0], now=self.now
        )

    def on(self, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
        """A moment in one of the months: 0 is the first."""
        return self.begins[month] + timedelta(days=day - 1, hours=hour, minutes=minute)

    def person(self, name: str) -> str:
        """Somebody of the team, as AWS calls them."""
        return f"arn:aws:iam::{self.account}:user/{name}"

    def seen(
        self,
        check: str,
        key: str,
        summary: str,
        *,
        at: datetime,
        severity: Severity,
        resource: str,
        environment: str = PRODUCTION,
        risk: Risk = Risk.ADVICE,
        due: datetime | None = None,
        usd: float | None = None,
        **evidence: Any,
    ) -> Record:
        """A finding, from this moment on."""
        finding = Finding(
            check=check,
            account=self.account,
            region=self.region,
            resource=resource,
            key=key,
            name=f"{resource}#{key}",
            summary=summary,
            severity=severity,
            detonates_at=due,
            usd_per_month=usd,
            evidence=evidence,
        )
        record = Record(
            finding=finding,
            status=FindingStatus.OPEN,
            first_seen=at,
            changed_at=at,
            environment=environment,
            risk=risk,
        )
        self.made.records.append(record)
        return record

    def replaced(self, record: Record, **more: Any) -> Record:
        """The same finding, as it became."""
        new = replace(record, **more)
        self.made.records[self.made.records.index(record)] = new
        return new

    def gone(self, record: Record, at: datetime) -> None:
        """It went away by itself."""
        self.replaced(record, status=FindingStatus.GONE, changed_at=at)

    def fixed(
        self,
        record: Record,
        *,
        seconds: float,
        at: datetime | None = None,
        by: str = "",
    ) -> None:
        """We fixed it: by ourselves at once, or when a person approved."""
        began = at or record.first_seen + timedelta(seconds=2)
        ended = began + timedelta(seconds=seconds)
        self.replaced(record, status=FindingStatus.FIXED, changed_at=ended, fixed_at=(ended,))
        self.change(record, began, ended, by=by)

    def undone_by_person(self, record: Record, *, after: timedelta, by: str) -> None:
        """We closed it, and a person wanted it open again."""
        began = record.first_seen + timedelta(seconds=2)
        undone = began + after
        self.replaced(record, changed_at=undone, undone_at=undone)
        self.change(
            record,
            began,
            undone,
            state=ChangeState.UNDONE,
            undone_by=self.person(by),
            reason="The reports of the month read through this port.",
        )

    def change(self, record: Record, began: datetime, ended: datetime, **more: Any) -> None:
        """What was done, and when it was over."""
        by = more.pop("by", "")
        made = Change(
            id=f"ch-q{len(self.made.changes):09}",
            finding=record.finding,
            steps=[calls_of(record.finding)],
            state=ChangeState.VERIFIED,
            by=self.person(by) if by else STEADYHAND,
            at=began,
            environment=record.environment,
            ended_at=ended,
        )
        self.made.changes.append(replace(made, **more))

    def fired(self, alarm: str, at: datetime, minutes: float, why: str) -> None:
        """An alarm, and when it stopped."""
        self.made.incidents.append(
            Incident(
                id=f"in-{alarm}-{at:%Y%m%dT%H%M%S}",
                account=self.account,
                region=self.region,
                signature=alarm,
                summary=why,
                began_at=at,
                ended_at=at + timedelta(minutes=minutes),
            )
        )

    def told_people(self, alarm: str, at: datetime, *, sent: bool) -> None:
        """Whether it interrupted somebody."""
        said = {
            "subject": alarm,
            "cause": "incident",
            "what": f"{alarm} fired",
            "ids": [f"in-{alarm}-{at:%Y%m%dT%H%M%S}"],
            "sent": sent,
            "why": "customers notice it" if sent else "nobody notices it yet",
            "night": not 7 <= at.hour < 22,
        }
        name = f"incident-{alarm}-{at:%Y%m%dT%H%M}"
        self.made.notes.append(Note(kind="interrupt", name=name, at=at, said=said))
