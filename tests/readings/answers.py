"""AWS from a table of answers, each request held to botocore's model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from botocore.session import Session
from botocore.validate import ParamValidator

from steadyhand.model import Call, ReadFailed
from steadyhand.readings.measures.read import measure
from steadyhand.rhythm.core.measured import Measured
from steadyhand.rhythm.core.period import Cadence, Period, period_of
from steadyhand.settings.values import Settings
from tests.reports.accounts import ledger_rows
from tests.reports.accounts.measured import NOTHING

REGION = "eu-west-1"
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
MAY = period_of(Cadence.MONTHLY, NOW, "Europe/Dublin", "2026-05")
SETTINGS = Settings(regions=[REGION], home=REGION, time_zone="Europe/Dublin")
SESSION = Session()
Numbers = Callable[[str, Mapping[str, str], datetime, datetime], list[tuple[datetime, float]]]


def validated(call: Call) -> None:
    """AWS would take it."""
    name = call.operation
    model = SESSION.get_service_model(call.service).operation_model(name)
    if model.input_shape is None:
        assert not call.params
        return
    report = ParamValidator().validate(dict(call.params), model.input_shape)
    assert not report.has_errors(), (call.action, report.generate_report())


@dataclass
class Client:
    """AWS from a table of answers; one that is missing is as of an empty account."""

    answers: dict[str, Any] = field(default_factory=dict)
    numbers: Numbers = field(default=lambda *_: [])
    denied: frozenset[str] = frozenset()
    is_scheduled: bool = False
    region: str = REGION
    partition: str = "aws"
    account: str = ledger_rows.ACCOUNT
    calls: list[tuple[str, Call]] = field(default_factory=list)

    def elsewhere(self, region: str) -> Client:
        return replace(self, region=region)

    def ask(self, call: Call) -> Any:
        validated(call)
        self.calls.append((self.region, call))
        if call.action in self.denied:
            raise ReadFailed("AccessDeniedException", "no")
        if call.action == "cloudwatch:GetMetricData":
            return self.metrics(call.params)
        found = self.answers.get(call.action, NOTHING.get(call.action))
        if callable(found):
            return found(call.params)
        assert found is not None, call.action
        return found

    def metrics(self, params: Mapping[str, Any]) -> Mapping[str, Any]:
        said = []
        assert len(params["MetricDataQueries"]) <= 500
        for query in params["MetricDataQueries"]:
            metric = query["MetricStat"]["Metric"]
            where = {one["Name"]: one["Value"] for one in metric["Dimensions"]}
            values = (
                self.numbers(metric["MetricName"], where, params["StartTime"], params["EndTime"])
                if where != {"ScheduleGroup": "default"} or self.is_scheduled
                else []
            )
            said.append(
                {
                    "Id": query["Id"],
                    "Timestamps": [at for at, _ in values],
                    "Values": [value for _, value in values],
                }
            )
        return {"MetricDataResults": said}

    def asked(self, action: str) -> list[Call]:
        return [call for _, call in self.calls if call.action == action]


def read(
    client: Client, period: Period = MAY, now: datetime = NOW, settings: Settings = SETTINGS
) -> Measured:
    found = measure(client, period, settings, now, wait=lambda _: None)
    assert found is not None
    return found


BALANCER = {
    "LoadBalancerName": "api",
    "LoadBalancerArn": f"arn:aws:elasticloadbalancing:{REGION}:1:loadbalancer/app/api/50dc6c495c0c9188",
    "Scheme": "internet-facing",
    "Type": "application",
}
