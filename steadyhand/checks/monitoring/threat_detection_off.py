"""GuardDuty is switched off where it once was on.

Who breaks in likes it dark: the detector is often the first thing that is suspended. Nothing looks at
logins, calls and network traffic any more, and nobody notices, for what is not looked at is quiet.

Fix: enable the detector again. It is done at once where it was suspended within a day; one that has
been off for longer is asked about, for it costs money. A detector that was deleted cannot be brought
back: enabling GuardDuty anew is a person's decision.
Undo: suspend it again. What it found meanwhile stays.

Steered by: who may suspend the detector: it is enabled again, and they are named.
At worst: the detector is suspended, or enabled, and costs money.

Runbook:

1. Who suspended it? `aws cloudtrail lookup-events --lookup-attributes
   AttributeKey=EventName,AttributeValue=UpdateDetector`.
2. If it was to save money, switch off single protection plans instead.
3. Enable it: `aws guardduty update-detector --detector-id DETECTOR --enable`.
4. If it is meant to be off: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.checks.guards import risk_of, since, was_just_stopped
from steadyhand.model import Call, Finding, Permit, Risk, Severity, Step, field_of
from steadyhand.sources.guardduty import DetectorState
from steadyhand.triggers import ApiCalled, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

NAMED = "requestParameters.detectorId"
ON = "ENABLED"


class ThreatDetectionOff(Check):
    severity = Severity.HIGH
    risk = Risk.SAFE
    reads = (DetectorState,)
    wakes = (
        days(1),
        ApiCalled("guardduty:UpdateDetector", NAMED),
        ApiCalled("guardduty:CreateDetector", "responseElements.detectorId"),
    )
    writes = (
        Permit(
            "guardduty:UpdateDetector",
            ("detector/{DetectorId}",),
            shape={"DetectorId": r"[0-9a-f]{1,64}", "Enable": bool},
        ),
    )
    resource_type = "AWS::GuardDuty::Detector"
    consequence = "Whoever breaks in is not noticed."
    short = "looks for no threats"
    hours_lost = (4, 40)
    peers = ("P:guardduty_is_enabled", "ASR:GuardDuty.1", "CFG:GUARDDUTY_ENABLED_CENTRALIZED")

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        for name, detector in account[DetectorState]:
            if detector.get("Status", ON) == ON:
                continue
            stopped = updated(detector)
            yield self.finding(
                account,
                resource=account.arn("guardduty", f"detector/{name}"),
                key=name,
                summary=f"GuardDuty has looked at nothing{since(stopped)}",
                tags=detector.get("Tags") or {},
                detector=name,
                just_stopped=was_just_stopped(stopped, now),
            )

    def plan(self, finding: Finding) -> Iterator[Step]:
        name = finding.evidence["detector"]
        yield Step(
            owns=field_of(
                finding.resource,
                "status",
                DetectorState,
                name,
                value=lambda pair: pair[1].get("Status") == ON,
            ),
            makes=True,
            do=Call("guardduty:UpdateDetector", {"DetectorId": name, "Enable": True}),
            undo=Call("guardduty:UpdateDetector", {"DetectorId": name, "Enable": False}),
            settles=timedelta(minutes=1),
        )

    def risk_with_plan(self, finding: Finding) -> Risk:
        return risk_of(finding, self.risk)

    def demo(self, ground: Ground) -> Things:
        """The detector, suspended this morning."""
        guard = ground.client("guardduty")
        name = guard.create_detector(Enable=True)["DetectorId"]
        guard.update_detector(DetectorId=name, Enable=False)
        yield ground.bomb(self, name)


def updated(detector: Mapping[str, Any]) -> datetime | None:
    """When it was changed last: of a suspended one, when it was suspended, or later."""
    try:
        said = datetime.fromisoformat(str(detector.get("UpdatedAt")))
    except ValueError:
        return None
    return said if said.tzinfo else None
