"""A queue in production is not as its twin in staging.

A retry, a delay or a dead-letter queue that was tried in staging then says little about production. Twins are
called the same, but for the word that says which of the two it is: `orders-prod` and `orders-staging`.

Fix: a person makes them alike, in the code that deploys both, or says that they are meant to differ.

Steered by: who may name a queue: one that is called like the twin of another is held against it.

Runbook:

1. `steadyhand show FINDING` tells what differs; production's value comes first.
2. Which of the two is right? Bring it into the templates of both, and deploy staging first.
3. What is meant to differ: `[checks.queue_environment_drift] but = ["retention"]`.
4. If just this one must stay: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.checks.twins import by_family, differences, summary, twin
from steadyhand.model import Finding, Risk, Severity, Unknown
from steadyhand.model.knobs import Labels
from steadyhand.sources.sqs import QueueAttributes, policy_of
from steadyhand.sources.twins import QueueTwins, is_production
from steadyhand.triggers import days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

COMPARED = {
    "visibility timeout": "VisibilityTimeout",
    "retention": "MessageRetentionPeriod",
    "delay": "DelaySeconds",
    "long polling": "ReceiveMessageWaitTimeSeconds",
    "largest message": "MaximumMessageSize",
    "deduplication by content": "ContentBasedDeduplication",
}
"""Attributes by what people call them."""


class QueueEnvironmentDrift(Check):
    severity = Severity.LOW
    risk = Risk.ADVICE
    reads = (QueueAttributes, QueueTwins)
    refines = (QueueTwins,)
    wakes = (days(1),)
    resource_type = "AWS::SQS::Queue"
    consequence = "What worked in staging fails in production."
    short = "not as in staging"
    hours_lost = (1, 8)

    but: Labels = ()
    """What may differ: retries, encryption and the other attributes, as the finding calls them."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding | Unknown]:
        del now
        twins = by_family(account[QueueTwins], name_of)
        for pair in account[QueueAttributes]:
            url, queue = pair
            name = name_of(pair)
            other = twin(twins, name)
            if other is None and is_production(name) and (why := account.unknown(QueueTwins)):
                yield self.unknown(account, url, why)
            found = differences(fields(queue), fields(other[1]), self.but) if other else []
            if other and found:
                yield self.finding(
                    account,
                    resource=queue.get("QueueArn") or account.arn("sqs", name),
                    key=url,
                    summary=summary(name, name_of(other), found),
                    differences=found,
                )

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "this team deploys both environments from one template")


def name_of(pair: tuple[str, Mapping[str, str]]) -> str:
    """What a queue is called."""
    return str(pair[0]).rpartition("/")[2]


def fields(queue: Mapping[str, Any]) -> dict[str, Any]:
    """What of a queue is compared."""
    retries = policy_of(queue.get("RedrivePolicy")).get("maxReceiveCount")
    key = queue.get("KmsMasterKeyId")
    own = "SQS's key" if queue.get("SqsManagedSseEnabled") == "true" else "none"
    return {
        **{field: queue.get(name, "") for field, name in COMPARED.items()},
        "retries": str(retries) if retries is not None else "",
        "encryption": "a KMS key" if key else own,
    }
