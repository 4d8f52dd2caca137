"""The handler for AWS Config rules: does this resource comply? A change of the verdict is an event that wakes us."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from functions.batches import log, metrics
from functions.context import check, home, look_later, reconciler, wakes
from steadyhand.engine.event_index import COMPLIANCE, RULE, MalformedEvent, region_of, woken_by
from steadyhand.engine.outcome import Look
from steadyhand.model import Call, Unknown

DELETED = ("ResourceDeleted", "ResourceDeletedNotRecorded", "ResourceNotRecorded")
NEEDED = (
    "awsRegion",
    "configurationItemCaptureTime",
    "configurationItemStatus",
    "resourceId",
    "resourceType",
)


class Unseen(Exception):
    """The resource could not be read, so nothing is said of it; its call fails, and is made again."""


def verdict(item: dict[str, Any], look: Look | None) -> dict[str, Any]:
    """One entry of PutEvaluations."""
    said = {
        "ComplianceResourceType": item["resourceType"],
        "ComplianceResourceId": item["resourceId"],
        "OrderingTimestamp": datetime.fromisoformat(item["configurationItemCaptureTime"]),
    }
    if look is None:
        return said | {"ComplianceType": "NOT_APPLICABLE"}
    if not look.findings:
        return said | {"ComplianceType": "COMPLIANT"}
    words = "; ".join(finding.summary for finding in look.findings)
    return said | {"ComplianceType": "NON_COMPLIANT", "Annotation": words[:250]}


def item_of(event: Any) -> dict[str, Any] | None:
    """What Config recorded, or nothing where it evaluates no single resource. `MalformedEvent`."""
    try:
        invoking = json.loads(event["invokingEvent"])
    except (KeyError, TypeError, ValueError, RecursionError):
        raise MalformedEvent("a Config rule's event has an invokingEvent, JSON") from None
    if not isinstance(invoking, dict):
        raise MalformedEvent("a Config rule's invokingEvent is an object")
    item = invoking.get("configurationItem") or invoking.get("configurationItemSummary")
    if not item:
        return None
    if not isinstance(item, dict) or not all(isinstance(item.get(name), str) for name in NEEDED):
        raise MalformedEvent(f"what Config recorded has {', '.join(NEEDED)}")
    region_of({"region": item["awsRegion"]})
    try:
        datetime.fromisoformat(item["configurationItemCaptureTime"])
    except ValueError:
        raise MalformedEvent(
            "what Config recorded has a configurationItemCaptureTime, a time"
        ) from None
    if not all(isinstance(event.get(name), str) for name in ("configRuleName", "resultToken")):
        raise MalformedEvent("a Config rule's event has a configRuleName and a resultToken")
    return item


def key_of(rule: str, item: dict[str, Any]) -> str:
    """The key by which the check of a rule knows what Config recorded: that by which the verdict wakes it."""
    detail = {"configRuleName": rule} | {
        name: item[name] for name in ("resourceType", "resourceId")
    }
    told = {"source": "aws.config", "detail-type": COMPLIANCE, "detail": detail}
    place = {"region": item["awsRegion"], "account": home().account}
    (key,) = woken_by(told | place, wakes()).woken or [item["resourceId"]]
    return key


def wait(subject: str, unknown: Sequence[Unknown]) -> None:
    """There is no verdict. What cannot be seen for now is looked at later; the rest is `Unseen`."""
    metrics.add_metric("Unknown", "Count", len(unknown))
    if lasting := [one for one in unknown if one.until is None]:
        raise Unseen(f"{subject}: {lasting[0].reason}")
    look_later(unknown)
    log.info("no verdict for now", extra={"subject": subject, "reason": unknown[0].reason})


@log.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> None:
    """One resource that Config recorded."""
    del context
    try:
        item = item_of(event)
    except MalformedEvent:
        metrics.add_metric("Failed", "Count", 1)
        raise
    if not item:
        log.info("ignored", extra={"reason": "the evaluation names no resource"})
        metrics.add_metric("Ignored", "Count", 1)
        return
    look = None
    if item["configurationItemStatus"] not in DELETED and not event.get("eventLeftScope"):
        one = check(event["configRuleName"].removeprefix(RULE))
        look = reconciler(item["awsRegion"]).look([one], key_of(event["configRuleName"], item))
        if look.unknown:
            wait(item["resourceId"], look.unknown)
            return
        if not look.items.get(one.id):
            look = None  # it was deleted since Config recorded it
    said = verdict(item, look)
    client = home() if item["awsRegion"] == home().region else reconciler(item["awsRegion"]).aws
    call = {"Evaluations": [said], "ResultToken": event["resultToken"]}
    client.ask(Call("config:PutEvaluations", call))
    log.info("evaluated", extra={"subject": item["resourceId"], "verdict": said["ComplianceType"]})
    metrics.add_metric("Evaluations", "Count", 1)
