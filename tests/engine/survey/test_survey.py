"""The survey reads each fact once, page by page, for all who need it: driven by an AWS on paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from steadyhand.account import Account
from steadyhand.aws.client import session
from steadyhand.checks.backups.bucket_versioning_off import BucketVersioningOff
from steadyhand.checks.exposure.open_admin_ports import OpenAdminPorts
from steadyhand.checks.exposure.open_all_ports import OpenAllPorts
from steadyhand.checks.exposure.public_bucket import PublicBucket
from steadyhand.engine.survey import Survey
from steadyhand.model import GLOBAL, Finding, ReadFailed
from steadyhand.source import Each, Source
from steadyhand.sources.s3 import Buckets, Versioning
from tests.engine.paper import (
    BUCKETS,
    GROUPS,
    NOW,
    Paper,
    Plain,
    Silent,
    numbers,
    open_group,
    survey,
    volumes,
)


def test_one_read_serves_all_its_checks() -> None:
    aws = Paper(DescribeSecurityGroups=GROUPS)
    found = {outcome.check for outcome in survey(aws, OpenAdminPorts(), OpenAllPorts())}
    assert found == {"open_admin_ports", "open_all_ports"}
    assert sorted(aws.actions()) == [
        "DescribeSecurityGroupRules",
        "DescribeSecurityGroups",
        "DescribeVpcBlockPublicAccessOptions",
    ]


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
