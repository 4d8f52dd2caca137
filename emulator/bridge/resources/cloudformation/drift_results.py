"""Which stack owns a resource, and what CloudFormation says of a detection that failed or ended.

ministack knows the first for stacks only, gives the second as a sentence instead of JSON, leaves a stack
DRIFTED after its resources were repaired, compares stacks that are not at rest, and tells nobody that a
detection ended.
"""

import json
from collections.abc import Callable
from typing import Any

from ministack.services import cloudformation
from ministack.services.cloudformation import handlers
from ministack.services.cloudformation.helpers import _error, _p

from ...events import bus

AT_REST = {
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "UPDATE_ROLLBACK_FAILED",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_COMPLETE",
}

Parameters = dict[str, Any]
Handler = Callable[[Parameters], tuple]


def install() -> None:
    """Correct these answers."""
    known = handlers._ACTION_HANDLERS
    known["DescribeStackResources"] = _by_physical_id(known["DescribeStackResources"])
    known["DetectStackDrift"] = _at_rest(_told(known["DetectStackDrift"]))
    known["DetectStackResourceDrift"] = _at_rest(_summed_up(known["DetectStackResourceDrift"]))


def _at_rest(detect: Handler) -> Handler:
    """Stacks at rest are compared, no others: "Detect unmanaged configuration changes", the user guide."""

    def detection(params: Parameters) -> tuple:
        name = _p(params, "StackName")
        status = (handlers._resolve_stack(name) or {}).get("StackStatus", "")
        if status and status not in AT_REST:
            return _error("ValidationError", f"{name} is in {status}, which is not compared")
        return detect(params)

    return detection


def _by_physical_id(answer: Handler) -> Handler:
    """With a resource's id: all resources of the stack that it belongs to."""

    def resources(params: Parameters) -> tuple:
        physical = _p(params, "PhysicalResourceId")
        if physical and _p(params, "StackName"):
            said = "You cannot specify both StackName and PhysicalResourceId"
            return _error("ValidationError", said)
        if not physical:
            return answer(params)
        owner = next(
            (one for one in cloudformation._stacks.values() if _holds(one, physical)), None
        )
        if owner is None:
            return _error("ValidationError", f"Stack for {physical} does not exist")
        return answer({**params, "StackName": [owner["StackId"]]})

    return resources


def _holds(stack: dict[str, Any], physical: str) -> bool:
    ids = (one.get("PhysicalResourceId") for one in stack.get("_resources", {}).values())
    return stack.get("StackStatus") != "DELETE_COMPLETE" and physical in ids


def _told(detect: Handler) -> Handler:
    """A detection's reason is JSON with one failure per resource, and its end an event."""

    def detection(params: Parameters) -> tuple:
        answered = detect(params)
        if answered[0] >= 300:
            return answered
        stack = handlers._resolve_stack(_p(params, "StackName"))
        last = list(stack["_drift_detections"].values())[-1]
        if last["DetectionStatus"] == "DETECTION_FAILED":
            last["DetectionStatusReason"] = _reason(stack, last["Timestamp"])
        _tell(last)
        return answered

    return detection


def _reason(stack: dict[str, Any], at: str) -> str:
    found = (one.get("_drift") or {} for one in stack["_resources"].values())
    failures = [
        {"Resource": one["LogicalResourceId"], "FailureReason": one["DriftStatusReason"]}
        for one in found
        if one.get("Timestamp") == at and one["StackResourceDriftStatus"] == "UNKNOWN"
    ]
    names = ",".join(one["Resource"] for one in failures)
    summary = f"Failed to detect drift on resources [{names}]"
    return json.dumps({"Summary": summary, "Failures": failures}, separators=(",", ":"))


def _tell(detection: dict[str, Any]) -> None:
    detail = {
        "stack-id": detection["StackId"],
        "stack-drift-detection-id": detection["StackDriftDetectionId"],
        "status-details": {
            "stack-drift-status": detection["StackDriftStatus"],
            "detection-status": detection["DetectionStatus"],
        },
    }
    if "DriftedStackResourceCount" in detection:
        count = detection["DriftedStackResourceCount"]
        detail["drift-detection-details"] = {"drifted-stack-resource-count": count}
    kind = "CloudFormation Drift Detection Status Change"
    bus.emit("aws.cloudformation", kind, detail, [detection["StackId"]])


def _summed_up(detect: Handler) -> Handler:
    """A resource that was looked at alone counts for its stack: repaired, the stack is in sync again."""

    def detection(params: Parameters) -> tuple:
        answered = detect(params)
        if answered[0] < 300:
            stack = handlers._resolve_stack(_p(params, "StackName"))
            found = [one.get("_drift") or {} for one in stack["_resources"].values()]
            seen = {one.get("StackResourceDriftStatus") for one in found}
            drifted = seen & {"MODIFIED", "DELETED"}
            status = "DRIFTED" if drifted else "UNKNOWN" if "UNKNOWN" in seen else "IN_SYNC"
            stack["DriftInformation"]["StackDriftStatus"] = status
        return answered

    return detection
