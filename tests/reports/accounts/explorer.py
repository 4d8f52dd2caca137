"""Cost Explorer and CloudTrail as the stories need them: every answer is computed from their bill."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from steadyhand.model import Call, ReadFailed

Bill = Mapping[date, Mapping[str, float]]
"""Dollars by day and service; a service with a minus before it is a credit."""


class Type(NamedTuple):
    """A usage type: its share of its service's cost, its unit, and what a unit costs."""

    name: str
    share: float
    unit: str
    usd: float


TYPES: Mapping[str, Sequence[Type]] = {
    "Amazon Relational Database Service": [
        Type("EUW1-InstanceUsage:db.m6g.large", 0.8, "Hrs", 0.176),
        Type("EUW1-RDS:GP3-Storage", 0.2, "GB-Mo", 0.127),
    ],
    "Amazon Elastic Compute Cloud - Compute": [Type("EUW1-BoxUsage:m6i.large", 1, "Hrs", 0.107)],
    "EC2 - Other": [
        Type("EUW1-NatGateway-Bytes", 0.6, "GB", 0.048),
        Type("EUW1-EBS:VolumeUsage.gp3", 0.4, "GB-Mo", 0.088),
    ],
    "AmazonCloudWatch": [Type("EUW1-DataProcessing-Bytes", 1, "GB", 0.57)],
    "Amazon Simple Storage Service": [Type("EUW1-TimedStorage-ByteHrs", 1, "GB-Mo", 0.023)],
    "Amazon OpenSearch Service": [Type("EUW1-ESInstance:m6g.large", 1, "Hrs", 0.143)],
    "AWS Lambda": [Type("EUW1-Lambda-GB-Second", 1, "Lambda-GB-Second", 0.0000166667)],
    "Amazon DynamoDB": [Type("EUW1-WriteRequestUnits", 1, "N/A", 0.00000141)],
}
DEARER = ("EUW1-BoxUsage:m6i.large", date(2026, 5, 1), 1.02)
"""A price that rose, and when."""


class Line(NamedTuple):
    """One line of a bill."""

    on: date
    service: str
    kind: str
    record: str
    usd: float
    quantity: float
    unit: str


class Done(NamedTuple):
    """One event of CloudTrail."""

    at: datetime
    source: str
    action: str
    by: str
    on: str = ""
    read_only: bool = False
    failed: bool = False


@dataclass
class Explorer:
    """What is asked of it: GetCostAndUsage, GetCostForecast, and LookupEvents by event source."""

    bill: Bill
    band: tuple[float, float] | None = None
    deeds: Sequence[Done] = ()
    quantities: Mapping[tuple[str, date], float] = field(default_factory=dict)

    def ask(self, call: Call) -> dict[str, Any]:
        match call.action:
            case "ce:GetCostAndUsage":
                return self.usage(call.params)
            case "ce:GetCostForecast":
                return self.forecast(call.params)
            case "cloudtrail:LookupEvents":
                return self.events(call.params)
        raise AssertionError(call.action)

    def lines(self) -> Iterator[Line]:
        for on, services in self.bill.items():
            for service, usd in services.items():
                if service.startswith("-"):
                    yield Line(on, service[1:], "", "Credit", usd, 0, "")
                    continue
                for one in TYPES.get(service, [Type(service, 1, "", 1)]):
                    unit_usd = one.usd
                    if one.name == DEARER[0] and on >= DEARER[1]:
                        unit_usd *= DEARER[2]
                    cost = usd * one.share
                    quantity = self.quantities.get((one.name, on), cost / unit_usd)
                    yield Line(on, service, one.name, "Usage", cost, quantity, one.unit)

    def usage(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        first, until = (date.fromisoformat(asked["TimePeriod"][end]) for end in ("Start", "End"))
        found = [
            line
            for line in self.lines()
            if first <= line.on < until and line.usd and selected(line, asked.get("Filter", {}))
        ]
        return {
            "ResultsByTime": [
                self.result(asked, start, end, [one for one in found if start <= one.on < end])
                for start, end in spans(first, until, asked["Granularity"])
            ]
        }

    def result(
        self, asked: Mapping[str, Any], start: date, end: date, lines: Sequence[Line]
    ) -> dict[str, Any]:
        keys = [one["Key"] for one in asked.get("GroupBy", ())]
        groups: dict[tuple[str, ...], list[Line]] = defaultdict(list)
        for one in lines:
            groups[tuple(value(one, key) for key in keys)].append(one)
        made: dict[str, Any] = {
            "TimePeriod": {"Start": start.isoformat(), "End": end.isoformat()},
            "Estimated": True,
            "Groups": [
                {"Keys": list(names), "Metrics": metrics(asked["Metrics"], those)}
                for names, those in groups.items()
            ],
        }
        if not keys:
            made |= {"Groups": [], "Total": metrics(asked["Metrics"], lines)}
        return made

    def forecast(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        if self.band is None:
            raise ReadFailed("DataUnavailableException", "too little history")
        low, high = self.band
        result = {
            "TimePeriod": asked["TimePeriod"],
            "MeanValue": f"{(low + high) / 2}",
            "PredictionIntervalLowerBound": f"{low}",
            "PredictionIntervalUpperBound": f"{high}",
        }
        total = {"Amount": f"{(low + high) / 2}", "Unit": "USD"}
        return {"Total": total, "ForecastResultsByTime": [result]}

    def events(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        wanted = [one["AttributeValue"] for one in asked["LookupAttributes"]]
        found = [
            one
            for one in self.deeds
            if one.source in wanted and asked["StartTime"] <= one.at <= asked["EndTime"]
        ]
        found.sort(key=lambda one: one.at, reverse=True)
        start = int(asked.get("NextToken", 0))
        more = {"NextToken": str(start + 50)} if len(found) > start + 50 else {}
        return {"Events": [event(one) for one in found[start : start + 50]]} | more


def spans(first: date, until: date, granularity: str) -> Iterator[tuple[date, date]]:
    """Days, or months that are cut at both ends."""
    while first < until:
        month = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        end = first + timedelta(days=1) if granularity == "DAILY" else min(month, until)
        yield first, end
        first = end


def value(line: Line, key: str) -> str:
    """What a line says of a dimension."""
    return {"SERVICE": line.service, "USAGE_TYPE": line.kind, "RECORD_TYPE": line.record}[key]


def selected(line: Line, said: Mapping[str, Any]) -> bool:
    """Does an expression of Cost Explorer hold for it? Nothing carries a tag."""
    (name, inner), *_ = said.items() or [("And", [])]
    if name == "And":
        return all(selected(line, one) for one in inner)
    if name == "Not":
        return not selected(line, inner)
    return name == "Dimensions" and value(line, inner["Key"]) in inner["Values"]


def metrics(names: Sequence[str], lines: Sequence[Line]) -> dict[str, Any]:
    """Sums; a quantity of several units has none."""
    units = {one.unit for one in lines}
    made = {
        "UnblendedCost": {"Amount": f"{sum(one.usd for one in lines):.6f}", "Unit": "USD"},
        "UsageQuantity": {
            "Amount": f"{sum(one.quantity for one in lines):.9f}",
            "Unit": units.pop() if len(units) == 1 else "N/A",
        },
    }
    return {name: made[name] for name in names}


def event(done: Done) -> dict[str, Any]:
    """As LookupEvents answers it: a role by its session, and the whole record as text."""
    record: dict[str, Any] = {
        "userIdentity": {
            "type": "AssumedRole",
            "sessionContext": {"sessionIssuer": {"type": "Role", "userName": done.by}},
        }
    }
    if done.failed:
        record["errorCode"] = "AccessDenied"
    return {
        "EventId": f"{done.at:%Y%m%d%H%M%S}-{done.action}",
        "EventName": done.action,
        "ReadOnly": str(done.read_only).lower(),
        "EventTime": done.at.astimezone(UTC),
        "EventSource": done.source,
        "Username": "session-1",
        "Resources": [{"ResourceName": done.on, "ResourceType": "x"}] if done.on else [],
        "CloudTrailEvent": json.dumps(record),
    }
