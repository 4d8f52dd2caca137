"""Cost Explorer over a bill that was set: usage and forecast, in shapes botocore vouches for.

The bill is rows of one day and one usage type, with what was used of it; every answer is computed from
them, nothing is canned. What is set with it of CloudTrail's past is in LookupEvents from then on.
"""

import calendar
import json
import math
import os
import statistics
import uuid
from collections import deque
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from ministack.core.responses import get_account_id

from ...events import trail
from ...http.answers import RefusedError
from ...http.gateway import Gateway
from . import anomalies
from .cost_explorer import vouched

_days: list[dict[str, Any]] = []
FORECAST_DAYS = 14
"""With fewer days of bills there is no forecast."""
FIELDS = {
    "SERVICE": "service",
    "REGION": "region",
    "USAGE_TYPE": "usage_type",
    "RECORD_TYPE": "record_type",
    "LINKED_ACCOUNT": "account",
}


def install(gateway: Gateway) -> None:
    """Let the bill be set."""

    def put(body: bytes) -> bytes:
        said = json.loads(body)
        _days[:] = said["days"]
        anomalies.put(said["anomalies"])
        for deed in said.get("deeds", []):
            _remember(deed)
        return b"{}"

    gateway.pages["/_bridge/bill"] = put


def _remember(deed: dict[str, Any]) -> None:
    """A call of an earlier day, by a role, as CloudTrail's record of it: behind all that were seen."""
    account, region = os.environ["MINISTACK_ACCOUNT_ID"], os.environ["MINISTACK_REGION"]
    role = {"type": "Role", "userName": deed["by"], "accountId": account}
    seen = {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "AssumedRole",
            "arn": f"arn:aws:sts::{account}:assumed-role/{deed['by']}/deploy",
            "accountId": account,
            "accessKeyId": "ASIAPASTPASTPASTPAST",
            "sessionContext": {"sessionIssuer": role},
        },
        "eventTime": f"{deed['at'][:19]}Z",
        "eventSource": f"{deed['source']}.amazonaws.com",
        "eventName": deed["action"],
        "awsRegion": region,
        "requestParameters": deed["parameters"],
        "responseElements": None,
        "eventID": str(uuid.uuid4()),
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": account,
        "eventCategory": "Management",
    }
    kept = trail._records.setdefault((account, region), deque(maxlen=trail.KEPT))
    kept.appendleft(seen)


@vouched("GetCostAndUsage")
def usage(asked: dict[str, Any]) -> dict[str, Any]:
    """GetCostAndUsage: DAILY or MONTHLY, grouped by up to two dimensions or tags."""
    groups = asked.get("GroupBy", [])
    results = []
    for start, end in _periods(asked):
        rows = [r for r in _days if start <= r["date"] < end and _selected(r, asked.get("Filter"))]
        found: dict[str, Any] = {
            "TimePeriod": {"Start": start, "End": end},
            "Estimated": False,
            "Groups": [],
        }
        if groups:
            found["Total"] = {}
            parts: dict[tuple[str, ...], list[dict[str, Any]]] = {}
            for row in rows:
                parts.setdefault(tuple(_key(row, g) for g in groups), []).append(row)
            found["Groups"] = [
                {"Keys": list(keys), "Metrics": _metrics(asked["Metrics"], part)}
                for keys, part in sorted(parts.items())
            ]
        else:
            found["Total"] = _metrics(asked["Metrics"], rows)
        results.append(found)
    said: dict[str, Any] = {"ResultsByTime": results, "DimensionValueAttributes": []}
    if groups:
        said["GroupDefinitions"] = groups
    return said


@vouched("GetCostForecast")
def forecast(asked: dict[str, Any]) -> dict[str, Any]:
    """GetCostForecast: the mean of the fourteen billed days before it, carried on.

    Its interval is as wide as those days scatter.
    """
    begin = asked["TimePeriod"]["Start"]
    rows = [r for r in _days if r["date"] < begin and _selected(r, asked.get("Filter"))]
    sums: dict[str, float] = {}
    for row in rows:
        sums[row["date"]] = sums.get(row["date"], 0.0) + float(row["usd"])
    billed = [sums[day] for day in sorted(sums)[-FORECAST_DAYS:]]
    if len(billed) < FORECAST_DAYS:
        raise RefusedError(
            "DataUnavailableException",
            "Insufficient amount of historical data to generate forecast",
        )
    level = asked.get("PredictionIntervalLevel")
    wide = statistics.NormalDist().inv_cdf(0.5 + level / 200) if level else 0.0
    results, total = [], 0.0
    for start, end in _periods(asked):
        length = (date.fromisoformat(end) - date.fromisoformat(start)).days
        usd = statistics.mean(billed) * length
        total += usd
        result = {"TimePeriod": {"Start": start, "End": end}, "MeanValue": _amount(usd)}
        if level:
            half = wide * statistics.pstdev(billed) * math.sqrt(length)
            result["PredictionIntervalLowerBound"] = _amount(usd - half)
            result["PredictionIntervalUpperBound"] = _amount(usd + half)
        results.append(result)
    return {"Total": {"Amount": _amount(total), "Unit": "USD"}, "ForecastResultsByTime": results}


@vouched("GetDimensionValues")
def dimension_values(asked: dict[str, Any]) -> dict[str, Any]:
    """GetDimensionValues."""
    period, field = asked["TimePeriod"], FIELDS.get(asked["Dimension"], "")
    rows = [r for r in _days if period["Start"] <= r["date"] < period["End"]]
    values = sorted({_value(r, field) for r in rows})
    found = [{"Value": v, "Attributes": {}} for v in values]
    return {"DimensionValues": found, "ReturnSize": len(found), "TotalSize": len(found)}


def _periods(asked: dict[str, Any]) -> Iterator[tuple[str, str]]:
    start, end = (date.fromisoformat(asked["TimePeriod"][k][:10]) for k in ("Start", "End"))
    if start >= end:
        raise RefusedError(
            "ValidationException", "Start date (and hour) should be before end date (and hour)"
        )
    if asked["Granularity"] not in ("DAILY", "MONTHLY"):
        raise RefusedError(
            "ValidationException", f"granularity {asked['Granularity']} is not emulated"
        )
    while start < end:
        if asked["Granularity"] == "DAILY":
            following = start + timedelta(days=1)
        else:
            following = start.replace(day=1) + timedelta(
                days=calendar.monthrange(start.year, start.month)[1]
            )
        yield start.isoformat(), min(following, end).isoformat()
        start = following


def _metrics(names: list[str], rows: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """Sums. Quantities are added whatever their units, and then have none, as AWS does."""
    units = {str(r.get("unit", "N/A")) for r in rows if r.get("quantity")}
    usd = {"Amount": _amount(sum(float(r["usd"]) for r in rows)), "Unit": "USD"}
    used = {
        "Amount": _amount(sum(float(r.get("quantity", 0)) for r in rows)),
        "Unit": units.pop() if len(units) == 1 else "N/A",
    }
    return {n: used if n == "UsageQuantity" else usd for n in names}


def _amount(usd: float) -> str:
    return f"{usd:.10f}".rstrip("0").rstrip(".") or "0"


def _key(row: dict[str, Any], group: dict[str, str]) -> str:
    if group["Type"] == "TAG":
        return f"{group['Key']}${row.get('tags', {}).get(group['Key'], '')}"
    return _value(row, FIELDS.get(group["Key"], group["Key"].lower()))


def _value(row: dict[str, Any], field: str) -> str:
    absent = {"account": get_account_id(), "record_type": "Usage"}
    return str(row.get(field, absent.get(field, f"No{field.title().replace('_', '')}")))


def _selected(row: dict[str, Any], expression: dict[str, Any] | None) -> bool:
    if not expression:
        return True
    (kind, inner), *more = expression.items()
    if more:
        raise RefusedError("ValidationException", "Expression has multiple operators")
    match kind:
        case "And":
            return all(_selected(row, e) for e in inner)
        case "Or":
            return any(_selected(row, e) for e in inner)
        case "Not":
            return not _selected(row, inner)
        case "Dimensions":
            return _value(row, FIELDS.get(inner["Key"], inner["Key"].lower())) in inner["Values"]
        case "Tags":
            value = row.get("tags", {}).get(inner["Key"])
            absent = "ABSENT" in inner.get("MatchOptions", [])
            return value is None if absent else value in inner.get("Values", [])
        case _:
            raise RefusedError("ValidationException", f"{kind} is not emulated")
