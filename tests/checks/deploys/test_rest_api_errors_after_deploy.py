"""REST APIs that fail since a stage of theirs was changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from steadyhand.checks.deploys.rest_api_errors_after_deploy import RestApiErrorsAfterDeploy
from steadyhand.engine.event_index import woken_by
from steadyhand.engine.wakes import index
from steadyhand.sources.apigateway import (
    RestApisByName,
    RestErrorsLately,
    RestRequestsLately,
    RestStages,
)
from tests.canonical import ACCOUNT
from tests.checks.recorded import spot
from tests.engine.events.test_alarm_events import alarm, metric
from tests.verbs import NOW, Facts, found, silent

CHECK = RestApiErrorsAfterDeploy()
NEEDED = ("id", "name")
RARE = "no made-up stage was changed on the day of the look"


def api(name: str, **more: Any) -> dict[str, Any]:
    return {"id": f"id-{name}", "name": name} | more


def stages(name: str, hours: float = 1, **more: Any) -> tuple[str, dict[str, Any]]:
    old = {"stageName": "v1", "lastUpdatedDate": NOW - timedelta(days=90)}
    new = {"stageName": "prod", "lastUpdatedDate": NOW - timedelta(hours=hours)} | more
    return f"id-{name}", {"item": [old, new]}


BAD: Facts = {
    RestApisByName: [api("shop"), api("all"), api("edge"), api("uncounted")],
    RestErrorsLately: [
        ("shop", [2.0, 5.0, 0.0]),
        ("all", [9.0]),
        ("edge", [5.0]),
        # Two numbers of CloudWatch may arrive at different times.
        ("uncounted", [6.0]),
    ],
    RestRequestsLately: [("shop", [20.0]), ("all", [9.0]), ("edge", [100.0]), ("uncounted", [])],
    RestStages: [stages("shop"), stages("all"), stages("edge", 24), stages("uncounted")],
}
GOOD: Facts = {
    RestApisByName: [
        api(one)
        for one in ("long-ago", "rarely", "seldom-of-many", "uncalled", "ahead", "undeployed", "odd")
    ],
    RestErrorsLately: [
        ("long-ago", [50.0]), ("rarely", [4.0]), ("seldom-of-many", [49.0]), ("uncalled", []),
        ("ahead", [50.0]), ("undeployed", [50.0]), ("odd", [50.0]),
    ],
    RestRequestsLately: [("long-ago", [50.0]), ("rarely", [4.0]), ("seldom-of-many", [1000.0])],
    RestStages: [
        stages("long-ago", 25), stages("rarely"), stages("seldom-of-many"), stages("uncalled"),
        stages("ahead", -2), ("id-odd", {"item": [{"stageName": "bare"}]}),
    ],
}  # fmt: skip


def test_says_how_often_and_since_when() -> None:
    told = {one.key: one.summary for one in found(CHECK, BAD)}
    assert told["shop"] == (
        "shop answered 7 of 20 requests of the last hour with an error of its own;"
        " its stage prod was changed on 23 November 2026 at 08:00 UTC"
    )
    assert told["uncounted"].startswith("uncounted answered 6 of 6 requests")


@pytest.mark.parametrize(("percent", "failures"), [(6, 5), (5, 6)])
def test_the_owner_says_what_is_many(percent: int, failures: int) -> None:
    edge: Facts = {
        RestApisByName: [api("edge")],
        RestErrorsLately: [("edge", [5.0])],
        RestRequestsLately: [("edge", [100.0])],
        RestStages: [stages("edge")],
    }
    assert found(CHECK, edge)
    silent(RestApiErrorsAfterDeploy(percent=percent, failures=failures), edge)


def test_an_alarm_names_it_by_its_name() -> None:
    """Not by its id, as alarms on HTTP APIs do: hyp3 #2044."""
    for dimensions in ({"ApiName": "shop"}, {"ApiName": "shop", "Stage": "prod"}):
        said = woken_by(
            alarm(metric("AWS/ApiGateway", "5XXError", **dimensions)), index([CHECK]), ACCOUNT
        )
        assert said.woken == {"shop": ("rest_api_errors_after_deploy",)}
    for name, dimensions in (("4XXError", {"ApiName": "shop"}), ("5xx", {"ApiId": "a1b2c3"})):
        said = woken_by(
            alarm(metric("AWS/ApiGateway", name, **dimensions)), index([CHECK]), ACCOUNT
        )
        assert not said.woken


def numbers(params: Any) -> Any:
    said = {"5XXError": dict(BAD[RestErrorsLately]), "Count": dict(BAD[RestRequestsLately])}
    results = []
    for one in params["MetricDataQueries"]:
        asked = one["MetricStat"]["Metric"]
        name = asked["Dimensions"][0]["Value"]
        results.append({"Id": one["Id"], "Values": said[asked["MetricName"]].get(name, [])})
    return {"MetricDataResults": results}


def test_sweep_and_event_find_the_same() -> None:
    every = [*BAD[RestApisByName], api("quiet")]
    by_api = dict(BAD[RestStages])
    spot(
        CHECK,
        {
            "apigateway:GetRestApis": lambda _: {"items": every},
            "apigateway:GetStages": lambda params: by_api.get(params["restApiId"], {"item": []}),
            "cloudwatch:GetMetricData": numbers,
        },
        [one["name"] for one in BAD[RestApisByName]],
    )
