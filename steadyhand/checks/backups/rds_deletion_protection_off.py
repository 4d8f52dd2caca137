"""TODO: say in one sentence what is wrong, as a person would.

Say why it matters: what breaks, for whom, and how one would notice.

Fix: say what the fix changes, and that nothing else does. Without a fix of ours, what a person does.
Undo: say how it is taken back, and what of it is not exact.

Runbook:

1. Look whether it is meant: who made it, and for what.
2. `steadyhand fix FINDING` makes the change.
3. Bring the new value into your templates, or the next deployment reverts it.
4. If it must stay: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import Finding, Risk, Severity
from steadyhand.sources.sqs import QueueAttributes
from steadyhand.triggers import ApiCalled, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things


class RdsDeletionProtectionOff(Check):
    # TODO: declare how bad it is, what is read (the first is the subject) and what wakes it
    severity = Severity.MEDIUM
    risk = Risk.ADVICE
    reads = (QueueAttributes,)
    wakes = (days(1), ApiCalled("sqs:SetQueueAttributes", "requestParameters.queueUrl"))
    resource_type = "AWS::SQS::Queue"
    consequence = "Say what happens if nobody acts."
    short = "in few words"
    hours_lost = (1, 8)

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        for url, queue in account[QueueAttributes]:
            if is_bad(queue):
                name = url.rpartition("/")[2]
                yield self.finding(
                    account,
                    resource=account.arn("sqs", name),
                    key=url,
                    summary=f"{name} says of itself what is wrong with it",
                    url=url,
                )

    def demo(self, ground: Ground) -> Things:
        """TODO: plant one in the demo's account and yield `ground.bomb(self, key)`, or say why not."""
        yield ground.unshown(self, "nobody planted one yet")


def is_bad(queue: Any) -> bool:
    """TODO: say when it is bad, and judge it."""
    return bool(queue.get("VisibilityTimeout") == "13")
