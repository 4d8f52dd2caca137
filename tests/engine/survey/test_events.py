"""An event reads what it names, and no more than its checks need around it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from steadyhand.account import Account
from steadyhand.checks.access.old_access_key import OldAccessKey
from steadyhand.checks.access.unused_access_key import UnusedAccessKey
from steadyhand.checks.exposure.imdsv1_allowed import Imdsv1Allowed
from steadyhand.checks.exposure.open_all_ports import OpenAllPorts
from steadyhand.checks.exposure.public_bucket import PublicBucket
from steadyhand.engine.survey import Survey
from steadyhand.model import Answer, Call, Finding, ReadFailed
from steadyhand.source import Conversation, Each, Report
from steadyhand.sources.ec2 import Instances, Volumes
from steadyhand.sources.s3 import Buckets, PublicAccessBlocks
from tests.engine.paper import BUCKETS, GROUPS, NOW, REPORT, Paper, Plain, survey


def test_an_event_reads_one_group() -> None:
    aws = Paper(DescribeSecurityGroups=GROUPS)
    one = Survey([OpenAllPorts()], aws, NOW, only="sg-1")
    assert len(list(one)) == 1
    rules = {"Filters": [{"Name": "group-id", "Values": ["sg-1"]}], "MaxResults": 1000}
    first, *more = [call.params for call in aws.asked]
    assert first == {"GroupIds": ["sg-1"]}
    assert sorted(more, key=len) == [{}, rules], "and whether the region lets anybody in"
    assert one.shown == {"open_all_ports": GROUPS["SecurityGroups"]}


def test_an_event_for_what_is_gone_finds_nothing() -> None:
    gone = ReadFailed("InvalidGroup.NotFound", "gone")
    assert survey(Paper(DescribeSecurityGroups=gone), OpenAllPorts(), only="sg-9") == []


def test_an_event_for_a_bucket_needs_no_list_of_buckets() -> None:
    absent = ReadFailed("NoSuchPublicAccessBlockConfiguration", "none")
    aws = Paper(GetPublicAccessBlock=absent)
    assert len(survey(aws, PublicBucket(), only="attic")) == 1
    assert aws.actions() == ["GetPublicAccessBlock"] * 2, "the bucket's, and the account's"


def test_an_event_narrows_context_that_hangs_from_the_same_list() -> None:
    def numbers(call: Call) -> Answer:
        (query,) = call.params["MetricDataQueries"]
        assert query["MetricStat"]["Metric"]["Dimensions"][0]["Value"] == "i-1"
        return {"MetricDataResults": [{"Id": query["Id"], "Values": [0.0] * 14}]}

    instance = {"InstanceId": "i-1", "State": {"Name": "running"}, "MetadataOptions": {}}
    reservations = {"Reservations": [{"Instances": [instance]}]}
    aws = Paper(DescribeInstances=reservations, GetMetricData=numbers)
    (finding,) = survey(aws, Imdsv1Allowed(), only="i-1")
    assert isinstance(finding, Finding)
    assert finding.evidence["unused"]
    assert len(aws.asked) == 2
    assert aws.asked[0].params == {"InstanceIds": ["i-1"]} or aws.asked[1].params == {
        "InstanceIds": ["i-1"]
    }


def test_an_event_keeps_other_context_whole() -> None:
    class WithBuckets(Plain):
        reads = (Volumes, PublicAccessBlocks)

        def find(self, account: Account, now: datetime) -> Iterator[Finding]:
            assert len(account[PublicAccessBlocks]) == 2
            yield from super().find(account, now)

    aws = Paper(
        DescribeVolumes={"Volumes": [{"VolumeId": "vol-1"}]},
        ListBuckets=BUCKETS,
        GetPublicAccessBlock={"PublicAccessBlockConfiguration": {}},
    )
    assert len(survey(aws, WithBuckets(), only="vol-1")) == 1
    assert aws.asked[0].params != aws.asked[-1].params


def test_an_event_of_a_report_judges_one_line() -> None:
    aws = Paper(
        GenerateCredentialReport={"State": "COMPLETE"},
        GetCredentialReport={"Content": REPORT},
        ListAccessKeys={"AccessKeyMetadata": []},
    )
    assert [o.key for o in survey(aws, OldAccessKey(), only="bob") if isinstance(o, Finding)] == [
        "bob"
    ]
    assert survey(aws, UnusedAccessKey(), only="nobody") == []


def test_a_list_that_cannot_be_narrowed_is_read_whole_and_one_is_judged() -> None:
    class Listed(Plain):
        reads = (Buckets,)

    aws = Paper(ListBuckets=BUCKETS)
    assert [f.key for f in survey(aws, Listed(), only="barn") if isinstance(f, Finding)] == ["barn"]


def test_a_list_that_one_check_needs_whole_is_not_narrowed_for_another() -> None:
    class Listed(Plain):
        reads = (Volumes,)

    class Beside(Plain):
        reads = (Instances, Volumes)

        def find(self, account: Account, now: datetime) -> Iterator[Finding]:
            assert len(account[Volumes]) == 2
            yield from super().find(account, now)

    volumes = {"Volumes": [{"VolumeId": "vol-1"}, {"VolumeId": "vol-2"}]}
    reservations = {"Reservations": [{"Instances": [{"InstanceId": "vol-1"}]}]}
    aws = Paper(DescribeVolumes=volumes, DescribeInstances=reservations)
    outcomes = survey(aws, Listed(), Beside(), only="vol-1")
    assert [f.key for f in outcomes if isinstance(f, Finding)] == ["vol-1", "vol-1"]
    assert len(aws.asked) == 2


THINGS: Report[Any] = Report(
    operation="health:DescribeEvents",
    key=lambda one: str(one["Id"]),
    talk=lambda now: asked({}),
    about=lambda key, now: asked({"ids": [key]}),
)
DETAILS: Each[Any] = Each(
    operation="health:DescribeThing", items="", of=THINGS, ask=lambda key: {"Id": key}
)
PARTS: Each[Any] = Each(
    operation="health:ListParts",
    items="parts",
    of=THINGS,
    ask=lambda key: {"Id": key},
    key=lambda pair: f"{pair[0]}/{pair[1]}",
    is_whole=True,
)


def asked(params: Mapping[str, Any]) -> Conversation[Any]:
    said = yield Call("health:DescribeEvents", params)
    return [one for one in said["events"] if not params or one["Id"] in params["ids"]]


def things() -> Paper:
    return Paper(
        DescribeEvents={"events": [{"Id": "a"}, {"Id": "b"}]},
        DescribeThing=lambda call: {"detail": call.params["Id"]},
        ListParts=lambda call: {"parts": ["1", "2"]},
    )


def test_a_report_is_narrowed_by_an_event_and_so_is_what_hangs_from_it() -> None:
    class Detailed(Plain):
        reads = (THINGS, DETAILS)

        def find(self, account: Account, now: datetime) -> Iterator[Finding]:
            assert {key for key, _ in account[DETAILS]} >= {one["Id"] for one in account[THINGS]}
            yield from super().find(account, now)

    aws = things()
    assert [getattr(one, "key", one) for one in survey(aws, Detailed())] == ["a", "b"]
    assert len(aws.asked) == 1 + 2
    aws = things()
    assert [getattr(one, "key", one) for one in survey(aws, Detailed(), only="b")] == ["b"]
    assert [call.params for call in aws.asked] == [{"ids": ["b"]}, {"Id": "b"}]


def test_items_of_a_child_list_may_be_a_subject_with_a_key_of_their_own() -> None:
    """An event that names one has the list read whole: its parent cannot be told from its key."""

    class Parts(Plain):
        reads = (PARTS,)

    assert [getattr(one, "key", one) for one in survey(things(), Parts())] == [
        *("a/1", "a/2", "b/1", "b/2")
    ]
    assert [getattr(one, "key", one) for one in survey(things(), Parts(), only="b/1")] == ["b/1"]
