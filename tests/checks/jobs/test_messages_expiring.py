"""Queues that are about to delete what nobody worked on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steadyhand.account import Account
from steadyhand.checks.jobs.messages_expiring import LONGEST, USUAL, MessagesExpiring, span
from steadyhand.model import Finding, Risk
from steadyhand.sources.cloudwatch import OldestMessages
from steadyhand.sources.sqs import QueueAttributes
from tests.canonical import REGION
from tests.trust.lab import World
from tests.trust.scenes import Planting
from tests.verbs import NOW, fix_and_undo, found, planned

CHECK = MessagesExpiring()
URL = f"https://sqs.{REGION}.amazonaws.com/123456789012/"
QUEUE = f"arn:aws:sqs:{REGION}:123456789012:"
DAY = 86_400
HARMLESS = "to keep messages for longer is as harmless the sooner it is done"


def queue(name: str, days: float | None = 4, messages: int = 3) -> tuple[str, dict[str, str]]:
    said = {"QueueArn": QUEUE + name, "ApproximateNumberOfMessages": str(messages)}
    keeps = {} if days is None else {"MessageRetentionPeriod": str(int(days * DAY))}
    return URL + name, said | keeps


def oldest(name: str, *days: float) -> tuple[str, list[float]]:
    return URL + name, [one * DAY for one in days]


BAD = {
    QueueAttributes: [
        queue("old"), queue("default", None), queue("week", 7), queue("brief", 0.5),
        queue("late", 2), queue("longest", 14),
        (URL + "flying", queue("flying", 4, 0)[1] | {"ApproximateNumberOfMessagesNotVisible": "2"}),
    ],
    OldestMessages: [
        oldest("old", 3), oldest("default", 2.81), oldest("week", 5, 5.1), oldest("brief", 0.4),
        oldest("late", 2.5), oldest("longest", 12), oldest("flying", 3.5),
    ],
}  # fmt: skip
GOOD = {
    QueueAttributes: [
        queue("young"), queue("empty", 4, 0), queue("new"), queue("unmeasured"),
        queue("longer", 14), queue("fourteen", 14),
    ],
    OldestMessages: [
        oldest("young", 2.79), oldest("empty", 3.9), oldest("new"), oldest("longer", 3.9),
        oldest("fourteen", 9.7),
    ],
}  # fmt: skip


def test_says_when_the_first_is_deleted() -> None:
    said = {one.resource.rpartition(":")[2]: one.summary for one in found(CHECK, BAD)}
    assert said["old"] == (
        "old deletes its oldest message on 24 November 2026 after 09:00 UTC, unworked;"
        " it keeps them for 4 days"
    )
    assert said["brief"].endswith("it keeps them for 12 hours")
    assert "23 November 2026 after 09:00" in said["late"], "not before now"


@given(age=st.floats(0, 20 * DAY), keeps=st.integers(60, LONGEST), share=st.integers(1, 99))
def test_found_from_its_share_on_and_never_dated_before_now(
    age: float, keeps: int, share: int
) -> None:
    url, said = queue("q", keeps / DAY)
    said["MessageRetentionPeriod"] = str(keeps)
    facts = {QueueAttributes: [(url, said)], OldestMessages: [(url, [age])]}
    findings = list(MessagesExpiring(share=share).find(Account.of(facts), NOW))
    assert bool(findings) == (age >= keeps * share / 100 or age * 100 >= keeps * share)
    for one in findings:
        assert isinstance(one, Finding)
        assert one.detonates_at
        assert timedelta(hours=-1) < one.detonates_at - NOW <= timedelta(days=14)


def test_a_look_within_the_hour_says_the_same() -> None:
    """The age grows as the clock does, so what is written down does not change with every look."""
    first = found(CHECK, {QueueAttributes: [queue("q")], OldestMessages: [oldest("q", 3)]}, NOW)
    later = NOW + timedelta(minutes=35)
    grown = [(URL + "q", [3 * DAY + 35 * 60.0])]
    again = found(CHECK, {QueueAttributes: [queue("q")], OldestMessages: grown}, later)
    assert [one.summary for one in first] == [one.summary for one in again]


def test_what_somebody_keeps_for_less_than_usual_is_asked_about() -> None:
    risks = {one.resource.rpartition(":")[2]: CHECK.risk_of(one) for one in found(CHECK, BAD)}
    assert risks == {
        **dict.fromkeys(("old", "default", "week", "flying"), Risk.SAFE),
        **dict.fromkeys(("brief", "late"), Risk.APPROVAL),
        "longest": Risk.ADVICE,
    }


def test_sets_one_attribute_alone_and_never_shortens() -> None:
    for one in found(CHECK, BAD):
        for step in planned(CHECK, one):
            assert step.undo
            assert step.do.params["Attributes"] == {"MessageRetentionPeriod": str(LONGEST)}
            before = int(step.undo.params["Attributes"]["MessageRetentionPeriod"])
            assert before < LONGEST
            assert step.undo.params["Attributes"].keys() == {"MessageRetentionPeriod"}


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(USUAL, "4 days"), (DAY, "1 day"), (5400, "90 minutes"), (3600, "1 hour"), (61, "61 seconds")],
)
def test_spans_in_words(seconds: int, words: str) -> None:
    assert span(seconds) == words


def plant(client: Any, name: str = "orders", at: datetime | None = None) -> str:
    """A queue with a message, and CloudWatch's word that it has been there for three days and a half.

    As often as CloudWatch says it, for two days to come, so that whoever looks later sees it too.
    """
    url = client("sqs").create_queue(QueueName=name)["QueueUrl"]
    client("sqs").send_message(QueueUrl=url, MessageBody="x")
    began = (at or datetime.now(UTC)) - timedelta(hours=1)
    client("cloudwatch").put_metric_data(
        Namespace="AWS/SQS",
        MetricData=[
            {
                "MetricName": "ApproximateAgeOfOldestMessage",
                "Dimensions": [{"Name": "QueueName", "Value": name}],
                "Timestamp": began + timedelta(minutes=5 * number),
                "Value": 3.5 * DAY,
            }
            for number in range(600)
        ],
    )
    return str(url)


def attributes(world: World) -> dict[str, str]:
    said = world.client("sqs").get_queue_attributes(QueueUrl=URL + "orders", AttributeNames=["All"])
    names = ("VisibilityTimeout", "DelaySeconds", "MessageRetentionPeriod")
    return {name: said["Attributes"][name] for name in names}


def delay(seconds: int) -> Any:
    return lambda world: world.client("sqs").set_queue_attributes(
        QueueUrl=URL + "orders", Attributes={"DelaySeconds": str(seconds)}
    )


PLANTING = Planting(
    plant=lambda world: plant(world.client, at=world.clock.at),
    truth=attributes,
    fixed=lambda said: said["MessageRetentionPeriod"] == str(LONGEST),
    beside=[(delay(9), delay(0))],
)


@pytest.mark.moto
def test_on_moto() -> None:
    fix_and_undo(CHECK, lambda client: [plant(client)])
