"""What a stack's status says of whether CloudFormation can compare it with its template."""

from __future__ import annotations

import re

AT_REST = (
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "UPDATE_ROLLBACK_FAILED",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_COMPLETE",
)
"""Drift can be detected in these only: "Detect unmanaged configuration changes", CloudFormation's user guide."""

WORKING = re.compile(r"(CREATE|UPDATE|IMPORT)\w*_IN_PROGRESS")
"""A stack in one of these is at rest before long."""

UNREST = (
    "UPDATE_IN_PROGRESS",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
    "UPDATE_ROLLBACK_IN_PROGRESS",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
    "IMPORT_IN_PROGRESS",
    "IMPORT_ROLLBACK_IN_PROGRESS",
    "DELETE_IN_PROGRESS",
    "CREATE_FAILED",
    "ROLLBACK_FAILED",
    "UPDATE_FAILED",
    "IMPORT_ROLLBACK_FAILED",
    "DELETE_FAILED",
)
"""Nothing is compared in these, and resources may stand. Those left out never stood, or are gone."""


def in_state(status: str) -> str:
    """A status as a clause: "it is update in progress"."""
    return f"it is {status.lower().replace('_', ' ')}"
