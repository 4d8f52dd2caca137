"""Dead letters, lost events and missed runs of a month."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from steadyhand.model import ReadFailed
from steadyhand.readings.measures import jobs
from tests.readings.answers import REGION, Client, read


def hours(*values: float) -> list[tuple[datetime, float]]:
    start = datetime(2026, 4, 30, 23, tzinfo=UTC)
    return [(start + timedelta(hours=n), value) for n, value in enumerate(values)]


def test_dead_letters_are_told_by_what_waits() -> None:
    base = f"https://sqs.{REGION}.amazonaws.com/1/"
    target = json.dumps({"deadLetterTargetArn": f"arn:aws:sqs:{REGION}:1:failed-orders"})

    def attributes(params: Mapping[str, Any]) -> Mapping[str, Any]:
        has = params["QueueUrl"].endswith("/orders")
        return {"Attributes": {"RedrivePolicy": target} if has else {}}

    def numbers(name: str, where: Any, since: datetime, until: datetime) -> Any:
        del since, until
        if where.get("QueueName") == "failed-orders":
            waits = hours(4, 4, 9, 9, 0, 2)
            ages = hours(60, 60, 60, 60, 60, 518_400)
            return waits if name == "ApproximateNumberOfMessagesVisible" else ages
        return []

    urls = [base + name for name in ("orders", "failed-orders", "mail", "webhook-dlq")]
    answers = {"sqs:ListQueues": {"QueueUrls": urls}, "sqs:GetQueueAttributes": attributes}
    client = Client(answers, numbers)
    found = {one.name: one for one in read(client).dead_letters or ()}
    assert sorted(found) == ["failed-orders", "webhook-dlq"]
    orders = found["failed-orders"]
    assert (orders.came, orders.went, orders.left) == (7, 9, 2), "four lay there in April"
    assert orders.oldest == 518_400
    assert len(client.asked("sqs:GetQueueAttributes")) == 3, "its name tells what the fourth is"


def test_a_queue_that_was_never_used_holds_nothing() -> None:
    answers = {"sqs:ListQueues": {"QueueUrls": ["https://x/1/mail-dlq"]}}
    (one,) = read(Client(answers)).dead_letters or ()
    assert (one.came, one.went, one.left, one.oldest) == (0, 0, 0, None)


def test_too_many_queues_are_a_gap() -> None:
    urls = [f"https://x/1/q{n:03}" for n in range(jobs.ASKED + 12)]
    answers = {"sqs:ListQueues": {"QueueUrls": urls}, "sqs:GetQueueAttributes": {}}
    found = read(Client(answers))
    assert [(one.what, one.why) for one in found.unread] == [("12 more queues", "TooMany")]


def test_events_are_lost_where_nothing_took_them() -> None:
    def numbers(name: str, where: Any, since: datetime, until: datetime) -> Any:
        counts = {
            ("AsyncEventsDropped", "alone"): 3,
            ("AsyncEventsDropped", "passes-on"): 5,
            ("AsyncEventsDropped", "has-queue"): 7,
            ("DeadLetterErrors", "has-queue"): 2,
        }
        if n := counts.get((name, where.get("FunctionName", ""))):
            return [(since, 90.0), (until - timedelta(days=3), float(n))]
        return []

    def invoke(params: Mapping[str, Any]) -> Mapping[str, Any]:
        if params["FunctionName"] == "alone":
            raise ReadFailed("ResourceNotFoundException", "no such configuration")
        return {"DestinationConfig": {"OnFailure": {"Destination": "arn:x"}}}

    functions = [
        {"FunctionName": "alone"},
        {"FunctionName": "passes-on"},
        {"FunctionName": "has-queue", "DeadLetterConfig": {"TargetArn": "arn:x"}},
        {"FunctionName": "quiet"},
    ]
    answers = {
        "lambda:ListFunctions": {"Functions": functions},
        "lambda:GetFunctionEventInvokeConfig": invoke,
    }
    client = Client(answers, numbers)
    found = {one.name: one.count for one in read(client).lost or ()}
    assert found == {"alone": 3, "has-queue": 2}, "the day before the month is not counted"
    assert len(client.asked("lambda:GetFunctionEventInvokeConfig")) == 2


def test_missed_runs_by_group_and_rule() -> None:
    def numbers(name: str, where: Any, since: datetime, until: datetime) -> Any:
        counts = {
            ("InvocationAttemptCount", "default"): 900,
            ("InvocationDroppedCount", "default"): 1,
            ("TriggeredRules", "nightly"): 31,
            ("FailedInvocations", "nightly"): 2,
        }
        key = (name, where.get("ScheduleGroup") or where.get("RuleName") or "")
        return [(until - timedelta(days=1), float(counts[key]))] if key in counts else []

    rules = [
        {"Name": "nightly", "ScheduleExpression": "rate(1 day)"},
        {"Name": "on-event", "EventPattern": "{}"},
    ]
    found = (
        read(Client({"events:ListRules": {"Rules": rules}}, numbers, is_scheduled=True)).runs or ()
    )
    assert {(one.name, one.tried, one.missed) for one in found} == {
        ("default", 900, 1),
        ("nightly", 31, 2),
    }
