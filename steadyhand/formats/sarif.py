"""SARIF 2.1.0, for code scanning. What could not be read is a notification, and not a success."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from steadyhand.catalogue.lanes import SECURITY
from steadyhand.check import Check
from steadyhand.engine.scan import Found, ScanResult
from steadyhand.formats.words import moment, public, tame, title, whole
from steadyhand.model import Severity, Unknown

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
}
HOME = "urn:x-steadyhand:readme"
SCORES = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.0",
}
"""What GitHub sorts by."""


def render(result: ScanResult) -> str:
    """One run, a rule for each check, a result for each finding."""
    numbers = {check.id: number for number, check in enumerate(result.checks)}
    run = {
        "tool": {"driver": _driver(result)},
        "invocations": [
            {
                "executionSuccessful": not result.unknown,
                "startTimeUtc": moment(result.started_at),
                "endTimeUtc": moment(result.finished_at),
                "toolExecutionNotifications": [
                    _notification(one, numbers[one.check]) for one in result.unknown
                ],
            }
        ],
        "automationDetails": {"id": f"steadyhand/{result.account}/"},
        "results": [_result(one, numbers[one.check.id], result) for one in result.found],
        "columnKind": "unicodeCodePoints",
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _driver(result: ScanResult) -> dict[str, Any]:
    return {
        "name": "Steadyhand",
        "version": version("steadyhand"),
        "semanticVersion": version("steadyhand"),
        "informationUri": HOME,
        "rules": [_rule(one) for one in result.checks],
    }


def _rule(check: Check) -> dict[str, Any]:
    return {
        "id": check.id,
        "name": "".join(word.title() for word in check.id.split("_")),
        "shortDescription": {"text": title(check)},
        "fullDescription": {"text": f"{title(check)} {check.consequence}".strip()},
        "help": {
            "text": check.runbook.strip() or title(check),
            "markdown": check.runbook.strip() or title(check),
        },
        "defaultConfiguration": {"level": LEVELS[check.severity]},
        "properties": {
            "tags": [check.category, *(["security"] if check.category in SECURITY else [])],
            "security-severity": SCORES[check.severity],
        },
    }


def _result(one: Found, rule: int, result: ScanResult) -> dict[str, Any]:
    finding = one.finding
    return {
        "ruleId": finding.check,
        "ruleIndex": rule,
        "level": LEVELS[finding.severity],
        "kind": "fail",
        "message": {"text": tame(finding.summary) or title(one.check)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _place(one)},
                    "region": {"startLine": 1},
                },
                "logicalLocations": [
                    {
                        "name": tame(finding.key),
                        "fullyQualifiedName": tame(finding.resource),
                        "kind": "resource",
                    }
                ],
            }
        ],
        "partialFingerprints": {"steadyhand/v1": finding.id},
        "properties": {
            "id": finding.id,
            "risk": one.risk,
            "lane": one.lane,
            "region": finding.region,
            "environment": result.settings.environment(finding),
            "detonatesAt": moment(finding.detonates_at),
            "usdPerMonth": finding.usd_per_month,
            "evidence": public(finding.evidence),
        },
    }


def _place(one: Found) -> str:
    """A relative address, which GitHub wants: account, region and resource as a path."""
    finding = one.finding
    last = whole(finding.resource).split(":", 5)[-1]
    return quote(
        f"aws/{finding.account}/{finding.region}/{last}".replace("//", "/"),
        safe="/",
        errors="replace",
    )


def _notification(one: Unknown, rule: int) -> dict[str, Any]:
    return {
        "level": "error",
        "descriptor": {"id": "unknown"},
        "associatedRule": {"id": one.check, "index": rule},
        "message": {"text": tame(f"{one.check} in {one.region} is unknown: {one.said}")},
    }
