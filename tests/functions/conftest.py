"""Functions as Lambda runs them, over moto."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult

from steadyhand.model import Mode
from steadyhand.settings.deployed import Deployed
from steadyhand.settings.values import Settings
from tests.reconcilers import REGION, ROLE, TABLE, table


class Context:
    """What Lambda tells a function of itself."""

    function_name = "steadyhand-react"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:eu-central-1:123456789012:function:steadyhand-react"
    aws_request_id = "request-1"

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


@pytest.fixture
def context() -> Context:
    return Context()


@pytest.fixture
def deploy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """As `deployed`."""
    with deployed(monkeypatch) as make:
        yield make


@contextmanager
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """`deploy(settings)`: the variables, the table and the switch a stack would make.

    moto knows alarms, and no history of them.
    """

    def make(settings: Settings | None = None, bucket: str = "") -> None:
        auto = {"open_admin_ports": {"*": Mode.AUTO}}
        said = settings or Settings(modes=auto, regions=[REGION], home=REGION)
        told = Deployed(settings=said, home=REGION, table=TABLE, actor=ROLE, bucket=bucket)
        for name, value in told.as_variables().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(
            CloudWatchResponse,
            "describe_alarm_history",
            lambda _: ActionResult({"AlarmHistoryItems": []}),
            raising=False,
        )
        monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "steadyhand")
        monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Steadyhand")
        table()
        boto3.client("ssm", REGION).put_parameter(
            Name=said.stop_parameter, Value="go", Type="String"
        )
        forget()

    with mock_aws():
        yield make
    forget()


def forget() -> None:
    """A new container: nothing is kept from the last one."""
    from functions import context as reconciler
    from functions.batches import metrics

    metrics.clear_metrics()
    for made in (
        reconciler.deployed,
        reconciler.home,
        reconciler.ledger,
        reconciler.sealed_ledger,
        reconciler.reconciler,
        reconciler.wakes,
        reconciler.check,
    ):
        made.cache_clear()


def batch(*bodies: str) -> dict[str, Any]:
    """What SQS hands to a function."""
    return {
        "Records": [
            {
                "messageId": f"m-{n}",
                "receiptHandle": "h",
                "body": body,
                "attributes": {},
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:steadyhand-react",
                "awsRegion": REGION,
            }
            for n, body in enumerate(bodies)
        ]
    }
