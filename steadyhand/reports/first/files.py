"""The files beside the first report: findings as CSV and JSON, and what was seen, by id."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from steadyhand.connect.message import as_json
from steadyhand.engine.scan import Found, ScanResult
from steadyhand.formats import render
from steadyhand.formats.handling import handled_of
from steadyhand.formats.words import moment, public, tame
from steadyhand.model.names import short_name
from steadyhand.rhythm.backlog.items import items_of
from steadyhand.rhythm.core.facts import Facts
from steadyhand.rhythm.core.handling import handled
from steadyhand.rhythm.cost.remembered import bill_out
from steadyhand.rhythm.first.facts import FirstFacts, seen
from steadyhand.settings.values import Settings


def as_told(result: ScanResult, facts: Facts) -> ScanResult:
    """The findings as the report tells them: in the lane of their item, handled as the ledger knows."""
    lanes = {name: item.lane for item in items_of(facts) for name in item.ids}
    ways = {name: handled(record, facts).value for name, record in facts.by_id.items()}
    found = tuple(
        replace(
            one,
            lane=lanes.get(one.finding.id, one.lane),
            handled=ways.get(one.finding.id, ""),
        )
        for one in result.found
    )
    return replace(result, found=found)


def findings_csv(result: ScanResult) -> bytes:
    """As `steadyhand scan --output csv` writes it."""
    return render(result, "csv").encode()


def findings_json(result: ScanResult) -> bytes:
    """Every finding and what could not be known; evidence stays in the account."""
    said = {
        "account": result.account,
        "regions": list(result.regions),
        "findings": [finding_out(one, result.settings) for one in result.found],
        "unknown": [
            {"check": one.check, "region": one.region, "reason": tame(one.reason)}
            for one in result.unknown
        ],
    }
    return as_json(said).encode()


def finding_out(one: Found, decided: Settings) -> dict[str, Any]:
    """One finding."""
    finding = one.finding
    return {
        "id": finding.id,
        "lane": one.lane.value,
        "check": finding.check,
        "category": one.check.category,
        "severity": finding.severity.value,
        "risk": one.risk.value,
        "region": finding.region,
        "resource": finding.resource,
        "summary": tame(finding.summary),
        "name": tame(short_name(finding)),
        "environment": tame(decided.environment(finding)),
        "handled": handled_of(one, decided).value,
        "detonates_at": moment(finding.detonates_at),
        "usd_per_month": finding.usd_per_month,
    }


def inventory_json(first: FirstFacts) -> bytes:
    """What each id that begins with "seen#" stands for."""
    rows = {name: public(said) for name, said in first.seen.rows()}
    if first.facts.bill:
        rows[seen("bill")] = bill_out(first.facts.bill)
    return as_json(rows).encode()
