"""Buckets that forget."""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.checks.backups.bucket_versioning_off import BucketVersioningOff
from steadyhand.model import Risk, Severity
from steadyhand.sources.s3 import Versioning
from tests.verbs import fix_and_undo, found, planned

CHECK = BucketVersioningOff()
BAD = {
    Versioning: [
        ("attic", {}),
        ("acme-tfstate", {}),
        ("acme.build-artifacts.eu", {"Status": "Suspended"}),
        ("estate-photos", {}),
    ]
}
GOOD = {Versioning: [("barn", {"Status": "Enabled"})]}


def test_what_cannot_be_made_again_is_worse() -> None:
    findings = found(CHECK, BAD)
    assert [finding.severity for finding in findings] == [
        Severity.MEDIUM,
        Severity.HIGH,
        Severity.HIGH,
        Severity.MEDIUM,
    ]
    assert findings[0].summary == "bucket attic has no versioning"
    assert findings[2].summary.startswith(
        "bucket acme.build-artifacts.eu has suspended versioning, and"
    )


def test_the_owner_names_precious_words() -> None:
    (finding,) = found(
        BucketVersioningOff(precious=("photos", "film")), {Versioning: [("photos", {})]}
    )
    assert finding.severity is Severity.HIGH


def make(client: Any, name: str, status: str | None = None) -> str:
    where = {"LocationConstraint": "eu-central-1"}
    client("s3").create_bucket(Bucket=name, CreateBucketConfiguration=where)
    if status:
        client("s3").put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": status})
    return name


@pytest.mark.parametrize(
    ("bucket", "is_precious"),
    [
        ("statements-2026", False),
        ("stateless-web", False),
        ("released-films", False),
        ("real-estate", False),
        ("prodtfstate", True),
        ("prod-tfstate", True),
        ("acme.terraform.state", True),
        ("build-artifacts", True),
        ("backups2026", True),
    ],
)
def test_whole_words_say_what_is_precious(bucket: str, is_precious: bool) -> None:
    assert CHECK.is_precious(bucket) is is_precious


def test_mfa_delete_leaves_it_to_a_person() -> None:
    said = {"Status": "Suspended", "MFADelete": "Enabled"}
    (finding,) = found(CHECK, {Versioning: [("attic", said)]})
    assert planned(CHECK, finding) == []
    assert CHECK.risk_of(finding) is Risk.ADVICE


@pytest.mark.moto
def test_on_moto_a_bucket_that_never_had_it_is_suspended_by_the_undo() -> None:
    def good(client: Any) -> None:
        make(client, "barn", "Enabled")

    fix_and_undo(CHECK, lambda client: [make(client, "attic")], good, exact=False)


@pytest.mark.moto
def test_on_moto_a_suspended_one_is_suspended_again() -> None:
    fix_and_undo(CHECK, lambda client: [make(client, "acme-tfstate", "Suspended")])
