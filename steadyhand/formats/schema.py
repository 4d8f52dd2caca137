"""The public JSON, version 1: what others may rely on. Fields are in the order they are printed.

A field may be added within a version; to change or to take one away makes a new version.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from steadyhand.engine.scan import Found, ScanResult
from steadyhand.formats.handling import handled_of
from steadyhand.formats.words import moment, public, tame, whole
from steadyhand.model import Call, Change, Lane, Risk, Severity, Step, Unknown, WrittenStep
from steadyhand.model.names import short_name
from steadyhand.rhythm.core.handling import Handled
from steadyhand.settings.values import Settings

VERSION: Literal["1"] = "1"
Moment = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]


class Strict(BaseModel):
    """A closed shape: nothing else is in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CallOut(Strict):
    """One API call. `action` is spelled as the API does."""

    action: str
    params: Mapping[str, Any]


class StepOut(Strict):
    """One move of a fix, and what undoes it; null where nothing does."""

    do: CallOut
    undo: CallOut | None


class FindingOut(Strict):
    """One time bomb. `resource` is an ARN wherever AWS defines one."""

    id: Annotated[str, Field(pattern=r"^fi-[0-9a-f]{10}$")]
    check: str
    category: str
    status: Literal["fail"]
    severity: Severity
    risk: Risk
    region: str
    resource: str
    resource_type: str
    summary: str
    detonates_at: Moment | None
    usd_per_month: float | None
    evidence: Mapping[str, Any]
    plan: list[StepOut]
    name: str
    environment: str
    lane: Lane
    handled: Handled


class UnknownOut(Strict):
    """A check that could not see. Never a pass."""

    check: str
    region: str
    reason: str


class ScanOut(Strict):
    """What `steadyhand scan --output json` prints."""

    schema_version: Literal["1"]
    account: str
    regions: list[str]
    checks: list[str]
    started_at: Moment
    finished_at: Moment
    findings: list[FindingOut]
    unknown: list[UnknownOut]
    api_calls: Mapping[str, int]


class ChangeOut(Strict):
    """One fix. `state` is verified where its effect was seen."""

    id: str
    finding: str
    check: str
    state: str
    by: str
    at: Moment
    reason: str
    plan: list[StepOut]


class ReactOut(Strict):
    """What `steadyhand react` prints."""

    woken: list[str]
    findings: list[FindingOut]
    changes: list[ChangeOut]
    ignored: str | None


def scan_out(result: ScanResult) -> ScanOut:
    """A scan in its public shape."""
    return ScanOut(
        schema_version=VERSION,
        account=result.account,
        regions=list(result.regions),
        checks=[check.id for check in result.checks],
        started_at=moment(result.started_at) or "",
        finished_at=moment(result.finished_at) or "",
        findings=[finding_out(one, result.settings) for one in result.found],
        unknown=[unknown_out(one) for one in result.unknown],
        api_calls=result.api_calls,
    )


def finding_out(one: Found, decided: Settings) -> FindingOut:
    """A finding in its public shape."""
    finding = one.finding
    return FindingOut(
        id=finding.id,
        check=finding.check,
        category=one.check.category,
        status="fail",
        severity=finding.severity,
        risk=one.risk,
        region=finding.region,
        resource=whole(finding.resource),
        resource_type=finding.resource_type,
        summary=whole(finding.summary),
        detonates_at=moment(finding.detonates_at),
        usd_per_month=finding.usd_per_month,
        evidence=public(finding.evidence),
        plan=[step_out(step) for step in one.plan],
        name=whole(short_name(finding)),
        environment=whole(decided.environment(finding)),
        lane=one.lane,
        handled=handled_of(one, decided),
    )


def step_out(step: Step | WrittenStep) -> StepOut:
    """A step in its public shape."""
    return StepOut(do=call_out(step.do), undo=call_out(step.undo) if step.undo else None)


def call_out(call: Call) -> CallOut:
    """A call in its public shape. What is filled in later is {"$ref": [step, name]}."""
    return CallOut(action=call.action, params=public(call.params))


def unknown_out(one: Unknown) -> UnknownOut:
    """What could not be known, in its public shape."""
    return UnknownOut(check=one.check, region=one.region, reason=tame(one.said))


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a scan."""
    return ScanOut.model_json_schema()


def change_out(change: Change) -> ChangeOut:
    """A change in its public shape."""
    return ChangeOut(
        id=change.id,
        finding=change.finding.id,
        check=change.finding.check,
        state=change.state,
        by=change.by,
        at=moment(change.at) or "",
        reason=tame(change.reason),
        plan=[step_out(step) for step in change.steps],
    )


def react_out(
    woken: Sequence[str],
    found: Sequence[Found],
    changes: Sequence[Change],
    ignored: str | None,
    decided: Settings,
) -> ReactOut:
    """What came of an event in its public shape."""
    return ReactOut(
        woken=list(woken),
        findings=[finding_out(one, decided) for one in found],
        changes=[change_out(change) for change in changes],
        ignored=ignored,
    )
