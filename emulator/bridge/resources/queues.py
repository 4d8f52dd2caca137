"""Dead-letter queues know whose they are, and give their messages back: ministack has neither call.

An empty list is left out of an answer, as SQS does, so that nobody comes to rely on it.
"""

import json
import time
import uuid
from typing import Any

from ministack.services import sqs

from ..http.answers import RefusedError, amend, answer

_tasks: list[dict[str, Any]] = []


def _queue(arn: str) -> dict[str, Any]:
    queue = sqs._queue_by_arn(arn)
    if queue is None:
        raise RefusedError(
            "ResourceNotFoundException", "The resource that you specified does not exist.", 404
        )
    return queue


def _sources(arn: str) -> list[dict[str, Any]]:
    """The queues whose failed messages end in this one."""
    found = []
    for queue in sqs._queues.values():
        policy = queue["attributes"].get("RedrivePolicy")
        if policy and json.loads(policy).get("deadLetterTargetArn") == arn:
            found.append(queue)
    return found


@answer("sqs", "ListDeadLetterSourceQueues")
def sources(params: dict[str, Any]) -> dict[str, Any]:
    """ListDeadLetterSourceQueues."""
    try:
        queue = sqs._get_q(params["QueueUrl"])  # under whatever host, as in every other call
    except sqs._Err:
        raise RefusedError(
            "AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist."
        ) from None
    return {"queueUrls": [q["url"] for q in _sources(queue["attributes"]["QueueArn"])]}


@answer("sqs", "StartMessageMoveTask")
def move(params: dict[str, Any]) -> dict[str, Any]:
    """StartMessageMoveTask: every message back to where it came from, or to where is asked."""
    arn, to = params["SourceArn"], params.get("DestinationArn")
    dead, sources_ = _queue(arn), _sources(arn)
    if not sources_:
        message = "Source queue must be configured as a Dead Letter Queue."
        raise RefusedError("InvalidParameterValue", message)
    moved, dead["messages"] = list(dead["messages"]), []
    for message in moved:
        origin = (message.get("sys") or {}).get("DeadLetterQueueSourceArn")
        target = (
            _queue(to) if to else (sqs._queue_by_arn(origin) if origin else None) or sources_[0]
        )
        message.update(
            receipt_handle=None, visible_at=time.time(), receive_count=0, first_receive_at=None
        )
        target["messages"].append(message)
    task = {
        "TaskHandle": str(uuid.uuid4()),
        "Status": "COMPLETED",
        "SourceArn": arn,
        "ApproximateNumberOfMessagesMoved": len(moved),
        "ApproximateNumberOfMessagesToMove": len(moved),
        "StartedTimestamp": int(time.time() * 1000),
    }
    _tasks.append(task | ({"DestinationArn": to} if to else {}))
    return {"TaskHandle": task["TaskHandle"]}


@answer("sqs", "ListMessageMoveTasks")
def tasks(params: dict[str, Any]) -> dict[str, Any]:
    """ListMessageMoveTasks: the newest first."""
    found = [t for t in reversed(_tasks) if t["SourceArn"] == params["SourceArn"]]
    shown = [{k: v for k, v in t.items() if k != "TaskHandle"} for t in found]
    return {"Results": shown[: params.get("MaxResults", 1)]}


@answer("sqs", "CancelMessageMoveTask")
def cancel(_params: dict[str, Any]) -> dict[str, Any]:
    """CancelMessageMoveTask: always too late, since moves end before they are answered."""
    raise RefusedError("ResourceNotFoundException", "Only active tasks can be cancelled.", 404)


@amend("sqs", "ListQueues")
def listed(_params: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """ListQueues: without a list where there is no queue."""
    return {k: v for k, v in said.items() if v}
