"""What could not be read makes unknown what needed it, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from steadyhand.account import Account
from steadyhand.checks.access.old_access_key import OldAccessKey
from steadyhand.checks.access.unused_access_key import UnusedAccessKey
from steadyhand.checks.backups.bucket_versioning_off import BucketVersioningOff
from steadyhand.checks.exposure.imdsv1_allowed import Imdsv1Allowed
from steadyhand.checks.exposure.open_admin_ports import OpenAdminPorts
from steadyhand.checks.exposure.open_all_ports import OpenAllPorts
from steadyhand.checks.exposure.public_bucket import PublicBucket
from steadyhand.checks.jobs.queue_without_dlq import QueueWithoutDlq
from steadyhand.engine.survey import Survey
from steadyhand.model import Answer, Call, Finding, ReadFailed, Unknown
from steadyhand.sources.s3 import Buckets
from tests.engine.paper import (
    BUCKETS,
    DENIED,
    GROUPS,
    LISTS,
    NOW,
    Late,
    Paper,
    Plain,
    open_group,
    survey,
)


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


def test_a_bug_in_a_worker_is_raised_where_the_survey_is_read() -> None:
    with pytest.raises(KeyError):
        survey(Paper(), OpenAllPorts())
    with pytest.raises(KeyError):
        survey(Late(ListBuckets=BUCKETS), PublicBucket())


def test_a_bug_in_a_check_is_raised_and_the_workers_stop() -> None:
    class Broken(Plain):
        reads = (Buckets,)

        def find(self, account: Account, now: datetime) -> Iterator[Finding]:
            raise AssertionError

    broken = Survey([Broken()], Paper(ListBuckets=BUCKETS), NOW)
    with pytest.raises(AssertionError):
        list(broken)
    assert broken.left


def test_an_item_that_a_check_stumbles_over_is_unknown_alone() -> None:
    """A member that AWS always sent until today is missing, or another type."""
    world = [{"CidrIp": "0.0.0.0/0"}]
    odd = open_group("sg-2", {"IpProtocol": "tcp", "FromPort": "x", "IpRanges": world})
    groups = {"SecurityGroups": [open_group("sg-1"), odd, open_group("sg-3")]}
    outcomes = survey(Paper(DescribeSecurityGroups=groups), OpenAdminPorts())
    assert [one.key for one in outcomes if isinstance(one, Finding)] == ["sg-1", "sg-3"]
    (unknown,) = [one for one in outcomes if isinstance(one, Unknown)]
    assert unknown.concerns == "sg-2"
    assert "not as AWS describes it" in unknown.reason


@pytest.mark.parametrize("odd", [{}, {"GroupName": "g"}, "sg-1"])
def test_an_item_without_a_name_makes_its_list_unknown_and_hides_no_other(odd: object) -> None:
    groups = [{"SecurityGroups": [odd, open_group("sg-1")]}, {"SecurityGroups": [open_group()]}]
    outcomes = survey(Paper(DescribeSecurityGroups=groups), OpenAdminPorts())
    assert {one.key for one in outcomes if isinstance(one, Finding)} == {"sg-1"}
    assert [one.concerns for one in outcomes if isinstance(one, Unknown)] == [None]


def test_an_item_that_cannot_say_what_it_needs_is_judged_or_unknown() -> None:
    """A range that is none: whether the rules of its group are asked for hangs on it."""
    odd = open_group("sg-2", {"IpProtocol": "tcp", "IpRanges": [{"CidrIp": "everywhere"}]})
    groups = {"SecurityGroups": [odd, open_group("sg-1")]}
    aws = Paper(DescribeSecurityGroups=groups, DescribeSecurityGroupRules={})
    outcomes = survey(aws, OpenAdminPorts())
    assert [one.key for one in outcomes if isinstance(one, Finding)] == ["sg-1"]
    assert [one.concerns for one in outcomes if isinstance(one, Unknown)] == ["sg-2"]
