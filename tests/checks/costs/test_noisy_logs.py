"""Log groups whose lines cost much, and the line that does."""

from __future__ import annotations

import json
from typing import Any

import pytest

from steadyhand.account import Account
from steadyhand.checks.costs.noisy_logs import NoisyLogs
from steadyhand.checks.log_lines import heaviest
from steadyhand.engine.survey import Survey
from steadyhand.model import Answer, Finding, ReadFailed
from steadyhand.sources.cloudwatch import LogBytes
from steadyhand.sources.log_lines import LogLines
from steadyhand.sources.logs import LogGroups
from tests.canonical import ACCOUNT, REGION
from tests.checks.recorded import Recorded, outcomes, spot
from tests.verbs import NOW, Facts, found

CHECK = NoisyLogs()
GB = 1024**3
EVENT = ("logs:DeleteLogGroup", {"logGroupName": "/api"})


def group(name: str, **more: Any) -> dict[str, Any]:
    arn = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}"
    return {"logGroupName": name, "arn": f"{arn}:*", "logGroupArn": arn} | more


def daily(name: str, *gigabytes: float) -> tuple[str, list[float]]:
    return name, [one * GB for one in gigabytes]


def said(name: str, *messages: str) -> list[tuple[str, dict[str, Any]]]:
    return [(name, {"message": one}) for one in messages]


HITS = [f"cache hit for customer-{n} in {n} ms" for n in range(8)]
BAD: Facts = {
    LogGroups: [
        group("/api"),
        group("/untold"),
        group("/half", logGroupClass="INFREQUENT_ACCESS"),
        group("/grew"),
    ],
    LogBytes: [
        daily("/api", *[2.0] * 30),
        daily("/untold", 50),
        daily("/half", 70),
        daily("/grew", *[4.0] * 7, *[2.0] * 7, *[1.0] * 14),
    ],
    LogLines: [*said("/api", *HITS, "order 7 paid", "order 9 paid")],
}
GOOD: Facts = {
    # Kept bytes are no bytes taken in: an old group costs little, cloud-custodian/cloud-custodian#7987.
    LogGroups: [
        group("/old", storedBytes=900 * GB),
        group("/small"),
        group("/silent"),
        group("/half", logGroupClass="INFREQUENT_ACCESS"),
        group("/vended", logGroupClass="DELIVERY"),
    ],
    # A group without numbers was not written to: cloud-custodian/cloud-custodian#5938 names the metric.
    LogBytes: [
        daily("/old", 1),
        daily("/small", 31),
        daily("/silent"),
        daily("/half", 60),
        daily("/vended", 500),
    ],
    LogLines: [],
}


def test_says_what_it_costs_and_which_line() -> None:
    """In eu-central-1 a gigabyte is 63 cents, half of that where it is seldom read; each line counts 26 bytes more."""
    api, untold, half, grew = found(CHECK, BAD)
    assert api.summary == (
        "/api took in 60.0 GB in 30 days, $37.80 a month;"
        ' 86% of it, about $32.48, is "cache hit for * in * ms"'
    )
    assert untold.summary == "/untold took in 50.0 GB in 30 days, $31.50 a month"
    assert half.usd_per_month == 22.05
    assert grew.summary.endswith("; twice the week before")


def test_a_group_that_nobody_measured_is_not_judged_though_it_costs_nothing_to_tell() -> None:
    assert [one.key for one in found(NoisyLogs(cents=0), GOOD)] == ["/old", "/small", "/half"]


def test_nobody_pays_dollars_there() -> None:
    assert list(CHECK.find(Account(ACCOUNT, "cn-north-1", BAD), NOW)) == []


SECRETS = [
    "ann.smith@example.com",
    "10.1.2.3",
    "hunter2",
    "token=abc",
    "0049-170-555",
    "Zoë",
    "a" * 21,
]


@pytest.mark.parametrize("secret", SECRETS)
def test_what_is_no_plain_word_is_not_shown_though_every_line_says_it(secret: str) -> None:
    """A log holds what people typed."""
    kind = heaviest([f"login of {secret} was refused"] * 3)
    assert kind
    assert kind.words == "login of * was refused"


@pytest.mark.parametrize("secret", [*SECRETS, "Ann"])
def test_what_differs_between_lines_is_not_shown(secret: str) -> None:
    kind = heaviest([f"login of {one} was refused" for one in (secret, secret, "Bob")])
    assert kind
    assert kind.words == "login of * was refused"


KINDS = {
    "json": ([json.dumps({"level": "debug", "msg": "cache miss", "id": n}) for n in range(3)],
             ("cache miss", 1.0, 1.0)),
    "broken json": (["{half a line of json"] * 3, ("* a line of json", 1.0, 0.0)),
    "a list of json": (["{}"] * 3, None),
    "levels": (["DEBUG cache miss"] * 3 + ["INFO debugger attached"], ("DEBUG cache miss", None, 0.75)),
    "only stars": (["1 2 3"] * 9, None),
    "too few": (["cache miss", "cache miss", "order paid"], None),
    "empty": (["", "", ""], None),
    "nothing": ([], None),
    "the second where the first says nothing": (["7 7 7 7 7 7"] * 9 + ["order paid"] * 3,
                                                ("order paid", None, 0.0)),
}  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_lines_that_differ_in_what_they_name_are_one_kind(name: str) -> None:
    lines, expected = KINDS[name]
    kind = heaviest(lines)
    if expected is None or kind is None:
        assert kind is expected
        return
    words, share, debugging = expected
    assert (kind.words, kind.debugging) == (words, debugging)
    assert kind.share == share or (share is None and 0 < kind.share < 1)


def account_of(lines: Any) -> Any:
    def groups(params: Any) -> Any:
        asked = params.get("logGroupNamePrefix", "")
        every = [group("/api"), group("/small")]
        return {"logGroups": [one for one in every if one["logGroupName"].startswith(asked)]}

    def metrics(params: Any) -> Any:
        results = []
        for one in params["MetricDataQueries"]:
            name = one["MetricStat"]["Metric"]["Dimensions"][0]["Value"]
            value = {"/api": 60.0 * GB, "/small": 1.0 * GB}[name]
            results.append({"Id": one["Id"], "Values": [value]})
        return {"MetricDataResults": results}

    return {
        "logs:DescribeLogGroups": groups,
        "cloudwatch:GetMetricData": metrics,
        "logs:FilterLogEvents": lines,
    }


def events(params: Any) -> Answer | ReadFailed:
    assert params["logGroupName"] == "/api", "of what takes in little nobody reads a line"
    assert params["startTime"] == int(NOW.timestamp() * 1000) - 3_600_000
    return {"events": [{"message": one} for one in HITS], "nextToken": "more"}


def test_sweep_and_event_find_the_same() -> None:
    (one,) = spot(CHECK, account_of(events), ["/api"])
    assert one.evidence["line"] == "cache hit for * in * ms"


class Endless(Recorded):
    """A log that is written faster than it is read: a page follows every page."""

    def pages(self, call: Any) -> Any:
        yield self.ask(call)
        if call.action == "logs:FilterLogEvents":
            raise AssertionError("a second page of lines was asked for")


def test_of_a_log_one_page_is_read_and_no_more() -> None:

    (one,) = Survey([CHECK], Endless(account_of(events)), NOW)
    assert isinstance(one, Finding)


def test_where_lines_may_not_be_read_the_cost_is_told_all_the_same() -> None:
    denied = account_of(lambda _: ReadFailed("AccessDeniedException", "not allowed"))
    told = [one for one in outcomes(CHECK, denied) if isinstance(one, Finding)]
    assert [one.summary for one in told] == ["/api took in 60.0 GB in 30 days, $37.80 a month"]
    assert "not allowed" in told[0].evidence["unread"]
