"""AWS Config does not record.

What rules judge and what people look up afterwards is what was recorded. While the recorder stands
still, every rule keeps its last answer and looks fine.

Fix: start the recorder again. It is done at once where it was stopped within a day; one that has been
off for longer is asked about, for each recorded change costs money. A recorder that another service
keeps is left to that service.
Undo: stop it again. What it recorded meanwhile stays.

Steered by: who may stop the recorder: it is started again, and they are named.
At worst: the configuration recorder is stopped, or started, and costs money.

Runbook:

1. Who stopped it? `aws cloudtrail lookup-events --lookup-attributes
   AttributeKey=EventName,AttributeValue=StopConfigurationRecorder`.
2. If it was to save money, record fewer types instead, or daily.
3. Start it: `aws configservice start-configuration-recorder --configuration-recorder-name NAME`.
4. If it is meant to be off: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.checks.guards import risk_of, since, was_just_stopped
from steadyhand.model import Call, Finding, Permit, Risk, Severity, Step, field_of
from steadyhand.sources.config import RecorderStatus
from steadyhand.triggers import ApiCalled, days

NAMED = "requestParameters.configurationRecorderName"


ONE = ("configuration-recorder/{ConfigurationRecorderName}/*",)
NAMES_ONE = {"ConfigurationRecorderName": r"[\w-]+"}


class ConfigRecorderOff(Check):
    severity = Severity.MEDIUM
    risk = Risk.SAFE
    reads = (RecorderStatus,)
    wakes = (
        days(1),
        ApiCalled("config:StopConfigurationRecorder", NAMED),
        ApiCalled("config:StartConfigurationRecorder", NAMED),
        ApiCalled("config:DeleteConfigurationRecorder", NAMED),
        ApiCalled(
            "config:PutConfigurationRecorder", "requestParameters.configurationRecorder.name"
        ),
    )
    writes = (
        Permit("config:StartConfigurationRecorder", ONE, shape=NAMES_ONE),
        Permit("config:StopConfigurationRecorder", ONE, shape=NAMES_ONE),
    )
    resource_type = "AWS::Config::ConfigurationRecorder"
    consequence = "Changes are not recorded, and every rule keeps its last answer."
    short = "records nothing"
    hours_lost = (1, 8)
    peers = (
        "P:config_recorder_all_regions_enabled",
        "ASR:Config.1",
        "C7N:account/check-config",
    )

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        for recorder in account[RecorderStatus]:
            name = recorder["name"]
            if recorder.get("recording", True) or recorder.get("servicePrincipal"):
                continue
            stopped = recorder.get("lastStopTime")
            yield self.finding(
                account,
                resource=recorder.get("arn")
                or account.arn("config", f"configuration-recorder/{name}"),
                key=name,
                summary=f"the recorder {name} has recorded nothing{since(stopped)}",
                recorder=name,
                just_stopped=was_just_stopped(stopped, now),
            )

    def plan(self, finding: Finding) -> Iterator[Step]:
        name = finding.evidence["recorder"]
        recorder = {"ConfigurationRecorderName": name}
        yield Step(
            owns=field_of(
                finding.resource,
                "recording",
                RecorderStatus,
                name,
                value=lambda status: bool(status.get("recording")),
            ),
            makes=True,
            do=Call("config:StartConfigurationRecorder", recorder),
            undo=Call("config:StopConfigurationRecorder", recorder),
            settles=timedelta(minutes=5),
        )

    def risk_with_plan(self, finding: Finding) -> Risk:
        return risk_of(finding, self.risk)
