"""A batch of SQS messages: each is handled alone, and those that fail are logged and return alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)

from functions.context import home, take_unreadable
from steadyhand.engine.event_index import MalformedEvent
from steadyhand.model import Call, ReadFailed
from steadyhand.reference.secrets import redacted_in
from steadyhand.settings.deployed import METRICS

FIRST, LONGEST = 10, 300
"""Seconds until a message that failed comes back: the first time, and at most."""


def one_line(record: dict[str, Any]) -> str:
    """A record of the log as one line of JSON, without secrets that an error may repeat."""
    return json.dumps(redacted_in(json.loads(json.dumps(record, default=str))))


log = Logger(service="steadyhand", json_serializer=one_line)
metrics = Metrics(namespace=METRICS, service="steadyhand")


def batched(answer: Callable[[Any], None]) -> Callable[[dict[str, Any], Any], Any]:
    """A Lambda handler that gives `answer` the body of one message after the other."""

    def one(record: dict[str, Any]) -> None:
        try:
            answer(body(record))
        except Exception as error:
            log.exception("message failed", extra={"message_id": record.get("messageId")})
            metrics.add_metric("Failed", "Count", 1)
            put_off(record, error)
            raise
        finally:
            tell_unreadable()

    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)

    @log.inject_lambda_context
    @metrics.log_metrics
    def handler(event: dict[str, Any], context: Any) -> Any:
        del context
        metrics.add_metric("Messages", "Count", len(event["Records"]))
        return process_partial_response(event, one, processor)

    return handler


def tell_unreadable() -> None:
    """Rows of the ledger that make no sense, which nobody has told yet."""
    rows = take_unreadable()
    for row in rows:
        log.warning(row)
    if rows:
        metrics.add_metric("UnreadableRows", "Count", len(rows))


def put_off(record: dict[str, Any], error: Exception) -> None:
    """Let a message come back soon, and later each time; one that is no event, at once.

    Where this fails too, the message comes back when its queue says.
    """
    tries = int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))
    seconds = 0 if isinstance(error, MalformedEvent) else min(LONGEST, FIRST * 3 ** (tries - 1))
    try:
        params = {
            "QueueUrl": queue(record["eventSourceARN"]),
            "ReceiptHandle": record["receiptHandle"],
            "VisibilityTimeout": seconds,
        }
        home().ask(Call("sqs:ChangeMessageVisibility", params))
    except ReadFailed as failed:
        log.warning("not put off", extra={"reason": failed.reason})


@cache
def queue(arn: str) -> str:
    """The address of a queue."""
    name = arn.rpartition(":")[2]
    return str(home().ask(Call("sqs:GetQueueUrl", {"QueueName": name}))["QueueUrl"])


def body(record: dict[str, Any]) -> Any:
    """What a message says. `MalformedEvent` where it is no JSON."""
    try:
        return json.loads(record["body"])
    except ValueError as error:
        raise MalformedEvent(f"the message is not JSON: {error}") from error
    except RecursionError:
        raise MalformedEvent("the message is nested too deep") from None
