"""A session is had only from an answer that holds one; whatever else STS says is a failure like another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from steadyhand.aws.assumed import Lent, assumed, reading
from steadyhand.model import Call, ReadFailed

REGION = "eu-central-1"
KEYS = {
    "AccessKeyId": "ASIA",
    "SecretAccessKey": "s",
    "SessionToken": "t",
    "Expiration": datetime.now(UTC) + timedelta(hours=1),
}
WHOLE: dict[str, Any] = {
    "Credentials": KEYS,
    "AssumedRoleUser": {"Arn": "arn:aws:sts::123456789012:assumed-role/actor/ch-1"},
}
SAID = {"RoleArn": "arn:aws:iam::123456789012:role/actor", "RoleSessionName": "ch-1"}


class Sts:
    """A client whose STS says one thing, and which tells what other clients it was asked for."""

    identity = "arn:aws:iam::123456789012:role/react"

    def __init__(self, answer: Any) -> None:
        self.answer, self.sessions, self.asked = answer, dict[str, Any](), 0

    def ask(self, call: Call) -> Any:
        assert call.action == "sts:AssumeRole"
        self.asked += 1
        return self.answer

    def with_(self, **other: Any) -> dict[str, Any]:
        return other


def test_a_session_is_named_after_its_change_and_serves_while_it_lasts() -> None:
    sts = Sts(WHOLE)
    first, second = (assumed(sts, SAID, REGION, partial(Lent, sts, REGION)) for _ in range(2))
    assert first is second
    assert sts.asked == 1
    assert first.credentials["aws_session_token"] == "t"
    assert first.identity.endswith("/ch-1")


def test_who_reads_in_a_role_has_a_client_of_that_session() -> None:
    said = assumed(Sts(WHOLE), SAID, REGION, reading(Sts(WHOLE), REGION))
    assert said["credentials"]["aws_session_token"] == "t"
    assert said["identity"].endswith("/ch-1")


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"Credentials": None},
        {"Credentials": "AccessKeyId"},
        {"Credentials": []},
        *({"Credentials": KEYS | {name: odd}} for name in KEYS if name != "Expiration" for odd in ("", None, 5, {})),
        *({"Credentials": {key: said for key, said in KEYS.items() if key != name}} for name in KEYS if name != "Expiration"),
        WHOLE | {"AssumedRoleUser": "actor"},
        WHOLE | {"AssumedRoleUser": {"Arn": 5}},
    ],
)  # fmt: skip
def test_what_holds_no_session_is_a_failure(answer: Any) -> None:
    """A front between us and STS may answer anything that is well-formed."""
    sts = Sts(answer)
    with pytest.raises(ReadFailed) as failed:
        assumed(sts, SAID, REGION, partial(Lent, sts, REGION))
    assert failed.value.code == "MalformedAnswer"
    assert sts.sessions == {}
