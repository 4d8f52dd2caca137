"""Reads how old keys, secrets and patches are, and whether a backup was ever restored.

Sources, in AWS's references:

* IAM, "Getting credential reports": one report tells of every user's keys.
* Secrets Manager, "ListSecrets": LastRotatedDate is when rotation last ran. A value that a person
  changed by hand is no rotation and does not show here.
* Systems Manager, "InstancePatchState": what the last scan or installation found missing. Hosts
  that Systems Manager does not manage are not seen.
* AWS Backup, "ListRestoreJobs": a completed job's duration is the time to restore; the age of its
  recovery point when it began is what would have been lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from steadyhand.model import Call
from steadyhand.readings.conversation import held
from steadyhand.readings.measures.look import Look
from steadyhand.rhythm.core.measured import Aged, Host, Restore
from steadyhand.sources.iam import credential_report

T = TypeVar("T")
SECURITY, RELIABILITY = "security", "reliability"
KEPT = 5
"""How many of the oldest are remembered."""

MOST = 5
"""So many hosts are remembered by name."""

AT_ONCE = 50
"""As many hosts as one call is asked of."""


def keys(look: Look, wait: Callable[[float], None]) -> tuple[Aged, ...] | None:
    """The oldest keys that open something, the root user's too."""

    def read() -> tuple[Aged, ...]:
        look.in_time()
        found = [
            Aged(name=user.called, region="", since=key.changed)
            for user in held(look.aws, credential_report(look.now), wait)
            for key in user.active
            if key.changed
        ]
        return oldest(found)

    return look.tried(SECURITY, "access keys", read)


def secrets(look: Look) -> tuple[Aged, ...] | None:
    """The secrets that were longest not rotated, by name."""

    def read() -> tuple[Aged, ...]:
        look.in_time()
        listed = look.listed(Call("secretsmanager:ListSecrets", {"MaxResults": 100}), "SecretList")
        found = [
            Aged(name=one["Name"], region=look.aws.region, since=since)
            for one in listed
            if not one.get("DeletedDate")
            and (since := one.get("LastRotatedDate") or one.get("CreatedDate"))
        ]
        return oldest(found)

    return look.tried(SECURITY, "secrets", read)


def oldest(found: Iterable[Aged]) -> tuple[Aged, ...]:
    """Those that are longest as they are."""
    return tuple(sorted(found, key=lambda one: (one.since, one.name, one.region))[:KEPT])


def hosts(look: Look) -> tuple[int, tuple[Host, ...]] | None:
    """How many hosts are managed, and those that lack patches or were never looked at."""

    def read() -> tuple[int, tuple[Host, ...]]:
        look.in_time()
        call = Call("ssm:DescribeInstanceInformation", {"MaxResults": 50})
        there = {one["InstanceId"]: one for one in look.listed(call, "InstanceInformationList")}
        names = sorted(there)
        states: dict[str, Mapping[str, Any]] = {}
        for start in range(0, len(names), AT_ONCE):
            asked = {"InstanceIds": names[start : start + AT_ONCE], "MaxResults": 100}
            call = Call("ssm:DescribeInstancePatchStates", asked)
            for state in look.listed(call, "InstancePatchStates"):
                states[state["InstanceId"]] = state
        found = [host(look, there[name], states.get(name)) for name in names]
        return len(names), worst(one for one in found if one.missing or one.at is None)

    return look.tried(SECURITY, "hosts", read)


def host(look: Look, known: Mapping[str, Any], state: Mapping[str, Any] | None) -> Host:
    """One managed host; without a state nobody ever looked for patches."""
    said = state or {}
    missing = int(said.get("MissingCount", 0)) + int(said.get("FailedCount", 0))
    return Host(
        name=known.get("ComputerName") or known["InstanceId"],
        region=look.aws.region,
        missing=missing,
        at=said.get("OperationEndTime"),
        was_patched=said.get("Operation") == "Install",
    )


def worst(found: Iterable[Host]) -> tuple[Host, ...]:
    """Those that nobody ever looked at first, then those looked at longest ago."""
    ranked = sorted(found, key=lambda one: (one.at is not None, _seconds(one.at), one.name))
    return tuple(ranked)


def _seconds(at: datetime | None) -> float:
    return at.timestamp() if at else 0


def restores(look: Look) -> tuple[Restore, ...] | None:
    """The backups that were restored in the month."""

    def read() -> tuple[Restore, ...]:
        asked = {
            "ByStatus": "COMPLETED",
            "ByCompleteAfter": look.period.since,
            "ByCompleteBefore": look.period.until,
            "MaxResults": 1000,
        }
        jobs = look.listed(Call("backup:ListRestoreJobs", asked), "RestoreJobs")
        found = [restore(one) for one in jobs if look.period.holds(one.get("CompletionDate"))]
        return tuple(sorted(found, key=lambda one: (one.at, one.name))[-KEPT:])

    return look.tried(RELIABILITY, "restores", read)


def restore(job: Mapping[str, Any]) -> Restore:
    """One job, by the name of what was restored."""
    arn = job.get("SourceResourceArn") or job.get("RecoveryPointArn", "")
    began, made = job["CreationDate"], job.get("RecoveryPointCreationDate")
    return Restore(
        name=arn.rpartition(":")[2].rpartition("/")[2] or job.get("ResourceType", "a backup"),
        at=job["CompletionDate"],
        seconds=(job["CompletionDate"] - began).total_seconds(),
        lost_seconds=(began - made).total_seconds() if made else None,
    )
