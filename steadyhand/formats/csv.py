"""CSV, for spreadsheets. No cell can be taken for a formula."""

from __future__ import annotations

import csv
import io

from steadyhand.engine.scan import ScanResult
from steadyhand.formats.handling import handled_of
from steadyhand.formats.words import cell, moment
from steadyhand.model.names import short_name

HEAD = (
    "id",
    "lane",
    "severity",
    "risk",
    "check",
    "category",
    "status",
    "account",
    "region",
    "resource",
    "resource_type",
    "summary",
    "detonates_at",
    "usd_per_month",
    "consequence",
    "name",
    "environment",
    "handled",
)


def render(result: ScanResult) -> str:
    """A line for each finding, then one for each thing that is unknown."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(HEAD)
    for one in result.found:
        finding = one.finding
        said = (
            finding.id,
            one.lane,
            finding.severity,
            one.risk,
            finding.check,
            one.check.category,
            "fail",
            result.account,
            finding.region,
            finding.resource,
            finding.resource_type,
            finding.summary,
            moment(finding.detonates_at),
        )
        cost = "" if finding.usd_per_month is None else f"{finding.usd_per_month:.2f}"
        more = (
            one.check.consequence,
            short_name(finding),
            result.settings.environment(finding),
            handled_of(one, result.settings),
        )
        rows.writerow([*map(cell, said), cost, *map(cell, more)])
    for blind in result.unknown:
        row = dict.fromkeys(HEAD, "")
        row |= {"check": blind.check, "region": blind.region, "status": "unknown"}
        row |= {
            "account": result.account,
            "resource": blind.concerns or "",
            "summary": blind.reason,
        }
        rows.writerow([cell(row[name]) for name in HEAD])
    return text.getvalue()
