"""HTTP APIs that fail since a stage of theirs was changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from steadyhand.checks.deploys.http_api_errors_after_deploy import HttpApiErrorsAfterDeploy
from steadyhand.engine.event_index import woken_by
from steadyhand.engine.wakes import index
from steadyhand.sources.apigateway import (
    HttpApis,
    HttpErrorsLately,
    HttpRequestsLately,
    HttpStages,
)
from tests.canonical import ACCOUNT
from tests.checks.recorded import spot
from tests.engine.events.test_alarm_events import alarm, metric
from tests.verbs import NOW, Facts, found

CHECK = HttpApiErrorsAfterDeploy()
RARE = "no made-up stage was changed on the day of the look"


def api(key: str) -> dict[str, Any]:
    return {
        "ApiId": key,
        "Name": f"{key} of ours",
        "ProtocolType": "HTTP",
        "RouteSelectionExpression": "$request.method $request.path",
    }


def stage(key: str, hours: float = 1) -> tuple[str, dict[str, Any]]:
    return key, {"StageName": "$default", "LastUpdatedDate": NOW - timedelta(hours=hours)}


BAD: Facts = {
    HttpApis: [api("shop"), api("two")],
    HttpErrorsLately: [("shop", [2.0, 5.0]), ("two", [9.0])],
    HttpRequestsLately: [("shop", [20.0]), ("two", [9.0])],
    HttpStages: [stage("shop"), stage("two", 200), ("two", stage("two")[1] | {"StageName": "new"})],
}
GOOD: Facts = {
    HttpApis: [api("long-ago"), api("rarely"), api("well"), api("odd")],
    HttpErrorsLately: [("long-ago", [50.0]), ("rarely", [4.0]), ("well", []), ("odd", [50.0])],
    HttpRequestsLately: [("long-ago", [50.0]), ("rarely", [4.0]), ("well", [1000.0])],
    HttpStages: [stage("long-ago", 25), stage("rarely"), ("odd", {"StageName": "bare"})],
}


def test_says_how_often_and_which_stage() -> None:
    told = {one.key: one.summary for one in found(CHECK, BAD)}
    assert told["shop"].startswith("shop of ours answered 7 of 20 requests of the last hour")
    assert "its stage new was changed on 23 November 2026" in told["two"]


def test_an_alarm_names_it_by_its_id() -> None:
    said = woken_by(alarm(metric("AWS/ApiGateway", "5xx", ApiId="shop")), index([CHECK]), ACCOUNT)
    assert said.woken == {"shop": ("http_api_errors_after_deploy",)}


def numbers(params: Any) -> Any:
    said = {"5xx": dict(BAD[HttpErrorsLately]), "Count": dict(BAD[HttpRequestsLately])}
    results = []
    for one in params["MetricDataQueries"]:
        asked = one["MetricStat"]["Metric"]
        name = asked["Dimensions"][0]["Value"]
        results.append({"Id": one["Id"], "Values": said[asked["MetricName"]].get(name, [])})
    return {"MetricDataResults": results}


def test_one_that_does_not_fail_is_not_asked_for_its_stages() -> None:
    def stages(params: Any) -> Any:
        assert params["ApiId"] != "quiet"
        return {"Items": [one for key, one in BAD[HttpStages] if key == params["ApiId"]]}

    spot(
        CHECK,
        {
            "apigatewayv2:GetApis": lambda _: {"Items": [*BAD[HttpApis], api("quiet")]},
            "apigatewayv2:GetStages": stages,
            "cloudwatch:GetMetricData": numbers,
        },
        ["shop", "two"],
    )
