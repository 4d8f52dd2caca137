"""AWS Security Finding Format: what `aws securityhub batch-import-findings` takes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from steadyhand.aws.service_models import members
from steadyhand.engine.scan import Found, ScanResult
from steadyhand.formats.words import moment, tame, title
from steadyhand.model import GLOBAL, Severity

VERSION = "2018-10-08"
SCORES = {Severity.CRITICAL: 90, Severity.HIGH: 70, Severity.MEDIUM: 40, Severity.LOW: 1}
BATCH = 100
"""Findings that one call takes (Security Hub API, BatchImportFindings)."""

EXPOSED = "TTPs/Initial Access"
PRACTICE = "Software and Configuration Checks/AWS Security Best Practices"


def render(result: ScanResult) -> str:
    """A line for each call that imports them. It has no word for what could not be read: see the exit code."""
    return "".join(batches(result))


def batches(result: ScanResult) -> Iterator[str]:
    """Lists that one call takes, each on a line; none where nothing was found.

    `BatchImportFindings` refuses an empty list, and more than 100 at once.
    """
    found = [_finding(one, result) for one in result.found]
    for at in range(0, len(found), BATCH):
        yield json.dumps(found[at : at + BATCH]) + "\n"


def _finding(one: Found, result: ScanResult) -> dict[str, Any]:
    finding, check = one.finding, one.check
    place = result.regions[0] if finding.region == GLOBAL else finding.region
    hub = f"arn:{result.partition}:securityhub:{place}:{result.account}"
    seen = moment(result.finished_at)
    fields = {"Category": check.category, "Risk": str(one.risk), "Lane": str(one.lane)}
    if finding.detonates_at:
        fields["DetonatesAt"] = moment(finding.detonates_at) or ""
    if finding.usd_per_month is not None:
        fields["UsdPerMonth"] = f"{finding.usd_per_month:.2f}"
    return {
        "SchemaVersion": VERSION,
        "Id": f"steadyhand/{finding.account}/{finding.region}/{finding.id}",
        "ProductArn": f"{hub}:product/{result.account}/default",
        "ProductName": "Steadyhand",
        "GeneratorId": f"steadyhand/{finding.check}",
        "AwsAccountId": finding.account,
        "Region": place,
        "Types": [EXPOSED if check.category == "exposure" else PRACTICE],
        "CreatedAt": seen,
        "UpdatedAt": seen,
        "Severity": {
            "Label": finding.severity.upper(),
            "Normalized": SCORES[finding.severity],
            "Original": str(finding.severity),
        },
        "Title": _short(title(check), 256),
        "Description": _short(f"{finding.summary}. {check.consequence}".strip(), 1024),
        "Remediation": {"Recommendation": {"Text": f"steadyhand show {finding.id}"}},
        "ProductFields": fields,
        "Resources": [
            {
                "Type": _type(finding.resource_type),
                "Id": _short(finding.resource, 512),
                "Partition": result.partition,
                "Region": place,
            }
        ],
        "Compliance": {"Status": "FAILED"},
        "Workflow": {"Status": "NEW"},
        "RecordState": "ACTIVE",
    }


def _short(said: str, most: int) -> str:
    text = tame(said)
    return text if len(text) <= most else f"{text[: most - 1]}…"


@cache
def _types() -> Mapping[str, str]:
    """The resources that Security Hub knows, as its API's model names them, by small letters."""
    return {name.lower(): name for name in members("securityhub", "ResourceDetails")}


def _type(kind: str) -> str:
    """AWS::EC2::SecurityGroup → AwsEc2SecurityGroup; what Security Hub does not know is Other."""
    return _types().get(kind.replace("::", "").lower(), "Other")
