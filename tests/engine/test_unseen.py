"""What could not be seen is as small as the failure, and never smaller."""

from __future__ import annotations

from dataclasses import replace

import pytest

from steadyhand.catalogue import discovery as catalogue
from steadyhand.engine.unseen import Unseen
from steadyhand.model import Finding, Severity, Unknown
from steadyhand.sources.keys import Place

CHECKS = {check.id: check for check in catalogue.load()}
HERE = Place("123456789012", "eu-central-1", "aws")


def finding(check: str, key: str) -> Finding:
    return Finding(
        check=check,
        account=HERE.account,
        region=HERE.region,
        resource=key,
        key=key,
        name=key,
        summary="x",
        severity=Severity.LOW,
    )


def hidden(check: str, key: str, concerns: str | None) -> bool:
    unknown = Unknown(check, HERE.region, "denied", concerns)
    return Unseen(CHECKS, [unknown], HERE).hides(finding(check, key))


def test_what_lies_in_something_unseen_is_unseen_and_nothing_else() -> None:
    unknown = Unknown("resource_drift", HERE.region, "busy", "stack-1", "stack_id")
    unseen = Unseen(CHECKS, [unknown], HERE)
    for stack, check, hides in (
        ("stack-1", "resource_drift", True),
        ("stack-2", "resource_drift", False),
        ("stack-1", "stack_drift", False),
    ):
        one = replace(finding(check, "AWS::SQS::Queue a"), evidence={"stack_id": stack})
        assert unseen.hides(one) == hides
    assert not unseen.hides(finding("resource_drift", "AWS::SQS::Queue a"))


@pytest.mark.parametrize(
    ("check", "denied", "other"),
    [
        ("bucket_versioning_off", "attic", "cellar"),
        ("unused_access_key", "ann", "bob"),
        ("open_admin_ports", "sg-1", "sg-2"),
        ("queue_without_dlq", "https://sqs.eu-central-1.amazonaws.com/123456789012/a",
         "https://sqs.eu-central-1.amazonaws.com/123456789012/b"),
    ],
)  # fmt: skip
def test_a_denied_item_hides_itself_and_no_other(check: str, denied: str, other: str) -> None:
    assert hidden(check, denied, denied)
    assert not hidden(check, other, denied)
    assert not Unseen(CHECKS, [Unknown("imdsv1_allowed", "x", "denied")], HERE).hides(
        finding(check, other)
    )


@pytest.mark.parametrize(
    ("check", "key", "concerns"),
    [
        ("bucket_versioning_off", "attic", None),
        ("bucket_versioning_off", "attic", "arn:aws:s3:::cellar"),
        ("open_admin_ports", "sg-1", "pl-7"),
        ("deprecated_runtime", "orders", "orders:prod"),
        ("queue_without_dlq", "https://sqs.eu-central-1.amazonaws.com/123456789012/a", "b"),
        ("queue_without_dlq", "https://sqs.eu-central-1.amazonaws.com/123456789012/a",
         "https://eu-central-1.queue.amazonaws.com/123456789012/b"),
        ("cost_anomaly", "Amazon S3", "Amazon EC2"),
    ],
)  # fmt: skip
def test_what_is_no_subject_of_the_check_hides_all_of_it(
    check: str, key: str, concerns: str | None
) -> None:
    assert hidden(check, key, concerns)
