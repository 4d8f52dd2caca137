"""A finding and a change in a few words: what fits beside a name in one line of the demo's table."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from steadyhand.catalogue import discovery as catalogue
from steadyhand.catalogue.lanes import foremost, lane_of
from steadyhand.demo.terminal import Row
from steadyhand.formats.words import tame
from steadyhand.model import Change, Finding, FindingStatus, Lane, Record, Severity, priced
from steadyhand.model.names import short_name
from steadyhand.model.planting import TEAM
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.handling import Handled, handled
from steadyhand.rhythm.core.kinds import kind_of
from steadyhand.rhythm.core.period import Cadence, period_of
from steadyhand.settings.values import Settings

DONE = "done"
FATES = (Handled.YOU, Handled.HAND, Handled.AUTO, DONE, Handled.LEFT, Handled.PLANNED)
"""What becomes of a finding, what asks most first: the keys of `terminal.MARKS`."""

OPENS = re.compile(r": (.+) open to the world")
LONGEST = 12

WORST = tuple(Severity)
NUMBERS = (
    *("No", "One", "Two", "Three", "Four", "Five", "Six"),
    *("Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve"),
)


def name(finding: Finding) -> str:
    """What a person calls it, without the team's name, which is the same everywhere."""
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
    known = finding.check in catalogue.places()
    return (known and catalogue.kind(finding.check).short) or finding.check.replace("_", " ")


def fixed(change: Change) -> str:
    """What a change did."""
    if opened := OPENS.search(change.finding.summary):
        return f"{_ports(opened[1])} closed to the world"
    return catalogue.kind(change.finding.check).done


def fate(record: Record, decided: Settings, now: datetime) -> str:
    """What became of a finding; of what is open who takes care of it, as mails and pages say."""
    if record.status is not FindingStatus.OPEN:
        return DONE
    local = now.astimezone(ZoneInfo(decided.time_zone))
    month = period_of(Cadence.MONTHLY, now, decided.time_zone, f"{local:%Y-%m}")
    finding = record.finding
    facts = Facts(
        account=finding.account,
        period=replace(month, until=local, is_running=True),
        settings=decided,
        records=(record,),
        kinds={finding.check: kind_of(catalogue.kind(finding.check)())},
    )
    return handled(record, facts)


def when(date: datetime | None, now: datetime) -> str:
    """19 Jun; with the year, not the day, where it is another."""
    if date is None:
        return ""
    return f"{date.day} {date:%b}" if date.year == now.year else f"{date:%b %Y}"


def dollars(amount: float | None) -> str:
    """A month's cost; nothing where there is none."""
    return priced(amount) if amount else ""


def count(number: int) -> str:
    """Twelve; 13."""
    return NUMBERS[number] if number < len(NUMBERS) else str(number)


def lanes(records: Iterable[Record], decided: Settings, now: datetime) -> dict[Lane, Sequence[Row]]:
    """The rows of each lane: dated first, then the worst. The ports of one group are one row."""
    found: dict[Lane, dict[str, list[Record]]] = {lane: {} for lane in Lane}
    every = sorted(records, key=lambda one: _rank(one, decided, now))
    items: dict[tuple[str, str], list[Lane]] = defaultdict(list)
    for record in every:
        finding = record.finding
        category = catalogue.kind(finding.check)().category
        lane = lane_of(finding, category, now, record.risk, record.environment)
        items[finding.check, record.environment].append(lane)
    for record in every:
        lane = foremost(items[record.finding.check, record.environment])
        found[lane].setdefault(_one(record.finding), []).append(record)
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
        mark=fate(record, decided, now),
    )


def _ports(said: str) -> str:
    return said if len(said) <= LONGEST else "much"


def _one(finding: Finding) -> str:
    return finding.key if OPENS.search(finding.summary) else finding.id


def _rank(record: Record, decided: Settings, now: datetime) -> tuple[float, int, int, str, str]:
    finding = record.finding
    date = finding.detonates_at.timestamp() if finding.detonates_at else float("inf")
    asked = FATES.index(fate(record, decided, now))
    return (date, WORST.index(finding.severity), asked, finding.check, finding.name)
