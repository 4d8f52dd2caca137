"""Accounts to write reviews of: nothing at all, a first month, a usual month, a crowd, poison.

They lie in a ledger made of lists, over a client that answers Cost Explorer from a made-up bill.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from steadyhand.connect.message import Mail
from steadyhand.model import (
    ChangeState,
    Exemption,
    FindingStatus,
    Held,
    Risk,
    Severity,
)
from steadyhand.readings.gather import gather
from steadyhand.reports.compose import compose
from steadyhand.rhythm.core.facts import Facts
from steadyhand.settings.values import Settings
from tests.reports.accounts.doubles import SETTINGS, Client, Ledger, bill
from tests.reports.accounts.kinds import EFFORT, KINDS
from tests.reports.accounts.ledger_rows import (
    MAYA,
    MONDAY,
    NOW,
    REGION,
    at,
    change,
    drifted,
    incident,
    record,
    sweep,
)
from tests.reports.accounts.measured import remembered


@dataclass
class Story:
    """An account and the moment its review is written."""

    ledger: Ledger
    settings: Settings = SETTINGS
    now: datetime = NOW

    def facts(self, cadence: str = "monthly") -> Facts:
        """As they are gathered, but with these checks, so that golden files outlive theirs."""
        said = gather(
            cadence,
            ledger=self.ledger,
            settings=self.settings,
            aws=self.ledger.aws,
            now=self.now,
        )
        return replace(said, kinds=KINDS, prices_of="1 June 2025", effort=EFFORT)

    def mail(self, cadence: str = "monthly") -> Mail:
        return compose(self.facts(cadence))

    def on(self, now: datetime) -> Story:
        return replace(self, now=now)


def usual() -> Story:
    """May at Larkfield: two incidents, one change undone, two dates that need somebody."""
    certificate = record(
        "acm_expiring",
        "certificate/api",
        "the imported certificate of api.larkfield.example expires on 2026-06-19",
        severity=Severity.HIGH,
        risk=Risk.APPROVAL,
        seen=at(5, 20),
        due=at(6, 19, 14, 2),
        certificate="arn:aws:acm:eu-west-1:111122223333:certificate/api",
        names=["api.larkfield.example"],
    )
    renewal = record(
        "acm_renewal_blocked",
        "certificate/app",
        "the certificate of app.larkfield.example waits to be renewed: its record is missing",
        severity=Severity.HIGH,
        risk=Risk.SAFE,
        seen=at(5, 31, 20),
        due=at(8, 14, 12),
    )
    runtime = record(
        "deprecated_runtime",
        "invoice-pdf",
        "invoice-pdf runs on python3.9: no patches from 30 June 2026",
        due=at(6, 30),
        seen=at(4, 2),
    )
    bucket = record(
        "public_bucket",
        "uploads-larkfield",
        "bucket uploads-larkfield does not block public access (none of the four blocks)",
        severity=Severity.HIGH,
        risk=Risk.APPROVAL,
        seen=at(5, 12),
        bucket="uploads-larkfield",
        before=None,
    )
    website = record(
        "public_bucket",
        "press-kit",
        "bucket press-kit does not block public access (policies)",
        severity=Severity.HIGH,
        risk=Risk.APPROVAL,
        exempt=at(6, 24),
        bucket="press-kit",
    )
    ssh = [
        record(
            "open_admin_ports",
            f"sg-{n}/22",
            f"{name} opens SSH to the world",
            severity=Severity.CRITICAL,
            risk=Risk.SAFE,
            environment=environment,
            seen=seen,
            status=FindingStatus.FIXED,
            changed=seen + timedelta(seconds=19),
        )
        for n, (name, environment, seen) in enumerate(
            [
                ("bastion-sg", "production", at(5, 27, 16, 20)),
                ("load-test-sg", "staging", at(5, 8, 10, 5)),
                ("old-vpn-sg", "development", at(4, 11, 12)),
            ]
        )
    ]
    pitr = record(
        "dynamodb_pitr_off",
        "bookings",
        "bookings has no point-in-time recovery",
        severity=Severity.HIGH,
        risk=Risk.SAFE,
        seen=at(5, 6),
        status=FindingStatus.FIXED,
        changed=at(5, 6, 9, 1),
    )
    token = record(
        "imdsv1_allowed",
        "i-search",
        "search-1 allows IMDSv1; nobody asked without one in 14 days",
        risk=Risk.SAFE,
        seen=at(5, 18),
        held=Held("undone", "our change here was undone on 21 May, so we ask"),
    )
    terraform = record(
        "queue_without_dlq",
        "stripe-webhooks",
        "stripe-webhooks has a consumer and no dead-letter queue",
        risk=Risk.APPROVAL,
        held=Held("hands_off", "it carries the tag steadyhand:hands-off"),
    )
    volumes = [
        record(
            "unattached_volume",
            f"vol-{n:02}",
            f"vol-{n:02} is attached to nothing; $8.00 a month",
            severity=Severity.LOW,
            risk=Risk.APPROVAL,
            environment="development",
            usd=8,
            volume=f"vol-{n:02}",
        )
        for n in range(14)
    ]
    logs = [
        record(
            "endless_logs",
            f"/aws/lambda/f{n}",
            f"/aws/lambda/f{n} keeps its logs for ever: 12.0 GB now",
            severity=Severity.LOW,
            risk=Risk.SAFE,
            usd=0.4,
        )
        for n in range(11)
    ]
    key = record(
        "old_access_key",
        "deploy-ci",
        "deploy-ci has an access key from 2025-07-09",
        seen=at(3, 30),
    )
    ledger = Ledger(
        aws=Client(bill=bill()),
        found=[
            certificate,
            drifted(),
            renewal,
            runtime,
            bucket,
            website,
            *ssh,
            pitr,
            token,
            terraform,
            *volumes,
            *logs,
            key,
        ],
        made=[
            change("ch-3c0a11d2e4", ssh[2], at(4, 11, 12), 22),
            change("ch-7m2c90aa01", ssh[1], at(5, 8, 10, 5), 21),
            change("ch-4t9xb2c3d4", pitr, at(5, 6), 7, action="dynamodb:UpdateContinuousBackups"),
            change("ch-2k7p01fe55", ssh[0], at(5, 27, 16, 20), 19),
            change(
                "ch-9f1d77ab02",
                record("public_bucket", "exports", "bucket exports does not block public access"),
                at(5, 20, 13, 30),
                3,
                by=MAYA,
                action="s3:PutPublicAccessBlock",
            ),
            change(
                "ch-5e6f00bb19",
                token,
                at(5, 21, 14, 5),
                action="ec2:ModifyInstanceMetadataOptions",
                state=ChangeState.UNDONE,
                ended=at(5, 21, 14, 31),
                undone_by=MAYA,
            ),
        ],
        fired=[
            incident("in-a1-20260414", "api-5xx", at(4, 14, 3), 52, "api answers with errors"),
            incident("in-b2-20260422", "checkout-latency", at(4, 22, 18), 22, ""),
            incident(
                "in-a1-20260519",
                "api-5xx",
                at(5, 19, 9, 42),
                22,
                "More than 1% of api requests failed for 5 minutes",
            ),
            incident(
                "in-c3-20260506",
                "billing-db-connections",
                at(5, 6, 1, 10),
                9,
                "billing-db has fewer than 5 connections left",
            ),
        ],
        said=[
            Exemption(
                scope=website.finding.id,
                until=at(6, 24),
                because="It is our press kit and meant to be public",
                by=MAYA,
                at=at(5, 2),
            )
        ],
        swept=[
            sweep(at(5, 31, 21)),
            sweep(
                at(5, 31, 6),
                ("stack_drift", REGION, "cloudformation:DetectStackDrift was denied"),
                ("backup_job_failed", REGION, "backup:ListBackupJobs was denied"),
            ),
        ],
        remembered=remembered(),
    )
    return Story(ledger)


def blank() -> Story:
    """Installed a minute ago: no row, and no bill."""
    return Story(Ledger())


def first_month() -> Story:
    """Installed on 11 May, into an account that is as young; it observes."""
    story = usual()
    young = at(5, 11)
    ledger = story.ledger
    ledger.found = [
        replace(one, first_seen=max(one.first_seen, young), changed_at=max(one.changed_at, young))
        for one in ledger.found
        if one.status is FindingStatus.OPEN
    ]
    ledger.made, ledger.said = [], []
    ledger.fired = [one for one in ledger.fired if one.began_at > young]
    ledger.aws.bill = {on: usd for on, usd in bill().items() if on >= young.date()}
    return replace(story, settings=replace(SETTINGS, modes={}))


def quiet() -> Story:
    """A week in which nothing broke, nothing changed, and nothing is due."""
    story = usual()
    key = record("old_access_key", "deploy-ci", "deploy-ci has an access key from 2025-07-09")
    ledger = Ledger(aws=Client(bill=bill()), found=[key], swept=[sweep(at(5, 24, 21))])
    return replace(story, ledger=ledger, now=MONDAY)
