"""Buckets that do not block public access."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.checks.exposure.public_bucket import BLOCKS, PublicBucket
from steadyhand.sources.s3 import PublicAccessBlocks
from tests.defuse import defuse, found, planned

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

    defuse(CHECK, bad, good)
