"""One setting of a database instance, as a part that a step may own, and the step that sets a flag."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from steadyhand.check import tags_of
from steadyhand.model import Call, Finding, Part, Permit, Step, field_of
from steadyhand.sources.rds import INSTANCE_STATES, DBInstances

SETTLES = timedelta(minutes=30)
"""RDS modifies when it comes to it."""


def setting(finding: Finding, name: str) -> Part:
    """A setting of the finding's instance. It moves while anything at all is pending.

    ApplyImmediately applies whatever waits, an engine upgrade too, so nothing is sent while
    something does, neither forwards nor back: the same rule serves both.
    """
    return field_of(
        finding.resource,
        name,
        DBInstances,
        finding.evidence["instance"],
        value=lambda instance: instance.get(name),
        born=lambda instance: instance.get("DbiResourceId", ""),
        moving=moving,
        tags=lambda instance: tags_of(instance.get("TagList")),
    )


def moving(instance: Mapping[str, Any]) -> str:
    """Why an instance is in transition; nothing where it is not."""
    if status := INSTANCE_STATES.moving(instance.get("DBInstanceStatus")):
        return status
    waiting = sorted(instance.get("PendingModifiedValues") or {})
    return f"waiting for {', '.join(waiting)}" if waiting else ""


def at_once(setting: str) -> Permit:
    """The permit to set this one flag of an instance, without waiting for its window."""
    return Permit(
        "rds:ModifyDBInstance",
        ("db:{DBInstanceIdentifier}",),
        shape={
            "DBInstanceIdentifier": r"[A-Za-z0-9-]+",
            setting: bool,
            "ApplyImmediately": frozenset({True}),
        },
    )


def turned(finding: Finding, name: str, value: bool) -> Call:
    """One flag of the finding's instance, set at once."""
    params = {
        "DBInstanceIdentifier": finding.evidence["instance"],
        name: value,
        "ApplyImmediately": True,
    }
    return Call("rds:ModifyDBInstance", params)


def flag(finding: Finding, name: str, *, makes: bool) -> Step:
    """One flag of the finding's instance, which is the other way round now."""
    return Step(
        owns=setting(finding, name),
        makes=makes,
        do=turned(finding, name, makes),
        undo=turned(finding, name, not makes),
        settles=SETTLES,
    )
