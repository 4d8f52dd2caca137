"""Terraform's drift as findings of the same kind as CloudFormation's: adopted by a person, never set back by us."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from steadyhand.check import Check
from steadyhand.formats.terraform.report import Drift, Report
from steadyhand.formats.terraform.values import Difference, adopted, differences, hcl, is_marked
from steadyhand.model import GLOBAL, Finding
from steadyhand.sources.arn import arn_of
from steadyhand.sources.keys import ACCOUNT, REGION, queue_url

CHECK = "resource_drift"
QUEUE = re.compile(rf"https://sqs\.({REGION})\.amazonaws\.com(?:\.cn)?/(\d{{12}})/\S+")


def findings(report: Report, check: Check) -> Iterator[Finding]:
    """One for each resource of which more differs than what the provider computes."""
    for drift in report.drifts:
        found = list(
            differences(drift.before, drift.after, drift.secret_before, drift.secret_after)
        )
        if found or drift.action == "delete" or drift.before is None:
            yield _finding(drift, found, drift.id or report.ids.get(drift.address, ""), check)


def _finding(drift: Drift, found: list[Difference], provider_id: str, check: Check) -> Finding:
    account, region, resource = place(drift, provider_id)
    kept = [one for one in found if one.is_kept]
    evidence: dict[str, Any] = {
        "type": drift.type,
        "physical": provider_id,
        "logical": drift.address,
        "managed_by": "terraform",
        "action": drift.action,
        "properties": [
            {"property": one.path, "template": one.before, "now": one.after} for one in kept
        ],
        "others": [one.path for one in found if not one.is_kept],
        "changed_by": {},
        "open_door": False,
        "adopt": adopted(drift.address, found, drift.written) if drift.action != "delete" else "",
        "asks": ["Terraform owns it, and Terraform's code is changed by people"],
    }
    return Finding(
        check=check.id,
        account=account,
        region=region,
        resource=resource,
        key=drift.address,
        name=f"terraform {drift.address}",
        summary=summed_up(drift, found),
        severity=check.severity,
        resource_type=drift.type,
        evidence=evidence,
        tags=tags(drift),
    )


def place(drift: Drift, provider_id: str) -> tuple[str, str, str]:
    """Account, region and ARN, as far as the resource names them; else nothing, `global` and the address."""
    live = drift.after or drift.before or {}
    for said in (live.get("arn"), provider_id):
        arn = arn_of(said) if isinstance(said, str) else None
        if arn is not None:
            account = arn.account if ACCOUNT.fullmatch(arn.account) else ""
            return account, arn.region if re.fullmatch(REGION, arn.region) else GLOBAL, str(said)
    if queue := QUEUE.fullmatch(provider_id):
        return queue[2], queue[1], queue_url(provider_id)
    return "", GLOBAL, drift.address


def tags(drift: Drift) -> Mapping[str, str] | None:
    """Its tags, where the report tells them and none is sensitive."""
    live = drift.after or drift.before or {}
    said = live.get("tags_all", live.get("tags"))
    marks = drift.secret_before, drift.secret_after
    hidden = any(
        is_marked(one.get(name)) if isinstance(one, dict) else is_marked(one)
        for one in marks
        for name in ("tags", "tags_all")
    )
    if hidden or not isinstance(said, dict):
        return None
    return {key: value for key, value in said.items() if isinstance(value, str)}


def summed_up(drift: Drift, found: list[Difference]) -> str:
    """What differs, in a clause."""
    address = briefly(drift.address, 80)
    if drift.action == "delete":
        return f"{address} was deleted behind Terraform's back"
    if not found:
        return f"{address} differs from Terraform's state; the report tells no values"
    first, more = found[0], len(found) - 1
    beside = f", and {more} more" if more else ""
    if not first.is_kept:
        return f"{address} differs from Terraform's state: {briefly(first.path, 40)} is another{beside}"
    now, was = (briefly(hcl(side), 30) for side in (first.after, first.before))
    return f"{address} differs from Terraform's state: {briefly(first.path, 40)} is {now}, was {was}{beside}"


def briefly(said: str, most: int) -> str:
    """The beginning of it."""
    return said if len(said) <= most else f"{said[: most - 1]}…"
