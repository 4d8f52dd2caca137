"""A finding and a change in a few words: what fits beside a name in one line of the demo's table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from steadyhand.catalogue import discovery as catalogue
from steadyhand.catalogue.lanes import lane_of
from steadyhand.demo.planted.ground import TEAM
from steadyhand.demo.terminal import Row
from steadyhand.formats.names import short_name
from steadyhand.formats.words import tame
from steadyhand.model import Change, Finding, FindingStatus, Lane, Mode, Record, Severity
from steadyhand.settings.values import Settings

DONE, YOU, PLANNED, LEFT = "done", "you", "plan", "left"
"""What becomes of a finding: the keys of `terminal.MARKS`."""

OPENS = re.compile(r": (.+) open to the world")
CERTIFICATE = re.compile(r"certificate of (\S+?)(?::|;|$| )")
LONGEST = 12

SHORT = {
    "acm_expiring": "certificate expires",
    "acm_renewal_blocked": "cannot be renewed",
    "audit_trail_off": "records nothing",
    "backup_job_failed": "last backup failed",
    "bucket_versioning_off": "keeps no versions",
    "config_recorder_off": "records nothing",
    "cost_anomaly": "costs far above usual",
    "deprecated_runtime": "runtime has no patches",
    "dynamodb_pitr_off": "no point-in-time recovery",
    "endless_logs": "keeps logs for ever",
    "idle_elastic_ip": "address of nothing",
    "imdsv1_allowed": "allows IMDSv1",
    "messages_expiring": "messages soon deleted",
    "old_access_key": "key never changed",
    "orphan_snapshot": "snapshot nobody needs",
    "public_bucket": "may become public",
    "public_image": "shared with everybody",
    "public_rds_instance": "has a public address",
    "public_rds_snapshot": "shared with everybody",
    "queue_without_dlq": "no dead-letter queue",
    "root_account": "no second factor",
    "short_visibility_timeout": "hides too briefly",
    "stack_drift": "differs from template",
    "unattached_volume": "volume of nothing",
    "unused_access_key": "key nobody uses",
}
FIXED = {
    "acm_renewal_blocked": "DNS record added",
    "dynamodb_pitr_off": "every minute of 35 days kept",
    "endless_logs": "logs kept for a year",
    "rds_backups_off": "backups kept for a week",
}
LET_BE = ("exempt", "hands_off")
WORST = tuple(Severity)
NUMBERS = (
    *("No", "One", "Two", "Three", "Four", "Five", "Six"),
    *("Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve"),
)


def name(finding: Finding) -> str:
    """What a person calls it, without the team's name, which is the same everywhere."""
    if certificate := CERTIFICATE.search(finding.summary):
        return tame(certificate[1])
    called = finding.key if finding.check == "cost_anomaly" else short_name(finding)
    if finding.check == "stack_drift":
        called = called.partition("/")[0]
    return tame(called.removeprefix(f"/{TEAM}/").removeprefix(f"{TEAM}-"))


def what(finding: Finding) -> str:
    """What is wrong with it."""
    if opened := OPENS.search(finding.summary):
        return (
            "every port open" if opened[1] == "everything" else f"{_ports(opened[1])} open to all"
        )
    if finding.check == "rds_backups_off":
        return "no backups" if "no backups" in finding.summary else "too few backups"
    return SHORT.get(finding.check, finding.check.replace("_", " "))


def fixed(change: Change) -> str:
    """What a change did."""
    if opened := OPENS.search(change.finding.summary):
        return f"{_ports(opened[1])} closed to the world"
    return FIXED.get(change.finding.check, "fixed")


def fate(record: Record, decided: Settings) -> str:
    """What becomes of a finding, and by whom."""
    if record.status is not FindingStatus.OPEN:
        return DONE
    if record.held and record.held.guardrail in LET_BE:
        return LEFT
    observes = decided.mode(record.finding.check, record.environment) is Mode.OBSERVE
    return PLANNED if observes or not record.plan else YOU


def when(date: datetime | None, now: datetime) -> str:
    """19 Jun; with the year, not the day, where it is another."""
    if date is None:
        return ""
    return f"{date.day} {date:%b}" if date.year == now.year else f"{date:%b %Y}"


def dollars(amount: float | None) -> str:
    """A month's cost, in at most three digits of precision."""
    return f"${float(f'{amount:.3g}'):,.0f}" if amount and amount >= 1 else ""


def count(number: int) -> str:
    """Twelve; 13."""
    return NUMBERS[number] if number < len(NUMBERS) else str(number)


def lanes(records: Iterable[Record], decided: Settings, now: datetime) -> dict[Lane, Sequence[Row]]:
    """The rows of each lane: dated first, then the worst. The ports of one group are one row."""
    found: dict[Lane, dict[str, list[Record]]] = {lane: {} for lane in Lane}
    for record in sorted(records, key=lambda one: _rank(one, decided)):
        finding = record.finding
        category = catalogue.kind(finding.check)().category
        found[lane_of(finding, category, now, record.risk, record.environment)].setdefault(
            _one(finding), []
        ).append(record)
    return {lane: [row(one, decided, now) for one in rows.values()] for lane, rows in found.items()}


def row(records: Sequence[Record], decided: Settings, now: datetime) -> Row:
    """One line of the table: what several checks say of one thing in the words of the first."""
    record, *others = records
    finding = record.finding
    return Row(
        when=when(finding.detonates_at, now),
        name=name(finding),
        what=what(finding) + (f", {len(records)} checks" if others else ""),
        usd=dollars(finding.usd_per_month),
        mark=fate(record, decided),
    )


def _ports(said: str) -> str:
    return said if len(said) <= LONGEST else "much"


def _one(finding: Finding) -> str:
    return finding.key if OPENS.search(finding.summary) else finding.id


def _rank(record: Record, decided: Settings) -> tuple[float, int, int, str, str]:
    finding = record.finding
    date = finding.detonates_at.timestamp() if finding.detonates_at else float("inf")
    asked = (YOU, DONE, LEFT, PLANNED).index(fate(record, decided))
    return (date, WORST.index(finding.severity), asked, finding.check, finding.name)
