"""Reports are waited for and shared; numbers of all checks are packed into few calls."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from steadyhand.checks.access.old_access_key import OldAccessKey
from steadyhand.checks.access.unused_access_key import UnusedAccessKey
from steadyhand.model import GLOBAL, Answer, Call, Finding, Unknown
from steadyhand.sources.ec2 import Volumes
from tests.engine.paper import (
    DENIED,
    LONG,
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
