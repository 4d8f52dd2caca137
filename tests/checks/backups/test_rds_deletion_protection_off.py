"""Rds deletion protection off."""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.checks.backups.rds_deletion_protection_off import RdsDeletionProtectionOff
from steadyhand.sources.sqs import QueueAttributes
from tests.canonical import ACCOUNT, REGION
from tests.defuse import found, spot

CHECK = RdsDeletionProtectionOff()
URL = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/"
EVENT = (
    "sqs:SetQueueAttributes",
    {"QueueUrl": URL + "bad", "Attributes": {"VisibilityTimeout": "13"}},
)


def queue(name: str, **said: str) -> tuple[str, dict[str, str]]:
    return URL + name, {"QueueArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"} | said


# TODO: let BAD hold every way in which it is bad, and GOOD whatever looks much like it
BAD = {QueueAttributes: [queue("bad", VisibilityTimeout="13")]}
GOOD = {QueueAttributes: [queue("good", VisibilityTimeout="30"), queue("silent")]}


def test_says_what_is_wrong() -> None:
    assert [one.summary for one in found(CHECK, BAD)] == [
        "bad says of itself what is wrong with it",
    ]


@pytest.mark.moto
def test_on_moto() -> None:
    def bad(client: Any) -> list[str]:
        made = client("sqs").create_queue(QueueName="bad", Attributes={"VisibilityTimeout": "13"})
        return [made["QueueUrl"]]

    spot(CHECK, bad, lambda client: [client("sqs").create_queue(QueueName="good")["QueueUrl"]])
