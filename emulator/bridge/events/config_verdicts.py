"""The verdicts of AWS Config's custom rules: kept per rule and resource, announced when one changes."""

from __future__ import annotations

import time
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import config

from ..http.answers import iso, now
from . import bus

_verdicts: dict[tuple[str, str, str], dict[tuple[str, str], dict[str, Any]]] = {}


def verdicts_of(name: str) -> dict[tuple[str, str], dict[str, Any]]:
    """The verdicts of a rule, by type and id of the resource."""
    return _verdicts.setdefault((get_account_id(), get_region(), name), {})


def record(name: str, verdict: dict[str, Any], invoked: float) -> None:
    """Keep a verdict; announce it if the resource had another one, or none."""
    key = (verdict["ComplianceResourceType"], verdict["ComplianceResourceId"])
    kept = verdicts_of(name)
    before = kept.get(key)
    if verdict["ComplianceType"] == "NOT_APPLICABLE":
        kept.pop(key, None)
    else:
        kept[key] = {**verdict, "recorded": now(), "invoked": invoked}
    was = before["ComplianceType"] if before else None
    if was == verdict["ComplianceType"] or (
        was is None and verdict["ComplianceType"] == "NOT_APPLICABLE"
    ):
        return
    told = {
        "resourceId": key[1],
        "awsRegion": get_region(),
        "awsAccountId": get_account_id(),
        "configRuleName": name,
        "recordVersion": "1.0",
        "configRuleARN": (config._config_rules.get(name) or {}).get("ConfigRuleArn", ""),
        "messageType": "ComplianceChangeNotification",
        "newEvaluationResult": _told(name, verdict, now(), invoked),
        "notificationCreationTime": iso(),
        "resourceType": key[0],
    }
    if before:
        told["oldEvaluationResult"] = _told(name, before, before["recorded"], before["invoked"])
    bus.emit("aws.config", "Config Rules Compliance Change", told)


def _told(name: str, verdict: dict[str, Any], recorded: float, invoked: float) -> dict[str, Any]:
    told = {
        "evaluationResultIdentifier": {
            "evaluationResultQualifier": {
                "configRuleName": name,
                "resourceType": verdict["ComplianceResourceType"],
                "resourceId": verdict["ComplianceResourceId"],
                "evaluationMode": "DETECTIVE",
            },
            "orderingTimestamp": iso(_seconds(verdict.get("OrderingTimestamp"))),
        },
        "complianceType": verdict["ComplianceType"],
        "resultRecordedTime": iso(recorded),
        "configRuleInvokedTime": iso(invoked),
    }
    if note := verdict.get("Annotation"):
        told["annotation"] = note
    return told


def _seconds(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else time.time()


def result(name: str, kept: dict[str, Any]) -> dict[str, Any]:
    """A verdict as the API answers it."""
    found = {
        "EvaluationResultIdentifier": {
            "EvaluationResultQualifier": {
                "ConfigRuleName": name,
                "ResourceType": kept["ComplianceResourceType"],
                "ResourceId": kept["ComplianceResourceId"],
                "EvaluationMode": "DETECTIVE",
            },
            "OrderingTimestamp": _seconds(kept.get("OrderingTimestamp")),
        },
        "ComplianceType": kept["ComplianceType"],
        "ResultRecordedTime": kept["recorded"],
        "ConfigRuleInvokedTime": kept["invoked"],
    }
    return found | ({"Annotation": kept["Annotation"]} if kept.get("Annotation") else {})


def compliance(kept: list[dict[str, Any]]) -> dict[str, Any]:
    """What verdicts come to."""
    bad = sum(v["ComplianceType"] == "NON_COMPLIANT" for v in kept)
    if bad:
        return {
            "ComplianceType": "NON_COMPLIANT",
            "ComplianceContributorCount": {"CappedCount": min(bad, 25), "CapExceeded": bad > 25},
        }
    good = any(v["ComplianceType"] == "COMPLIANT" for v in kept)
    return {"ComplianceType": "COMPLIANT" if good else "INSUFFICIENT_DATA"}
