"""Who made a call, as CloudTrail's records say it, however little of one there is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.sources.callers import caller_of


def record(identity: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"eventTime": "2026-11-23T08:41:02Z", "eventName": "X", "userIdentity": identity} | more


ROLE = {
    "type": "AssumedRole",
    "arn": "arn:aws:sts::1:assumed-role/deploy/run-7",
    "sessionContext": {"sessionIssuer": {"userName": "deploy"}},
}
SSO = {
    "type": "AssumedRole",
    "arn": "arn:aws:sts::1:assumed-role/AWSReservedSSO_Admin_1/ann@shop",
    "sessionContext": {"sessionIssuer": {"userName": "AWSReservedSSO_Admin_1"}},
}
USER = {"type": "IAMUser", "arn": "arn:aws:iam::1:user/ann"}


@pytest.mark.parametrize(
    ("said", "name", "service", "through"),
    [
        (record(USER, userAgent="aws-cli/2.31 md/x"), "ann", "", "aws-cli"),
        (record(USER, sessionCredentialFromConsole="true", userAgent="Mozilla/5.0"), "ann", "", "the console"),
        (record(USER, userAgent="console.amazonaws.com"), "ann", "", "the console"),
        (record(ROLE, userAgent="[Boto3/1.44]"), "deploy", "", "Boto3"),
        (record(SSO), "ann@shop", "", ""),
        (record({"type": "Root", "arn": "arn:aws:iam::1:root"}), "the root user", "", ""),
        (
            record(USER | {"invokedBy": "cloudformation.amazonaws.com"}),
            "cloudformation",
            "cloudformation.amazonaws.com",
            "",
        ),
        (
            record({"type": "AWSService", "invokedBy": "backup.amazonaws.com"}),
            "backup",
            "backup.amazonaws.com",
            "",
        ),
    ],
)  # fmt: skip
def test_is_named_as_a_person_says_it(said: Any, name: str, service: str, through: str) -> None:
    caller = caller_of(said)
    assert caller
    assert (caller.name, caller.service, caller.through) == (name, service, through)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(JSON, JSON, JSON, JSON)
def test_what_is_no_record_names_nobody_and_breaks_nothing(a: Any, b: Any, c: Any, d: Any) -> None:
    assert caller_of(a) is None or isinstance(a, dict)
    caller_of({"eventTime": a, "userIdentity": {"arn": b, "sessionContext": c, "invokedBy": d}})
    found = caller_of(record({"arn": b, "sessionContext": c, "invokedBy": d}, userAgent=a))
    assert found is None or isinstance(found.name, str)


@pytest.mark.parametrize("at", [None, "soon", "2026-11-23T08:41:02", 7])
def test_a_record_without_a_moment_is_none(at: Any) -> None:
    assert caller_of({"eventTime": at, "userIdentity": USER}) is None
