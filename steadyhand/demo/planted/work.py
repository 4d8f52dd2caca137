"""What works in the background: functions, queues and what they write down."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

from steadyhand.model.planting import (
    DEVELOPMENT,
    PRODUCTION,
    STAGING,
    TEAM,
    Bomb,
    Ground,
    Healthy,
    Things,
)

CODE = "def handler(event, context):\n    return None\n"


def plant(ground: Ground) -> Things:
    """Functions, queues and log groups."""
    yield from _functions(ground)
    yield from _queues(ground)
    yield from _logs(ground)
    _failed(ground)


def _functions(ground: Ground) -> Things:
    old = _function(ground, "thumbnails", PRODUCTION, "python3.8")
    yield Bomb("deprecated_runtime", old, PRODUCTION)
    hooks = _function(ground, "webhooks", STAGING, "nodejs16.x")
    yield Bomb("deprecated_runtime", hooks, STAGING)
    yield Healthy("function", _function(ground, "mailer", PRODUCTION, "python3.13"))
    yield Healthy("function", _function(ground, "packer", PRODUCTION, "python3.13"))


def _queues(ground: Ground) -> Things:
    sqs = ground.client("sqs")
    mails = sqs.create_queue(QueueName=f"{TEAM}-mails-{PRODUCTION}")["QueueUrl"]
    _feeds(ground, "mails", "mailer")
    yield Bomb("queue_without_dlq", mails, PRODUCTION)

    dead = sqs.create_queue(QueueName=f"{TEAM}-parcels-dead-{PRODUCTION}")["QueueUrl"]
    target = ground.arn("sqs", f"{TEAM}-parcels-dead-{PRODUCTION}")
    redrive = json.dumps({"deadLetterTargetArn": target, "maxReceiveCount": 5})
    parcels = sqs.create_queue(
        QueueName=f"{TEAM}-parcels-{PRODUCTION}", Attributes={"RedrivePolicy": redrive}
    )["QueueUrl"]
    _feeds(ground, "parcels", "packer")
    yield Healthy("queue", parcels)
    hooks = sqs.create_queue(
        QueueName=f"{TEAM}-webhooks-{STAGING}", Attributes={"RedrivePolicy": redrive}
    )["QueueUrl"]
    _feeds(ground, "webhooks", "webhooks", STAGING)
    yield Bomb("short_visibility_timeout", hooks, STAGING)
    sqs.send_message(QueueUrl=dead, MessageBody="a parcel without an address")
    yield Bomb("dlq_without_alarm", dead, PRODUCTION)
    yield Bomb("dead_letters", dead, PRODUCTION)


def _logs(ground: Ground) -> Things:
    for what, environment in (
        ("api", STAGING),
        ("worker", STAGING),
        ("api", DEVELOPMENT),
        ("shop", PRODUCTION),
    ):
        yield Bomb("endless_logs", _log_group(ground, what, environment), environment)
    for what, environment in (("api", PRODUCTION), ("shop", STAGING), ("shop", DEVELOPMENT)):
        yield Healthy("log group", _log_group(ground, what, environment, days=30))


FAILED = (
    ("AWS/Lambda", "Errors", "FunctionName", "mailer", {2: 6.0, 5: 11.0, 9: 4.0, 12: 9.0}),
    ("AWS/Lambda", "Throttles", "FunctionName", "packer", {3: 40.0, 10: 25.0}),
    (
        "AWS/SQS",
        "ApproximateNumberOfMessagesVisible",
        "QueueName",
        "parcels-dead",
        dict.fromkeys(range(1, 8), 1.0),
    ),
)
"""What kept failing: metric, of what, and by days ago how much. The emulator keeps two weeks of it."""


def _failed(ground: Ground) -> None:
    """Metrics of AWS's own, which in an account AWS alone writes."""
    for namespace, metric, dimension, what, days in FAILED:
        of = [{"Name": dimension, "Value": f"{TEAM}-{what}-{PRODUCTION}"}]
        data = [
            {
                "MetricName": metric,
                "Dimensions": of,
                "Timestamp": ground.now - timedelta(days=ago),
                "Value": value,
            }
            for ago, value in days.items()
        ]
        ground.client("cloudwatch").put_metric_data(Namespace=namespace, MetricData=data)


def _function(ground: Ground, what: str, environment: str, runtime: str) -> str:
    name, packed = f"{TEAM}-{what}-{environment}", io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", CODE)
    ground.client("lambda").create_function(
        FunctionName=name,
        Timeout=10 if environment == STAGING else 3,
        Runtime=runtime,
        Role=ground.role("functions", "lambda"),
        Handler="index.handler",
        Code={"ZipFile": packed.getvalue()},
        Tags={"environment": environment},
    )
    return name


def _feeds(ground: Ground, queue: str, function: str, environment: str = PRODUCTION) -> None:
    ground.client("lambda").create_event_source_mapping(
        EventSourceArn=ground.arn("sqs", f"{TEAM}-{queue}-{environment}"),
        FunctionName=f"{TEAM}-{function}-{environment}",
        BatchSize=10,
    )


def _log_group(ground: Ground, what: str, environment: str, *, days: int = 0) -> str:
    name, logs = f"/{TEAM}/{environment}/{what}", ground.client("logs")
    logs.create_log_group(logGroupName=name, tags={"environment": environment})
    if days:
        logs.put_retention_policy(logGroupName=name, retentionInDays=days)
    return name
