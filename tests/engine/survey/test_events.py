"""An event reads what it names, and no more than its checks need around it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from steadyhand.account import Account
from steadyhand.checks.access.old_access_key import OldAccessKey
from steadyhand.checks.access.unused_access_key import UnusedAccessKey
from steadyhand.checks.exposure.imdsv1_allowed import Imdsv1Allowed
from steadyhand.checks.exposure.open_all_ports import OpenAllPorts
from steadyhand.checks.exposure.public_bucket import PublicBucket
from steadyhand.engine.survey import Survey
from steadyhand.model import Answer, Call, Finding, ReadFailed
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
