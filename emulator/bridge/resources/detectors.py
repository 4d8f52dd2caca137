"""GuardDuty's detectors, which ministack has not: whether they look, and no finding of theirs."""

from __future__ import annotations

import uuid
from typing import Any

from ministack.core.responses import get_account_id, get_region

from ..http.answers import RefusedError, answer, iso

_detectors: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}


def _here() -> dict[str, dict[str, Any]]:
    return _detectors.setdefault((get_account_id(), get_region()), {})


def _one(params: dict[str, Any]) -> dict[str, Any]:
    """docs.aws.amazon.com/guardduty/latest/APIReference/API_GetDetector.html: no error has a name of its own."""
    found = _here().get(params["DetectorId"])
    if found is None:
        raise RefusedError(
            "BadRequestException",
            "The request is rejected because the input detectorId is not owned by the current account.",
        )
    return found


@answer("guardduty", "CreateDetector")
def create(params: dict[str, Any]) -> dict[str, Any]:
    """CreateDetector: one a region."""
    if _here():
        raise RefusedError(
            "BadRequestException",
            "The request is rejected because a detector already exists for the current account.",
        )
    name = uuid.uuid4().hex
    _here()[name] = {
        "CreatedAt": iso(),
        "UpdatedAt": iso(),
        "ServiceRole": f"arn:aws:iam::{get_account_id()}:role/aws-service-role/guardduty.amazonaws.com/x",
        "Status": "ENABLED" if params["Enable"] else "DISABLED",
        "Tags": params.get("Tags", {}),
    }
    return {"DetectorId": name}


@answer("guardduty", "ListDetectors")
def listed(_: dict[str, Any]) -> dict[str, Any]:
    """ListDetectors."""
    return {"DetectorIds": list(_here())}


@answer("guardduty", "GetDetector")
def get(params: dict[str, Any]) -> dict[str, Any]:
    """GetDetector."""
    return dict(_one(params))


@answer("guardduty", "UpdateDetector")
def update(params: dict[str, Any]) -> dict[str, Any]:
    """UpdateDetector: suspended, or not."""
    found = _one(params)
    if "Enable" in params:
        found["Status"] = "ENABLED" if params["Enable"] else "DISABLED"
    found["UpdatedAt"] = iso()
    return {}
