"""Buckets that do not block public access."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.account import Account
from steadyhand.checks.exposure.public_bucket import BLOCKS, PublicBucket
from steadyhand.engine.survey import Survey
from steadyhand.model import ReadFailed
from steadyhand.sources.s3 import AccountBlock, PublicAccessBlocks
from tests.canonical import ACCOUNT
from tests.checks.recorded import Recorded
from tests.verbs import NOW, fix_and_undo, found, planned, spot

CHECK = PublicBucket()
ON = dict.fromkeys(BLOCKS, True)
BAD = {PublicAccessBlocks: [("attic", {}), ("barn", ON | {"BlockPublicPolicy": False})]}
GOOD = {PublicAccessBlocks: [("cellar", ON)]}


def test_says_what_is_off() -> None:
    none, some = found(CHECK, BAD)
    assert none.summary == "bucket attic does not block public access (nothing is set)"
    assert some.summary == "bucket barn does not block public access (BlockPublicPolicy off)"
    assert some.resource == "arn:aws:s3:::barn"


def test_undo_is_what_was() -> None:
    none, some = (step for finding in found(CHECK, BAD) for step in planned(CHECK, finding))
    assert none.undo
    assert none.undo.action == "s3:DeletePublicAccessBlock"
    assert some.undo
    assert some.undo.params["PublicAccessBlockConfiguration"] == ON | {"BlockPublicPolicy": False}


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(BLOCKS, st.booleans())))
def test_only_all_four_are_enough(flags: dict[str, bool]) -> None:
    assert bool(found(CHECK, {PublicAccessBlocks: [("b", flags)]})) == (flags != ON)


OFF = dict.fromkeys(BLOCKS, False)
HALF = ON | {"BlockPublicPolicy": False, "RestrictPublicBuckets": False}
REST = OFF | {"BlockPublicPolicy": True, "RestrictPublicBuckets": True}
TOGETHER: dict[str, tuple[Any, Any, str]] = {
    "all by the account": ({}, ON, ""),
    "each does half": (HALF, REST, ""),
    "half by the account": ({}, HALF, "BlockPublicPolicy, RestrictPublicBuckets off"),
    "nothing by either": ({}, OFF, "nothing is set"),
    "the account never set one": (HALF, None, "BlockPublicPolicy, RestrictPublicBuckets off"),
    "all by the bucket": (ON, OFF, ""),
}


@pytest.mark.parametrize(("own", "everywhere", "off"), TOGETHER.values(), ids=TOGETHER)
def test_the_account_blocks_too(own: Any, everywhere: Any, off: str) -> None:
    """S3 takes the stricter of the two, setting by setting.

    docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    """
    facts = {PublicAccessBlocks: [("b", own)], AccountBlock: [everywhere] if everywhere else []}
    findings = found(CHECK, facts)
    assert [finding.summary for finding in findings] == (
        [f"bucket b does not block public access ({off})"] if off else []
    )
    for finding in findings:
        (step,) = planned(CHECK, finding)
        assert step.undo, "what the bucket had comes back, whatever the account does"


def test_an_account_that_may_not_be_asked_is_said_to_be_unread() -> None:
    facts: Any = {PublicAccessBlocks: [("b", {}), ("safe", ON)], AccountBlock: []}
    denied: Any = {AccountBlock: {None: ReadFailed("AccessDenied", "you may not")}}
    (finding,) = CHECK.find(Account.of(facts, denied), NOW)
    assert finding.summary == (
        "bucket b does not block public access"
        " (nothing is set; whether the account does could not be read)"
    )


def answers(block: Any) -> Any:
    return {
        "s3:ListBuckets": lambda _: {"Buckets": [{"Name": "b"}, {"Name": "c"}]},
        "s3:GetPublicAccessBlock": lambda _: {"PublicAccessBlockConfiguration": OFF},
        "s3control:GetPublicAccessBlock": lambda _: block,
    }


def test_the_account_is_asked_once_and_only_where_a_bucket_needs_it() -> None:
    aws = Recorded(answers({"PublicAccessBlockConfiguration": ON}))
    assert [*Survey([CHECK], aws, NOW)] == []
    assert aws.counts["s3control:GetPublicAccessBlock"] == 1
    closed = answers({}) | {
        "s3:GetPublicAccessBlock": lambda _: {"PublicAccessBlockConfiguration": ON}
    }
    aws = Recorded(closed)
    assert [*Survey([CHECK], aws, NOW)] == []
    assert "s3control:GetPublicAccessBlock" not in aws.counts
    missing = ReadFailed("NoSuchPublicAccessBlockConfiguration", "none")
    assert len([*Survey([CHECK], Recorded(answers(missing)), NOW)]) == 2


@pytest.mark.moto
def test_on_moto() -> None:
    def make(client: Any, name: str, **flags: bool) -> str:
        where = {"LocationConstraint": "eu-central-1"}
        client("s3").create_bucket(Bucket=name, CreateBucketConfiguration=where)
        if flags:
            client("s3").put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=flags)
        return name

    def bad(client: Any) -> list[str]:
        off = dict.fromkeys(BLOCKS, False)
        return [
            make(client, "attic"),
            make(client, "barn", **(ON | {"RestrictPublicBuckets": False})),
            make(client, "shed", **off),
        ]

    def good(client: Any) -> None:
        make(client, "cellar", **ON)

    fix_and_undo(CHECK, bad, good)


@pytest.mark.moto
def test_on_moto_the_account_blocks_for_all() -> None:
    def good(client: Any) -> None:
        where = {"LocationConstraint": "eu-central-1"}
        client("s3").create_bucket(Bucket="attic", CreateBucketConfiguration=where)
        client("s3control").put_public_access_block(
            AccountId=ACCOUNT, PublicAccessBlockConfiguration=ON
        )

    spot(CHECK, lambda _: [], good)
