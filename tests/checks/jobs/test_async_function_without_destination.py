"""Functions that drop what they fail on."""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.checks.jobs.async_function_without_destination import (
    AsyncFunctionWithoutDestination,
)
from steadyhand.engine.survey import Survey
from steadyhand.model import Severity
from steadyhand.sources.cloudwatch import AsyncEvents, DroppedEvents, InvokeConfigs
from steadyhand.sources.lambda_ import Functions, FunctionVersions
from tests.canonical import ACCOUNT, REGION
from tests.checks.recorded import Recorded, spot
from tests.verbs import NOW, found, silent

CHECK = AsyncFunctionWithoutDestination()
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:failed"
STATELESS = "nothing is changed, so no state refuses a change"
EVENT = (
    "lambda:UpdateFunctionConfiguration20150331v2",
    {"FunctionName": "resize", "Timeout": 30},
    {"FunctionName": "resize", "Version": "$LATEST"},
)


def function(name: str, version: str = "$LATEST", queue: str = "") -> dict[str, Any]:
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"
    said = {"FunctionName": name, "FunctionArn": arn, "Version": version}
    return said | ({"DeadLetterConfig": {"TargetArn": queue}} if queue else {})


def config(tries: int = 2, **ends: str) -> dict[str, Any]:
    said = {end: {"Destination": arn} for end, arn in ends.items()}
    return {"MaximumRetryAttempts": tries, "DestinationConfig": said}


def facts(
    name: str,
    taken: tuple[float, ...] = (9.0, 0.0, 3.0),
    dropped: tuple[float, ...] = (),
    configs: tuple[dict[str, Any], ...] = (),
    functions: tuple[dict[str, Any], ...] = (),
) -> dict[Any, list[Any]]:
    """One function, as four reads tell of it."""
    listed = list(functions) or [function(name)]
    return {
        Functions: [one for one in listed if one["Version"] == "$LATEST"],
        FunctionVersions: list(functions),
        AsyncEvents: [(name, list(taken))],
        DroppedEvents: [(name, list(dropped))],
        InvokeConfigs: [(name, one) for one in configs],
    }


def together(*accounts: dict[Any, list[Any]]) -> dict[Any, list[Any]]:
    return {source: [one for said in accounts for one in said[source]] for source in accounts[0]}


BAD = together(
    facts("resize"),
    facts("rare", taken=(1.0,), dropped=(0.0, 1.0)),
    facts("once", configs=(config(0),)),
    facts("told-of-success", configs=(config(OnSuccess=QUEUE),)),
    facts("emptied", functions=(function("emptied") | {"DeadLetterConfig": {}},)),
)
GOOD = together(
    facts("waited-for", taken=()),
    # A resource of CloudFormation is called a few times; its stack says when it fails.
    # turbot/steampipe-mod-aws-compliance#893 lists such functions as alarms.
    facts("copies-zips", taken=(2.0, 7.0)),
    # A queue is as good as a destination: sls-mentor/sls-mentor#67.
    facts("queue", functions=(function("queue", queue=QUEUE),)),
    facts("destination", configs=(config(OnFailure=QUEUE),)),
    facts("alias", configs=(config(0), config(OnFailure=QUEUE))),
    facts("published", functions=(function("published"), function("published", "7", QUEUE))),
    facts("handed-on", dropped=(4.0,), configs=(config(OnFailure=QUEUE),)),
)


def test_says_how_many_and_whether_any_was_lost() -> None:
    resize, rare, once, *_ = found(CHECK, BAD)
    assert resize.summary == (
        "resize sends events that fail nowhere: 12 taken in 14 days, 0 dropped"
    )
    assert (resize.severity, rare.severity) == (Severity.MEDIUM, Severity.HIGH)
    assert once.summary.endswith("; it does not try again")


@pytest.mark.parametrize("taken", [9, 10])
def test_ten_in_two_weeks_are_worth_a_word(taken: int) -> None:
    said = facts("nightly", taken=(float(taken),))
    if taken < CHECK.at_least:
        silent(CHECK, said)
    else:
        assert [one.key for one in found(CHECK, said)] == ["nightly"]


def account_of(names: tuple[str, ...], **taken: float) -> Any:
    """Functions in two versions each, the latter a published one."""

    def metrics(params: Any) -> Any:
        results = []
        for one in params["MetricDataQueries"]:
            metric = one["MetricStat"]["Metric"]
            name = metric["Dimensions"][0]["Value"]
            asked = metric["MetricName"] == "AsyncEventsReceived" and name in taken
            results.append({"Id": one["Id"], "Values": [taken[name]] if asked else []})
        return {"MetricDataResults": results}

    return {
        "lambda:ListFunctions": lambda params: {
            "Functions": [
                function(name, one)
                for name in names
                for one in (("$LATEST", "1") if "FunctionVersion" in params else ("$LATEST",))
            ]
        },
        "cloudwatch:GetMetricData": metrics,
        "lambda:ListFunctionEventInvokeConfigs": lambda params: {
            "FunctionEventInvokeConfigs": [config(OnFailure=QUEUE)]
            if params["FunctionName"] == "kept"
            else []
        },
    }


def test_exactly_who_drops_is_found_by_sweep_and_by_event() -> None:
    spot(CHECK, account_of(("resize", "kept", "waited-for"), resize=40.0, kept=40.0), ["resize"])


def test_only_who_takes_events_is_asked_where_they_go() -> None:
    names = ("resize", *(f"waited-for-{n}" for n in range(40)))
    aws = Recorded(account_of(names, resize=40.0))
    assert [getattr(one, "key", one) for one in Survey([CHECK], aws, NOW)] == ["resize"]
    assert aws.counts["lambda:ListFunctionEventInvokeConfigs"] == 1
    assert aws.counts["cloudwatch:GetMetricData"] == 1
