"""OCSF 1.5 detection findings (class 2004), for security lakes."""

from __future__ import annotations

import json
from typing import Any

from steadyhand.engine.scan import Found, ScanResult
from steadyhand.formats.words import moment, public, tame, title
from steadyhand.model import GLOBAL, Severity

VERSION = "1.5.0"
DETECTION_FINDING, FINDINGS, CREATE, NEW = 2004, 2, 1, 1
SEVERITIES = {
    Severity.LOW: (2, "Low"),
    Severity.MEDIUM: (3, "Medium"),
    Severity.HIGH: (4, "High"),
    Severity.CRITICAL: (5, "Critical"),
}
AWS_ACCOUNT = 10


def render(result: ScanResult) -> str:
    """A list of events. It has no word for what could not be read: see the exit code."""
    return json.dumps([_event(one, result) for one in result.found], indent=2)


def _event(one: Found, result: ScanResult) -> dict[str, Any]:
    finding = one.finding
    number, severity = SEVERITIES[finding.severity]
    seen = int(result.finished_at.timestamp() * 1000)
    place = {} if finding.region == GLOBAL else {"region": finding.region}
    return {
        "activity_id": CREATE,
        "activity_name": "Create",
        "category_uid": FINDINGS,
        "category_name": "Findings",
        "class_uid": DETECTION_FINDING,
        "class_name": "Detection Finding",
        "type_uid": DETECTION_FINDING * 100 + CREATE,
        "type_name": "Detection Finding: Create",
        "severity_id": number,
        "severity": severity,
        "status_id": NEW,
        "status": "New",
        "time": seen,
        "message": tame(finding.summary),
        "metadata": {
            "version": VERSION,
            "profiles": ["cloud"],
            "event_code": finding.check,
            "product": {"name": "Steadyhand", "vendor_name": "Steadyhand"},
        },
        "finding_info": {
            "uid": finding.id,
            "title": title(one.check),
            "desc": tame(f"{finding.summary}. {one.check.consequence}").strip(),
            "created_time": seen,
            "types": [one.check.category],
            "analytic": {
                "type_id": 1,
                "type": "Rule",
                "uid": finding.check,
                "name": title(one.check),
            },
        },
        "resources": [
            {
                "uid": tame(finding.resource),
                "name": tame(finding.key),
                "type": finding.resource_type,
                "cloud_partition": result.partition,
                **place,
            }
        ],
        "cloud": {
            "provider": "AWS",
            "account": {
                "uid": finding.account,
                "name": finding.account,
                "type": "AWS Account",
                "type_id": AWS_ACCOUNT,
            },
            **place,
        },
        "remediation": {"desc": f"steadyhand show {finding.id}"},
        "unmapped": {
            "risk": one.risk,
            "lane": one.lane,
            "detonates_at": moment(finding.detonates_at),
            "usd_per_month": finding.usd_per_month,
            "evidence": public(finding.evidence),
        },
    }
