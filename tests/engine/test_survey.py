"""The survey, driven by an AWS on paper that keeps what it was asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.account import Account
from steadyhand.aws.client import session
from steadyhand.check import Check
from steadyhand.checks.access.old_access_key import OldAccessKey
from steadyhand.checks.access.unused_access_key import UnusedAccessKey
from steadyhand.checks.backups.bucket_versioning_off import BucketVersioningOff
from steadyhand.checks.exposure.imdsv1_allowed import Imdsv1Allowed
from steadyhand.checks.exposure.open_admin_ports import OpenAdminPorts
from steadyhand.checks.exposure.open_all_ports import OpenAllPorts
from steadyhand.checks.exposure.public_bucket import PublicBucket
from steadyhand.checks.jobs.queue_without_dlq import QueueWithoutDlq
from steadyhand.engine.survey import Survey
from steadyhand.model import GLOBAL, Answer, Call, Finding, ReadFailed, Risk, Severity, Unknown
from steadyhand.source import Each, Metric, Source
from steadyhand.sources.ec2 import Instances, Volumes
from steadyhand.sources.s3 import Buckets, PublicAccessBlocks, Versioning

NOW = datetime(2026, 11, 23, tzinfo=UTC)


class Paper:
    """An AWS on paper: answers from a script, at once and in order."""

    account, partition, region = "123456789012", "aws", "eu-central-1"

    def __init__(self, **script: Any) -> None:
        self.script = {"DescribeSecurityGroupRules": {"SecurityGroupRules": []}} | script
        self.asked, self.waited = list[Call](), list[float]()

    def pages(self, call: Call) -> Iterator[Answer]:
        self.asked.append(call)
        answer = self.script[call.operation]
        answer = answer(call) if callable(answer) else answer
        for page in answer if isinstance(answer, list) else [answer]:
            if isinstance(page, Exception):
                raise page
            yield page

    def ask(self, call: Call) -> Answer:
        (answer,) = self.pages(call)
        return answer

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)

    def soon(self, service: str, job: Callable[..., None], *args: Any) -> None:
        job(*args)

    def actions(self) -> list[str]:
        return [call.operation for call in self.asked]


class Late(Paper):
    """The same, with a thread for each job: answers come in any order."""

    def soon(self, service: str, job: Callable[..., None], *args: Any) -> None:
        def later() -> None:
            time.sleep(hash((service, str(args))) % 7 / 1000)
            job(*args)

        Thread(target=later, daemon=True).start()


class Plain(Check):
    """A check for tests."""

    severity, risk = Severity.LOW, Risk.ADVICE

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        for item in account[self.reads[0]]:
            key = self.reads[0].key(item)
            yield self.finding(account, resource=key, key=key, summary="is there")


def survey(aws: Paper, *checks: Check, only: str | None = None) -> list[Finding | Unknown]:
    return list(Survey(checks, aws, NOW, only))


def open_group(name: str = "sg-1", *permissions: dict[str, Any]) -> dict[str, Any]:
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    return {"GroupId": name, "GroupName": "g", "IpPermissions": [*permissions] or [everything]}


GROUPS = {"SecurityGroups": [open_group()]}
BUCKETS = {"Buckets": [{"Name": "attic"}, {"Name": "barn"}]}
DENIED = ReadFailed("AccessDenied", "you may not")


# One read for all.


def test_one_read_serves_all_its_checks() -> None:
    aws = Paper(DescribeSecurityGroups=GROUPS)
    found = {outcome.check for outcome in survey(aws, OpenAdminPorts(), OpenAllPorts())}
    assert found == {"open_admin_ports", "open_all_ports"}
    assert aws.actions() == ["DescribeSecurityGroups", "DescribeSecurityGroupRules"]


def test_pages_are_judged_as_they_come_and_let_go() -> None:
    pages = [{"SecurityGroups": [open_group(f"sg-{n}")]} for n in range(3)]
    aws = Paper(DescribeSecurityGroups=pages)
    one = Survey([OpenAllPorts()], aws, NOW)
    assert len(list(one)) == 3
    assert one.seen == {"open_all_ports": 3}
    assert not one.shown


def test_asks_as_the_source_says() -> None:
    class ByTime(Plain):
        reads = (
            Source[Any](
                operation="logs:DescribeLogGroups",
                items="logGroups",
                key=str,
                params=lambda now: {"since": now.year},
            ),
        )

    aws = Paper(DescribeLogGroups={"logGroups": ["a"]})
    assert len(survey(aws, ByTime())) == 1
    assert aws.asked[0].params == {"since": 2026}


def test_a_list_that_is_one_checks_subject_and_anothers_context() -> None:
    class Crowded(Plain):
        reads = (Versioning, Buckets)

        def find(self, account: Account, now: datetime) -> Iterator[Finding]:
            assert len(account[Buckets]) == 2, "context is whole"
            yield from super().find(account, now)

    class Listed(Plain):
        reads = (Buckets,)

    aws = Paper(ListBuckets=BUCKETS, GetBucketVersioning={})
    outcomes = survey(aws, Crowded(), Listed())
    assert len(outcomes) == 4
    assert aws.actions() == ["ListBuckets", "GetBucketVersioning", "GetBucketVersioning"]


def test_global_subjects_have_no_region() -> None:
    aws = Paper(ListBuckets=BUCKETS, GetBucketVersioning={}, DescribeSecurityGroups=GROUPS)
    outcomes = survey(aws, BucketVersioningOff(), OpenAllPorts())
    assert {(o.check, o.region) for o in outcomes} == {
        ("bucket_versioning_off", GLOBAL),
        ("open_all_ports", "eu-central-1"),
    }


# One call for each.


def test_each_parent_is_asked_once_and_absence_is_an_answer() -> None:
    absent = ReadFailed("NoSuchPublicAccessBlockConfiguration", "none")
    aws = Paper(ListBuckets=BUCKETS, GetPublicAccessBlock=absent)
    assert len(survey(aws, PublicBucket())) == 2
    assert [call.params for call in aws.asked[1:]] == [
        *({"Bucket": bucket, "ExpectedBucketOwner": aws.account} for bucket in ("attic", "barn")),
        {"AccountId": aws.account},
    ]


def test_an_answer_in_pages_is_read_to_its_end() -> None:
    class Listed(Plain):
        reads = (
            Each[Any](
                operation="ec2:GetManagedPrefixListEntries",
                items="Entries",
                of=Buckets,
                ask=lambda name: {"PrefixListId": name},
                key=lambda pair: f"{pair[0]}/{pair[1]}",
            ),
        )

    pages = [{"Entries": [1, 2]}, {"Entries": [3]}]
    aws = Paper(ListBuckets={"Buckets": [{"Name": "pl"}]}, GetManagedPrefixListEntries=pages)
    assert [f.key for f in survey(aws, Listed()) if isinstance(f, Finding)] == [
        "pl/1",
        "pl/2",
        "pl/3",
    ]


def test_when_spares_calls() -> None:
    class Long(Plain):
        reads = (
            Each[Any](
                operation="s3:GetBucketVersioning",
                items="",
                of=Buckets,
                ask=lambda name: {"Bucket": name},
                when=lambda bucket: len(bucket["Name"]) > 4,
            ),
        )

    aws = Paper(ListBuckets=BUCKETS, GetBucketVersioning={})
    assert [finding.key for finding in survey(aws, Long())] == ["attic"]  # type: ignore[union-attr]
    assert aws.actions() == ["ListBuckets", "GetBucketVersioning"]


def test_deleted_meanwhile_is_neither_bad_nor_unknown() -> None:
    gone = ReadFailed("NoSuchBucket", "gone")
    aws = Paper(ListBuckets=BUCKETS, GetPublicAccessBlock=gone)
    assert survey(aws, PublicBucket()) == []


# Context that is read once somebody needs it.

BY_LIST = {
    "IpProtocol": "tcp",
    "FromPort": 22,
    "ToPort": 22,
    "PrefixListIds": [{"PrefixListId": "pl-1"}],
}
LISTS = {
    "PrefixLists": [
        {"PrefixListId": "pl-1", "OwnerId": "1"},
        {"PrefixListId": "pl-a", "OwnerId": "AWS"},
    ]
}
ENTRIES = {"Entries": [{"Cidr": "0.0.0.0/0"}]}


def test_context_nobody_needs_is_not_read() -> None:
    quiet = {"SecurityGroups": [{"GroupId": "sg-9", "IpPermissions": []}]}
    aws = Paper(DescribeSecurityGroups=quiet)
    assert survey(aws, OpenAdminPorts()) == []
    assert aws.actions() == ["DescribeSecurityGroups"]


@pytest.mark.parametrize("kind", [Paper, Late])
def test_context_is_read_when_the_first_item_needs_it(kind: type[Paper]) -> None:
    pages = [{"SecurityGroups": [open_group(f"sg-{n}", BY_LIST)]} for n in range(3)]
    aws = kind(
        DescribeSecurityGroups=[GROUPS, *pages],
        DescribeManagedPrefixLists=LISTS,
        GetManagedPrefixListEntries=ENTRIES,
    )
    found = survey(aws, OpenAdminPorts())
    assert len(found) == 4
    assert sorted(aws.actions()) == [
        "DescribeManagedPrefixLists",
        "DescribeSecurityGroupRules",
        "DescribeSecurityGroups",
        "GetManagedPrefixListEntries",
    ]


def test_context_nobody_can_need_any_more_is_empty_even_where_the_subject_failed() -> None:
    (unknown,) = survey(Paper(DescribeSecurityGroups=DENIED), OpenAdminPorts())
    assert isinstance(unknown, Unknown)


def test_a_lazy_list_is_read_at_once_where_its_items_are_a_subject() -> None:
    lazy = Source[Any](
        operation="ec2:DescribeManagedPrefixLists",
        items="PrefixLists",
        key=lambda found: str(found["PrefixListId"]),
        only_if=lambda item: False,
    )

    class Entries(Plain):
        reads = (
            Each[Any](
                operation="ec2:GetManagedPrefixListEntries",
                items="Entries",
                of=lazy,
                ask=lambda name: {"PrefixListId": name},
            ),
        )

    aws = Paper(DescribeManagedPrefixLists=LISTS, GetManagedPrefixListEntries=ENTRIES)
    assert len(survey(aws, Entries())) == 2


def test_several_lists_nobody_needs_are_each_let_go_once() -> None:
    def lazy(operation: str) -> Source[Any]:
        return Source[Any](operation=operation, items="x", key=str, only_if=lambda _: False)

    class Patient(Plain):
        reads = (Buckets, lazy("ec2:DescribeVpcs"), lazy("ec2:DescribeSubnets"))

    class Other(Plain):
        reads = (Buckets, lazy("ec2:DescribeHosts"), Patient.reads[1])

    aws = Paper(ListBuckets=BUCKETS)
    assert len(survey(aws, Patient(), Other())) == 4
    assert aws.actions() == ["ListBuckets"]


def test_denied_lazy_context_makes_unknown_who_needs_it() -> None:
    groups = {"SecurityGroups": [open_group("sg-1", BY_LIST)]}
    aws = Paper(DescribeSecurityGroups=groups, DescribeManagedPrefixLists=DENIED)
    (unknown,) = survey(aws, OpenAdminPorts())
    assert unknown == Unknown("open_admin_ports", "eu-central-1", "you may not", "sg-1")


# Events.


def test_an_event_reads_one_group() -> None:
    aws = Paper(DescribeSecurityGroups=GROUPS)
    one = Survey([OpenAllPorts()], aws, NOW, only="sg-1")
    assert len(list(one)) == 1
    rules = {"Filters": [{"Name": "group-id", "Values": ["sg-1"]}], "MaxResults": 1000}
    assert [call.params for call in aws.asked] == [{"GroupIds": ["sg-1"]}, rules]
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


# What could not be seen.


def test_denied_makes_exactly_the_checks_concerned_unknown() -> None:
    aws = Paper(ListBuckets=BUCKETS, GetPublicAccessBlock=DENIED, GetBucketVersioning={})
    outcomes = survey(aws, PublicBucket(), BucketVersioningOff())
    assert {(type(o), o.check) for o in outcomes} == {
        (Unknown, "public_bucket"),
        (Finding, "bucket_versioning_off"),
    }
    unknown = {o.concerns for o in outcomes if isinstance(o, Unknown)}
    assert unknown == {"attic", "barn"}


def test_denied_parent_blinds_its_children() -> None:
    outcomes = survey(Paper(ListBuckets=DENIED), PublicBucket(), BucketVersioningOff())
    assert sorted(o.check for o in outcomes if isinstance(o, Unknown)) == [
        "bucket_versioning_off",
        "public_bucket",
    ]


def test_what_was_read_before_a_page_failed_is_judged_and_the_rest_is_unknown() -> None:
    outcomes = survey(Paper(DescribeSecurityGroups=[GROUPS, DENIED]), OpenAllPorts())
    assert {type(outcome) for outcome in outcomes} == {Finding, Unknown}


def test_a_finding_that_needs_no_numbers_stands_without_them_and_is_a_persons() -> None:
    """Row 9: GetMetricData is denied."""
    instances = [{"InstanceId": f"i-{n}"} for n in range(2)]
    aws = Paper(
        DescribeInstances={"Reservations": [{"Instances": instances}]},
        GetMetricData=ReadFailed("Throttling", "slow down"),
    )
    *found, unknown = survey(aws, Imdsv1Allowed())
    assert unknown == Unknown("imdsv1_allowed", "eu-central-1", "slow down"), "told once"
    assert [list(Imdsv1Allowed().plan(one)) for one in found] == [[], []]  # type: ignore[arg-type]


def test_numbers_that_cloudwatch_could_not_give_are_no_zeros() -> None:
    """GetMetricData answers with 200 and says of each result how it went (StatusCode)."""

    def numbers(call: Call) -> Answer:
        ids = [query["Id"] for query in call.params["MetricDataQueries"]]
        codes = dict.fromkeys(ids, "Complete") | {ids[-1]: "InternalError"}
        return {
            "MetricDataResults": [
                {"Id": one, "Values": [0.0] * 14, "StatusCode": codes[one]} for one in ids
            ]
        }

    instances = [{"InstanceId": f"i-{n}"} for n in range(3)]
    aws = Paper(
        DescribeInstances={"Reservations": [{"Instances": instances}]}, GetMetricData=numbers
    )
    *found, unknown = survey(aws, Imdsv1Allowed())
    assert [bool(list(Imdsv1Allowed().plan(one))) for one in found] == [True, True, False]  # type: ignore[arg-type]
    assert isinstance(unknown, Unknown)


def test_one_prefix_list_that_is_denied_hides_no_other_group() -> None:
    """Row 7: what is open to the world by address is open, whatever a list may say."""
    ssh = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}
    world = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    groups = [
        open_group("sg-1", ssh | world),
        open_group("sg-2"),
        open_group("sg-3", ssh | {"PrefixListIds": [{"PrefixListId": "pl-1"}]}),
    ]
    for script in (
        {"DescribeManagedPrefixLists": LISTS, "GetManagedPrefixListEntries": DENIED},
        {"DescribeManagedPrefixLists": DENIED},
    ):
        aws = Paper(DescribeSecurityGroups={"SecurityGroups": groups}, **script)
        outcomes = survey(aws, OpenAdminPorts())
        assert [one.key for one in outcomes if isinstance(one, Finding)] == ["sg-1", "sg-2"]
        (unknown,) = [one for one in outcomes if isinstance(one, Unknown)]
        assert unknown == Unknown("open_admin_ports", "eu-central-1", "you may not", "sg-3")


def test_one_users_keys_that_are_denied_hide_no_other_users() -> None:
    """Row 8."""
    line = "{0},arn:aws:iam::1:user/{0},true,2020-01-01T00:00:00+00:00,N/A,false,N/A,N/A"
    head = (
        "user,arn,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,"
        "access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date"
    )
    names = ("ann", "bob", "cleo")
    report = "\n".join([head, *map(line.format, names)])

    def keys(call: Call) -> Answer:
        if call.params["UserName"] == "bob":
            raise DENIED
        made = datetime(2020, 1, 1, tzinfo=UTC)
        key = {"AccessKeyId": "AKIA", "Status": "Active", "CreateDate": made}
        return {"AccessKeyMetadata": [key]}

    aws = Paper(
        GenerateCredentialReport={"State": "COMPLETE"},
        GetCredentialReport={"Content": report.encode()},
        ListAccessKeys=keys,
    )
    outcomes = survey(aws, UnusedAccessKey())
    assert [one.key for one in outcomes if isinstance(one, Finding)] == ["ann", "cleo"]
    (unknown,) = [one for one in outcomes if isinstance(one, Unknown)]
    assert (unknown.reason, unknown.concerns) == ("you may not", "bob")


def test_one_queue_that_is_denied_hides_no_other_and_is_told_once() -> None:
    """Row 10."""
    urls = [f"https://sqs/1/q{n}" for n in range(7)]

    def attributes(call: Call) -> Answer:
        if call.params["QueueUrl"] == urls[3]:
            raise DENIED
        name = call.params["QueueUrl"].rpartition("/")[2]
        said = {"QueueArn": f"arn:aws:sqs:r:1:{name}", "ApproximateNumberOfMessages": "1"}
        return {"Attributes": said}

    aws = Paper(
        ListQueues={"QueueUrls": urls},
        GetQueueAttributes=attributes,
        ListFunctions={"Functions": []},
        ListSchedules={"Schedules": []},
        ListEventSourceMappings={"EventSourceMappings": []},
        GetMetricData={"MetricDataResults": []},
    )
    outcomes = survey(aws, QueueWithoutDlq())
    assert sum(isinstance(one, Finding) for one in outcomes) == 6
    (unknown,) = [one for one in outcomes if isinstance(one, Unknown)]
    assert unknown == Unknown("queue_without_dlq", "eu-central-1", "you may not", urls[3])


def test_an_answer_of_another_shape_is_unknown_and_ends_nothing() -> None:
    aws = Paper(
        GenerateCredentialReport={"State": "COMPLETE"},
        GetCredentialReport={"Content": b"no,report\n1,2"},
        DescribeSecurityGroups=GROUPS,
    )
    found = survey(aws, OldAccessKey(), OpenAllPorts())
    assert sorted(type(one).__name__ for one in found) == ["Finding", "Unknown"]


def test_a_conversation_without_end_is_ended() -> None:
    """Row 11: the report is never done."""
    aws = Paper(GenerateCredentialReport={"State": "INPROGRESS"})
    (unknown,) = survey(aws, OldAccessKey())
    assert isinstance(unknown, Unknown)
    assert len(aws.asked) < 200
    assert sum(aws.waited) <= 120


def test_retries_are_left_to_aws() -> None:
    """A throttled read was retried before it got here: one failure, one Unknown, no second try."""
    aws = Paper(DescribeSecurityGroups=ReadFailed("RequestLimitExceeded", "slow down"))
    assert [type(o) for o in survey(aws, OpenAllPorts())] == [Unknown]
    assert len(aws.asked) == 1


def test_a_bug_in_a_hand_is_raised_where_the_survey_is_read() -> None:
    with pytest.raises(KeyError):
        survey(Paper(), OpenAllPorts())
    with pytest.raises(KeyError):
        survey(Late(ListBuckets=BUCKETS), PublicBucket())


def test_a_bug_in_a_check_is_raised_and_the_hands_stop() -> None:
    class Broken(Plain):
        reads = (Buckets,)

        def find(self, account: Account, now: datetime) -> Iterator[Finding]:
            raise ZeroDivisionError

    broken = Survey([Broken()], Paper(ListBuckets=BUCKETS), NOW)
    with pytest.raises(ZeroDivisionError):
        list(broken)
    assert broken.left


# Conversations.

REPORT = b"""user,arn,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_2_active
ann,arn:ann,true,2020-01-01T00:00:00+00:00,N/A,false
bob,arn:bob,true,2020-01-01T00:00:00+00:00,2026-11-22T00:00:00+00:00,false"""


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


# Numbers.


def number(name: str, days: int = 14) -> Metric:
    return Metric(
        of=Volumes,
        namespace="AWS/EBS",
        metric=name,
        dimension="VolumeId",
        statistic="Sum",
        over=timedelta(days=days),
    )


READS, WRITES, LONG = number("VolumeReadOps"), number("VolumeWriteOps"), number("VolumeReadOps", 30)


class Silent(Plain):
    """Joins two metrics; the volumes are the subject, the numbers context."""

    reads = (Volumes, READS, WRITES)

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        reads, writes = dict(account[READS]), dict(account[WRITES])
        for volume in account[Volumes]:
            key = volume["VolumeId"]
            if not sum(reads[key]) + sum(writes[key]):
                yield self.finding(account, resource=key, key=key, summary="is silent")


class LongSilent(Plain):
    """Looks further back."""

    reads = (Volumes, LONG)


def numbers(call: Call) -> Mapping[str, Any]:
    """Zero for all; busy volumes end in 7."""
    return {
        "MetricDataResults": [
            {"Id": query["Id"], "Values": [float(volume_of(query).endswith("7"))]}
            for query in call.params["MetricDataQueries"]
        ]
    }


def volume_of(query: Mapping[str, Any]) -> str:
    return str(query["MetricStat"]["Metric"]["Dimensions"][0]["Value"])


def volumes(*sizes: int) -> list[Answer]:
    counter = iter(range(sum(sizes)))
    return [{"Volumes": [{"VolumeId": f"vol-{next(counter)}"} for _ in range(n)]} for n in sizes]


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


# The rule that carries everything.


@given(st.lists(st.integers(0, 4), max_size=5))
def test_all_at_once_is_the_same_as_page_by_page_and_one_by_one(sizes: Sequence[int]) -> None:
    def keys(outcomes: Iterable[Any]) -> list[str]:
        return sorted(outcome.key for outcome in outcomes)

    pages = volumes(*sizes)
    whole = {"Volumes": [item for page in pages for item in page["Volumes"]]}
    at_once = keys(survey(Paper(DescribeVolumes=whole, GetMetricData=numbers), Silent()))
    by_page = keys(survey(Paper(DescribeVolumes=pages, GetMetricData=numbers), Silent()))
    one_by_one = [
        outcome
        for item in whole["Volumes"]
        for outcome in survey(
            Paper(DescribeVolumes={"Volumes": [item]}, GetMetricData=numbers),
            Silent(),
            only=item["VolumeId"],
        )
    ]
    assert at_once == by_page == keys(one_by_one)


def test_every_paged_operation_is_paged_by_botocore() -> None:
    """What a source reads to its end, botocore can page; what it cannot, comes whole."""
    paged = {"ec2": "GetManagedPrefixListEntries", "route53": "ListResourceRecordSets"}
    for service, operation in paged.items():
        model = session().get_paginator_model(service)
        assert model.get_paginator(operation)
