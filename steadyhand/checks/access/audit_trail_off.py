"""A trail does not record who does what.

Switching the audit trail off is what somebody does before doing something nobody should see. It is
also what a cost saver did last spring; either way, from then on nobody can tell who changed what.

Fix: start the trail again. It is done at once where it was stopped within a day; a trail that has been
off for longer is asked about, for delivering costs money. A trail of your organization is left to its
account.
Undo: stop it again. What it recorded meanwhile stays.

Steered by: who may stop a trail (cloudtrail:StopLogging): it is started again, and they are named.
At worst: a trail of the account is started or stopped.

Runbook:

1. Who stopped it, and from where? `steadyhand show FINDING`; or `aws cloudtrail lookup-events
   --lookup-attributes AttributeKey=EventName,AttributeValue=StopLogging`.
2. If nobody knows of it, treat it as an intrusion: look at what was done since.
3. Start it: `aws cloudtrail start-logging --name TRAIL`.
4. Take `cloudtrail:StopLogging` and `cloudtrail:DeleteTrail` from everybody but one role.
5. If it is meant to be off, delete it, or exempt it:
   `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.checks.guards import risk_of, since, was_just_stopped
from steadyhand.model import Call, Finding, Permit, Risk, Severity, Step, field_of
from steadyhand.sources.cloudtrail import Trails, TrailStatus
from steadyhand.triggers import ApiCalled, days

ONE = ("trail/{Name:last}",)
NAMES_ONE = r"arn:[^:]+:cloudtrail:[^:]+:\d{12}:trail/[\w.-]+"


class AuditTrailOff(Check):
    severity = Severity.HIGH
    risk = Risk.SAFE
    reads = (Trails, TrailStatus)
    wakes = (
        days(1),
        ApiCalled("cloudtrail:StopLogging", "requestParameters.name"),
        ApiCalled("cloudtrail:StartLogging", "requestParameters.name"),
        ApiCalled("cloudtrail:DeleteTrail", "requestParameters.name"),
        ApiCalled("cloudtrail:CreateTrail", "responseElements.trailARN"),
    )
    writes = (
        Permit("cloudtrail:StartLogging", ONE, shape={"Name": NAMES_ONE}),
        Permit("cloudtrail:StopLogging", ONE, shape={"Name": NAMES_ONE}),
    )
    resource_type = "AWS::CloudTrail::Trail"
    consequence = "Whatever is done from now on, nobody will know by whom."
    short = "records nothing"
    hours_lost = (4, 80)
    peers = (
        "P:cloudtrail_multi_region_enabled_logging_management_events",
        "ASR:CloudTrail.1",
        "CFG:CLOUD_TRAIL_ENABLED",
        "C7N:account/check-cloudtrail",
    )

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        status = dict(account[TrailStatus])
        for trail in account[Trails]:
            name, arn = trail.get("Name", "?"), trail["TrailARN"]
            said = status.get(arn)
            is_ours = arn.split(":")[4] == account.id and trail.get("HomeRegion") == account.region
            if said is None or said.get("IsLogging", True) or not is_ours:
                continue
            stopped = said.get("StopLoggingTime")
            yield self.finding(
                account,
                resource=arn,
                key=arn,
                summary=f"the trail {name} records nothing{since(stopped)}",
                trail=arn,
                just_stopped=was_just_stopped(stopped, now),
            )

    def plan(self, finding: Finding) -> Iterator[Step]:
        arn = finding.evidence["trail"]
        yield Step(
            owns=field_of(
                finding.resource,
                "logging",
                TrailStatus,
                arn,
                value=lambda pair: bool(pair[1].get("IsLogging")),
            ),
            makes=True,
            do=Call("cloudtrail:StartLogging", {"Name": arn}),
            undo=Call("cloudtrail:StopLogging", {"Name": arn}),
            settles=timedelta(minutes=5),
        )

    def risk_with_plan(self, finding: Finding) -> Risk:
        return risk_of(finding, self.risk)
