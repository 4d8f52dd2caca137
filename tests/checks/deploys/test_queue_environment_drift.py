"""Queues in production that are not as their twin in staging."""

from __future__ import annotations

import json
from typing import Any

import pytest

from steadyhand.checks.deploys.queue_environment_drift import QueueEnvironmentDrift
from steadyhand.model import Finding, ReadFailed, Unknown
from steadyhand.sources.sqs import QueueAttributes
from steadyhand.sources.twins import QueueTwins
from tests.canonical import ACCOUNT, REGION
from tests.checks.recorded import outcomes
from tests.verbs import found, silent, spot

CHECK = QueueEnvironmentDrift()
RARE = "a made-up queue would have to be called as another one, but for its environment"
URL = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/"


def queue(name: str, retries: int = 0, **said: str) -> tuple[str, dict[str, str]]:
    policy = {"maxReceiveCount": retries, "deadLetterTargetArn": f"arn:{name}-dlq"}
    arn = {"QueueArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"}
    return URL + name, arn | ({"RedrivePolicy": json.dumps(policy)} if retries else {}) | said


def facts(*queues: tuple[str, dict[str, str]]) -> dict[Any, Any]:
    return {QueueAttributes: list(queues), QueueTwins: list(queues)}


BAD = facts(
    queue("orders-prod", VisibilityTimeout="30", SqsManagedSseEnabled="true"),
    queue("orders-staging", 5, VisibilityTimeout="90", KmsMasterKeyId="alias/shop"),
)
GOOD = facts(
    queue("mail-prod", 3, VisibilityTimeout="30"),
    queue("mail-staging", 3, VisibilityTimeout="30", ApproximateNumberOfMessages="7"),
    queue("alone-prod"),
)


def test_says_what_differs() -> None:
    (one,) = found(CHECK, BAD)
    assert one.summary == (
        "orders-prod is not as orders-staging: visibility timeout 30 here, 90 in staging; "
        "retries not set here, 5 in staging; encryption SQS's key here, a KMS key in staging"
    )
    silent(QueueEnvironmentDrift(but=("visibility timeout", "retries", "encryption")), BAD)


def test_a_twin_that_could_not_be_read_is_not_taken_for_none() -> None:
    def attributes(params: Any) -> Any:
        if params["QueueUrl"].endswith("staging"):
            return ReadFailed("AccessDenied", "you may not")
        return {"Attributes": dict(BAD[QueueAttributes])[params["QueueUrl"]]}

    said = {
        "sqs:ListQueues": lambda _: {"QueueUrls": [url for url, _ in BAD[QueueAttributes]]},
        "sqs:GetQueueAttributes": attributes,
    }
    told = outcomes(CHECK, said)
    assert not [one for one in told if isinstance(one, Finding)]
    assert URL + "orders-prod" in {one.concerns for one in told if isinstance(one, Unknown)}


@pytest.mark.moto
def test_on_moto() -> None:
    def plant(client: Any, name: str, timeout: int) -> str:
        said = {"VisibilityTimeout": str(timeout)}
        return str(client("sqs").create_queue(QueueName=name, Attributes=said)["QueueUrl"])

    def bad(client: Any) -> list[str]:
        plant(client, "orders-staging", 90)
        return [plant(client, "orders-prod", 30)]

    def good(client: Any) -> None:
        for name in ("mail-prod", "mail-staging", "alone-prod"):
            plant(client, name, 30)

    spot(CHECK, bad, good)
