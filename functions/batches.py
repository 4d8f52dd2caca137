"""A batch of SQS messages: each is done alone; those that fail are told of and come back alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)

from steadyhand.deployed import METRICS
from steadyhand.doorbells import Malformed

log = Logger(service="steadyhand")
metrics = Metrics(namespace=METRICS, service="steadyhand")


def batched(answer: Callable[[Any], None]) -> Callable[[dict[str, Any], Any], Any]:
    """A Lambda handler that gives `answer` the body of one message after the other."""

    def one(record: dict[str, Any]) -> None:
        try:
            answer(body(record))
        except Exception:
            log.exception("message failed", extra={"message_id": record.get("messageId")})
            metrics.add_metric("Failed", "Count", 1)
            raise

    @log.inject_lambda_context
    @metrics.log_metrics
    def handler(event: dict[str, Any], context: Any) -> Any:
        processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
        metrics.add_metric("Messages", "Count", len(event["Records"]))
        return process_partial_response(event, one, processor, context)

    return handler


def body(record: dict[str, Any]) -> Any:
    """What a message says. `Malformed` where it is no JSON."""
    try:
        return json.loads(record["body"])
    except ValueError as error:
        raise Malformed(f"the message is not JSON: {error}") from error
