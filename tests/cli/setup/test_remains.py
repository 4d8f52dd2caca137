"""What stays: its commands do what they say, and what cannot be read is said to be unread."""

from __future__ import annotations

import re
import shlex
from typing import Any

import jmespath

from steadyhand.cli.leaving import export, remains
from steadyhand.cli.leaving.stacks import Deployed, Retained, Stack
from steadyhand.model import Answer, Call, ReadFailed
from steadyhand.settings.deployed import STORAGE, TABLE, reports
from steadyhand.settings.values import Settings
from tests.cli.terminal import REGION

ACCOUNT = "123456789012"
BUCKET = reports(ACCOUNT, REGION)


def test_the_commands_empty_a_bucket_and_open_a_table() -> None:
    """`--query` is a JMESPath over ListObjectVersions' answer; either list may be missing from it."""
    listed = {"Versions": [{"Key": "a", "VersionId": "1"}]}
    marked = {"DeleteMarkers": [{"Key": "b", "VersionId": "2"}]}
    for answer, expected in (
        (listed | marked, [("a", "1"), ("b", "2")]),
        (listed, [("a", "1")]),
        (marked, [("b", "2")]),
    ):
        found = jmespath.search(remains.VERSIONS, answer)["Objects"]
        assert [(one["Key"], one["VersionId"]) for one in found] == expected
    kept = [
        Retained(kind=kind, name="n", region=REGION) for kind in (remains.TABLES, remains.BUCKETS)
    ]
    said = [command for one in kept for each in remains._kept(one) for command in each.commands]
    assert all(shlex.split(one)[0] == "aws" and f"--region {REGION}" in one for one in said)
    assert "--no-deletion-protection-enabled" in said[0]
    assert re.search(r"delete-objects .*list-object-versions .*--max-items 1000 ", said[2])


class Silent:
    """A region that says nothing to us."""

    region = REGION

    def ask(self, call: Call) -> Answer:
        raise ReadFailed("AccessDenied", call.action)

    def pages(self, call: Call) -> Any:
        raise ReadFailed("AccessDenied", call.action)

    def wait(self, seconds: float) -> None:
        raise AssertionError(seconds)

    def elsewhere(self, region: str) -> Silent:
        assert region
        return self


def test_what_cannot_be_read_is_listed_as_unread_and_what_was_the_owners_is_named() -> None:
    kept = (Retained(kind=remains.TABLES, name=TABLE, region=REGION),)
    stack = Stack(
        name=STORAGE, region=REGION, id="i", status="s", is_protected=False, resources=1, kept=kept
    )
    decided = Settings(
        recorder="exists", mail_from="a@example.com", tickets="github", tickets_project="a/b"
    )
    told = list(remains.remains(Silent(), decided, Deployed(stacks=(stack,)), ACCOUNT))
    by_name = {one.what: one.why for one in told}
    assert "the ledger" in by_name[f"table {TABLE} in {REGION}"]
    unread = [what for what, why in by_name.items() if "cannot be read (AccessDenied)" in why]
    assert {BUCKET, "/steadyhand/seal", decided.tickets_token, decided.mail_from} <= set(unread)
    assert {"your CloudTrail trail", "your AWS Config recorder"} <= by_name.keys()
    assert "\n".join(export.lines(told)).count("\n") >= len(told)


def test_what_stays_in_a_further_region_is_named_when_its_stack_is_gone_too() -> None:
    """Its name is in the settings alone by then."""
    decided = Settings(regions=(REGION, "us-east-1"))
    told = {one.what for one in remains.remains(Silent(), decided, Deployed(stacks=()), ACCOUNT)}
    for region in decided.regions:
        assert {f"logs in {region}", f"CDKToolkit in {region}"} <= told
