"""Reports are waited for and shared; numbers of all checks are packed into few calls."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from steadyhand.account import Account
from steadyhand.catalogue import discovery
from steadyhand.checks.access.old_access_key import OldAccessKey
from steadyhand.checks.access.unused_access_key import UnusedAccessKey
from steadyhand.engine.reading import Packs
from steadyhand.model import GLOBAL, Answer, Call, Finding, Unknown
from steadyhand.source import Datapoints, Measured, Metric
from steadyhand.sources.ec2 import Volumes
from tests.engine.paper import (
    DENIED,
    LONG,
    NOW,
    READS,
    REPORT,
    Late,
    Paper,
    Plain,
    Silent,
    numbers,
    survey,
    volumes,
)


def test_the_credential_report_is_waited_for_and_shared() -> None:
    states = iter(["STARTED", "INPROGRESS", "COMPLETE"])
    made = {"UserName": "ann", "AccessKeyId": "AKIA1", "Status": "Active"}
    aws = Paper(
        GenerateCredentialReport=lambda call: {"State": next(states)},
        GetCredentialReport={"Content": REPORT},
        ListAccessKeys={
            "AccessKeyMetadata": [made | {"CreateDate": datetime(2020, 1, 1, tzinfo=UTC)}]
        },
    )
    outcomes = survey(aws, OldAccessKey(), UnusedAccessKey())
    assert sorted((o.check, o.key) for o in outcomes if isinstance(o, Finding)) == [
        ("old_access_key", "ann"),
        ("old_access_key", "bob"),
        ("unused_access_key", "ann"),
    ]
    assert aws.waited == [0.5, 0.5]
    assert aws.actions().count("GetCredentialReport") == 1
    assert aws.actions().count("ListAccessKeys") == 1


def test_a_conversation_that_is_refused_is_unknown() -> None:
    (unknown,) = survey(Paper(GenerateCredentialReport=DENIED), OldAccessKey())
    assert unknown == Unknown("old_access_key", GLOBAL, "you may not")


class LongSilent(Plain):
    """Looks further back."""

    reads = (Volumes, LONG)


@pytest.mark.parametrize("kind", [Paper, Late])
def test_metrics_of_all_checks_are_packed_500_to_a_call(kind: type[Paper]) -> None:
    aws = kind(DescribeVolumes=volumes(300, 300), GetMetricData=numbers)
    assert len(survey(aws, Silent(), LongSilent())) == 540 + 600
    packs = [call.params for call in aws.asked if call.operation == "GetMetricData"]
    sizes = sorted(len(pack["MetricDataQueries"]) for pack in packs)
    assert sizes == [100, 200, 500, 500, 500]
    spans = {pack["EndTime"] - pack["StartTime"] for pack in packs}
    assert spans == {timedelta(days=14), timedelta(days=30)}
    for pack in packs:
        labels = [query["Id"] for query in pack["MetricDataQueries"]]
        assert len({*labels}) == len(labels)


def of_volumes(metric: str, **more: Any) -> Metric:
    said: dict[str, Any] = {"of": Volumes, "over": timedelta(days=3), "namespace": "AWS/EBS"}
    return Metric(**said | {"metric": metric, "dimension": "VolumeId", "statistic": "Sum"} | more)


SHARE = of_volumes(
    "",
    math="100 * {idle} / ({idle} + {busy})",
    terms={"idle": of_volumes("VolumeIdleTime"), "busy": of_volumes("VolumeBusy", statistic="p99")},
    period=timedelta(hours=1),
)
PLACED = of_volumes(
    "VolumeReadOps",
    when=lambda volume: volume["VolumeId"][-1] in "02468",
    dimensions=lambda key: {"VolumeId": key, "Zone": key[-1]},
)


class Sharing(Plain):
    """Judges a number that is made of others."""

    reads = (Volumes, SHARE)


class Placed(Plain):
    """Judges a number of each second volume, by two dimensions."""

    reads = (Volumes, PLACED)


@pytest.mark.parametrize("kind", [Paper, Late])
def test_math_is_packed_with_its_terms_and_no_call_has_too_many(kind: type[Paper]) -> None:
    """GetMetricData takes 500 queries, those that return nothing too, and ids that begin with a small letter.

    docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
    """
    said: dict[str, list[str]] = defaultdict(list)

    def answer(call: Call) -> Answer:
        asked = call.params["MetricDataQueries"]
        ids = {query["Id"] for query in asked}
        assert len(ids) == len(asked) <= 500
        assert all(re.fullmatch(r"[a-z]\w*", one) for one in ids)
        results = []
        for query in asked:
            if "Expression" in query:
                words = set(re.findall(r"[a-z]\w*", query["Expression"]))
                assert words <= ids, "math speaks of what this call asks"
                assert query["Period"] == 3600
                said[query["Expression"].replace(query["Id"], "q")].append(query["Id"])
            if query.get("ReturnData", True):
                results.append({"Id": query["Id"], "Values": [7.0]})
        return {"MetricDataResults": results}

    aws = kind(DescribeVolumes=volumes(250, 250), GetMetricData=answer)
    survey(aws, Sharing(), Placed())
    packs = [
        call.params["MetricDataQueries"] for call in aws.asked if call.operation == "GetMetricData"
    ]
    assert sum(map(len, packs)) == 500 * 3 + 250
    assert len(packs) <= 5, "four would be the least; a number is not torn apart"
    assert [*said] == ["100 * q_idle / (q_idle + q_busy)"]
    assert len(said[next(iter(said))]) == 500
    asked = [query for pack in packs for query in pack if "MetricStat" in query]
    terms = [query for query in asked if query.get("ReturnData") is False]
    assert len(terms) == 1000
    assert {query["MetricStat"]["Period"] for query in terms} == {3600}
    assert {query["MetricStat"]["Stat"] for query in terms} == {"Sum", "p99"}
    for query in asked:
        names = {one["Name"]: one["Value"] for one in query["MetricStat"]["Metric"]["Dimensions"]}
        two = query["MetricStat"]["Metric"]["MetricName"] == "VolumeReadOps"
        assert names.keys() == ({"VolumeId", "Zone"} if two else {"VolumeId"})


@pytest.mark.parametrize("seed", range(5))
def test_no_pack_is_too_large_none_is_lost_and_none_is_torn(seed: int) -> None:
    dice = random.Random(seed)
    sizes = [dice.randrange(5) for _ in range(dice.randrange(900))]
    metrics = [of_volumes("", math="1", terms=dict.fromkeys("abcd"[:n], PLACED)) for n in range(5)]
    packs, here = [], Packs(Paper())
    for number, size in enumerate(sizes):
        if pack := here.add(metrics[size], str(number)):
            packs.append(pack)
    packs += here.whole([])
    assert sorted(int(key) for pack in packs for _, key in pack) == list(range(len(sizes)))
    filled = [len(Metric.pack(pack, NOW).params["MetricDataQueries"]) for pack in packs]
    assert all(0 < size <= 500 for size in filled)
    assert all(size > 500 - 5 for size in filled[:-1]), "only the last has room for one more"


def test_numbers_in_pages_are_joined() -> None:
    def pages(call: Call) -> list[Answer]:
        labels = [query["Id"] for query in call.params["MetricDataQueries"]]
        return [
            {"MetricDataResults": [{"Id": n, "Values": [v]} for n in labels]} for v in (0.0, 1.0)
        ]

    aws = Paper(DescribeVolumes=volumes(2), GetMetricData=pages)
    assert survey(aws, Silent()) == []


def test_numbers_of_no_item_are_not_asked() -> None:
    aws = Paper(DescribeVolumes={"Volumes": []})
    assert survey(aws, Silent(), LongSilent()) == []
    assert aws.actions() == ["DescribeVolumes"]


BUSY = Datapoints(
    of=Volumes,
    namespace="AWS/EBS",
    metric="VolumeReadOps",
    dimension="VolumeId",
    statistic="Sum",
    over=timedelta(days=14),
)


class Last(Plain):
    """Says when each volume was last read: what is newest, above nothing."""

    reads = (Volumes, BUSY, READS)

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        for key, points in account[BUSY]:
            last = max((at for at, ops in points if ops), default=None)
            yield self.finding(account, resource=key, key=key, summary=f"last read {last}")


@pytest.mark.parametrize("kind", [Paper, Late])
def test_numbers_are_told_with_their_times_where_a_check_asks_when(kind: type[Paper]) -> None:
    """Timestamps and Values correspond one to one; a result may be torn over pages, in any order.

    Packed with plain numbers of the same window.
    docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataResult.html
    """

    def pages(call: Call) -> list[Answer]:
        said: list[list[Answer]] = [[], []]
        for query in call.params["MetricDataQueries"]:
            number = int(query["MetricStat"]["Metric"]["Dimensions"][0]["Value"].split("-")[1])
            days = [NOW - timedelta(days=ago) for ago in (number, number + 1, 13)]
            one = {"Id": query["Id"], "Timestamps": [days[2]], "Values": [1.0]}
            two = {"Id": query["Id"], "Timestamps": days[:2], "Values": [0.0, 3.0]}
            said[0].append(one)
            said[1].append(two)
        return [{"MetricDataResults": page} for page in said]

    aws = kind(DescribeVolumes=volumes(3), GetMetricData=pages)
    found = {one.key: one.summary for one in survey(aws, Last()) if isinstance(one, Finding)}
    keys = [f"vol-{n}" for n in range(3)]
    assert found == {key: f"last read {NOW - timedelta(days=n + 1)}" for n, key in enumerate(keys)}
    assert aws.actions() == ["DescribeVolumes", "GetMetricData"]


def test_a_number_without_its_time_is_no_answer_and_others_are_judged() -> None:
    def torn(call: Call) -> Answer:
        results = [
            {"Id": query["Id"], "Timestamps": [NOW] * (n > 0), "Values": [1.0]}
            for n, query in enumerate(call.params["MetricDataQueries"])
        ]
        return {"MetricDataResults": results}

    outcomes = survey(Paper(DescribeVolumes=volumes(2), GetMetricData=torn), Last())
    assert [one.key for one in outcomes if isinstance(one, Finding)] == ["vol-1"]
    (unknown,) = (one for one in outcomes if isinstance(one, Unknown))
    assert "not as AWS describes it" in unknown.reason


def test_each_period_is_one_that_cloudwatch_still_knows_of_that_time() -> None:
    """Minutes are known for 15 days, five minutes for 63, hours for 455.

    docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricStat.html
    """
    read = {source for check in discovery.load() for one in check.reads for source in one.lineage}
    asked = {source for source in read if isinstance(source, Measured)}
    assert len(asked) > 5
    for one in asked:
        least = 60 if one.over <= timedelta(days=15) else 300
        least = least if one.over <= timedelta(days=63) else 3600
        assert one.period.total_seconds() % least == 0, one
        assert one.over <= timedelta(days=455), one
