"""How things stand: from the ledger where one is deployed, else from the last scan, else by looking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from steadyhand.cli import client
from steadyhand.cli.choice import chosen
from steadyhand.cli.options import Here
from steadyhand.cli.progress import watched
from steadyhand.cli.scans import scan_store
from steadyhand.cli.session import NO_TABLE, Session, now, open_session
from steadyhand.engine.scan import Found, ScanResult, scan
from steadyhand.model import FindingStatus, ReadFailed, Record, Unknown
from steadyhand.reference.dated import dated
from steadyhand.rhythm.core.effort import effort_in
from steadyhand.rhythm.core.facts import Facts, exempted, sweep_of
from steadyhand.rhythm.core.kinds import kinds
from steadyhand.rhythm.core.period import Cadence, Period, period_of
from steadyhand.settings.values import Settings

NOTES = ("move", "date", "usage")
"""What people and calendars were told before, and who was seen to use what was asked about."""


@dataclass(frozen=True, kw_only=True)
class AccountStatus:
    """The facts until now. Without a ledger nothing is known of yesterday, and of no person's word.

    `unknown` is what a look could not read; the ledger's gaps are in its sweeps.
    """

    facts: Facts
    session: Session
    is_remembered: bool
    unknown: tuple[Unknown, ...] = ()
    seen_at: datetime | None = None


def account_status(here: Here, *, look: bool = False) -> AccountStatus:
    """From the ledger; with `look`, or where none is deployed, from the last scan or a new one. Reads only."""
    session = open_session(here)
    if not look:
        try:
            return from_ledger(session)
        except ReadFailed as failed:
            if failed.code != NO_TABLE:
                raise
    seen = None if look or here.regions else scan_store.last(session.aws.account, session.decided)
    if seen is None:
        with watched() as watch:
            regions = client.connect_all(here, session.decided)
            seen = scan(chosen(session.decided), regions, now, watch, session.decided)
        scan_store.keep(seen)
    return AccountStatus(
        facts=facts_in(seen, session.decided),
        session=session,
        is_remembered=False,
        unknown=tuple(seen.unknown),
        seen_at=seen.finished_at,
    )


def from_ledger(session: Session) -> AccountStatus:
    """What is remembered. `ReadFailed` where there is no ledger."""
    ledger = session.ledger
    exemptions = tuple(ledger.exemptions())
    records = tuple(exempted(ledger.records(), exemptions))
    facts = Facts(
        account=session.aws.account,
        period=until_now(session.decided, now()),
        settings=session.decided,
        records=records,
        exemptions=exemptions,
        sweeps=tuple(sweep_of(*row) for row in ledger.sweeps()),
        notes={kind: tuple(ledger.notes(kind)) for kind in NOTES},
        kinds=kinds({one.finding.check for one in records}, session.decided.knobs),
        effort=effort_in(dated("hours")),
    )
    return AccountStatus(facts=facts, session=session, is_remembered=True)


def until_now(decided: Settings, moment: datetime) -> Period:
    """The month so far."""
    local = moment.astimezone(ZoneInfo(decided.time_zone))
    period = period_of(Cadence.MONTHLY, moment, decided.time_zone, f"{local:%Y-%m}")
    return replace(period, until=local, is_running=True)


def facts_in(seen: ScanResult, decided: Settings) -> Facts:
    """What one look knows: every finding is as if it were new."""
    return Facts(
        account=seen.account,
        period=until_now(decided, seen.finished_at),
        settings=decided,
        records=tuple(record_of(one, seen, decided) for one in seen.found),
        kinds=kinds({one.check.id for one in seen.found}, decided.knobs),
        effort=effort_in(dated("hours")),
    )


def record_of(one: Found, seen: ScanResult, decided: Settings) -> Record:
    """A finding as the ledger would have it after its first look."""
    return Record(
        finding=one.finding,
        status=FindingStatus.OPEN,
        first_seen=seen.started_at,
        changed_at=seen.started_at,
        environment=decided.environment(one.finding),
        risk=one.risk,
        plan="seen" if one.plan else "",
    )


def blind(account_status: AccountStatus) -> Sequence[str]:
    """The checks that could not see everything, at the last look."""
    names = {one.check for one in account_status.unknown}
    for sweep in account_status.facts.sweeps:
        names |= {check for check, _, _ in sweep.unknown}
    return sorted(names)
