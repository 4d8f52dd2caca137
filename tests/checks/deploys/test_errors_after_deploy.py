"""Functions that fail since they were changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from steadyhand.checks.deploys.errors_after_deploy import ErrorsAfterDeploy
from steadyhand.engine.event_index import woken_by
from steadyhand.engine.wakes import index
from steadyhand.sources.cloudwatch import CallsLately, ErrorsLately
from steadyhand.sources.lambda_ import Functions
from tests.canonical import ACCOUNT, REGION
from tests.checks.recorded import spot
from tests.verbs import NOW, Facts, found, silent

CHECK = ErrorsAfterDeploy()
STATELESS = "nothing is changed, so no state refuses a change"
RARE = "no made-up function was changed on the day of the look"
EVENT = (
    "lambda:UpdateFunctionCode20150331v2",
    {"FunctionName": "checkout"},
    {"FunctionName": "checkout", "Version": "$LATEST"},
)


def function(name: str, hours: float = 1, **more: Any) -> dict[str, Any]:
    """As Lambda spells a time: 2026-11-23T08:00:00.000+0000."""
    at = f"{NOW - timedelta(hours=hours):%Y-%m-%dT%H:%M:%S.000%z}"
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"
    return {"FunctionName": name, "FunctionArn": arn, "LastModified": at} | more


BAD: Facts = {
    Functions: [function("checkout"), function("all"), function("edge"), function("uncounted")],
    ErrorsLately: [
        ("checkout", [2.0, 5.0, 0.0]),
        ("all", [9.0]),
        ("edge", [5.0]),
        # Two numbers of CloudWatch may arrive at different times.
        ("uncounted", [6.0]),
    ],
    CallsLately: [("checkout", [20.0]), ("all", [9.0]), ("edge", [100.0]), ("uncounted", [])],
}
GOOD: Facts = {
    Functions: [
        function("long-ago", hours=25),
        function("rarely"),
        function("seldom-of-many"),
        function("uncalled"),
        function("unmeasured"),
        function("ahead", hours=-2),
        function("misspelled", LastModified="yesterday"),
        {"FunctionName": "bare"},
    ],
    ErrorsLately: [
        ("long-ago", [50.0]),
        ("rarely", [4.0]),
        ("seldom-of-many", [49.0]),
        ("uncalled", []),
        ("ahead", [50.0]),
        ("misspelled", [50.0]),
        ("bare", [50.0]),
    ],
    CallsLately: [("long-ago", [50.0]), ("rarely", [4.0]), ("seldom-of-many", [1000.0])],
}


def test_says_how_often_and_since_when() -> None:
    told = {one.key: one.summary for one in found(CHECK, BAD)}
    assert told["checkout"] == (
        "checkout failed 7 of 20 times in the last hour; it was changed on 23 November 2026 at 08:00 UTC"
    )
    assert told["uncounted"].startswith("uncounted failed 6 of 6 times")


@pytest.mark.parametrize(("percent", "failures"), [(6, 5), (5, 6)])
def test_the_owner_says_what_is_many(percent: int, failures: int) -> None:
    edge: Facts = {
        Functions: [function("edge")],
        ErrorsLately: [("edge", [5.0])],
        CallsLately: [("edge", [100.0])],
    }
    assert found(CHECK, edge)
    silent(ErrorsAfterDeploy(percent=percent, failures=failures), edge)


def test_somebodys_alarm_on_its_errors_wakes_it_with_its_name() -> None:
    """The alarm's event as CloudWatch's user guide shows it ("Alarm events and EventBridge")."""
    metric = {
        "namespace": "AWS/Lambda",
        "name": "Errors",
        "dimensions": {"FunctionName": "checkout"},
    }
    event = {
        "version": "0",
        "id": "c4c1c1c9-6542-e61b-6ef0-8c4d36933a92",
        "detail-type": "CloudWatch Alarm State Change",
        "source": "aws.cloudwatch",
        "account": ACCOUNT,
        "time": "2026-11-23T08:41:07Z",
        "region": REGION,
        "resources": [f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:late night"],
        "detail": {
            "alarmName": "late night",
            "state": {"value": "ALARM"},
            "previousState": {"value": "OK"},
            "configuration": {"metrics": [{"id": "m", "metricStat": {"metric": metric}}]},
        },
    }
    assert woken(event) == {"checkout": ["errors_after_deploy"]}
    metric["name"] = "Duration"
    assert woken(event) == {}


def woken(event: dict[str, Any]) -> dict[str, list[str]]:
    said = woken_by(event, index([CHECK])).woken
    return {key: list(checks) for key, checks in said.items()}


def metrics(params: Any) -> Any:
    said = {"Errors": dict(BAD[ErrorsLately]), "Invocations": dict(BAD[CallsLately])}
    results = []
    for one in params["MetricDataQueries"]:
        metric = one["MetricStat"]["Metric"]
        name = metric["Dimensions"][0]["Value"]
        results.append({"Id": one["Id"], "Values": said[metric["MetricName"]].get(name, [])})
    return {"MetricDataResults": results}


def test_sweep_and_event_find_the_same() -> None:
    every = [*BAD[Functions], function("quiet")]
    said = {"lambda:ListFunctions": lambda _: {"Functions": every}}
    spot(
        CHECK,
        said | {"cloudwatch:GetMetricData": metrics},
        [one["FunctionName"] for one in BAD[Functions]],
    )
