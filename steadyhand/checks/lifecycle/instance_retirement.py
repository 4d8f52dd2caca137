"""AWS will stop, retire or reboot an instance on a day it named.

The machine below is failing or is to be repaired. Until that day, stopping and starting the instance moves
it to another one at a time you choose; on that day AWS chooses. What lies on instance store volumes is
gone with the machine.

Fix: a person stops and starts it, or lets an Auto Scaling group replace it: only they know when a few
minutes without it hurt least, and whether its address may change.

Steered by: nobody but AWS, which alone writes such a day; who may name an instance says what it is called
here.

Runbook:

1. Is it in an Auto Scaling group? Then replace it: `aws autoscaling
   terminate-instance-in-auto-scaling-group --no-should-decrement-desired-capacity`.
2. Else: does it keep data on instance store, or have a public address without an Elastic IP? Both change.
3. Stop it and start it, which a reboot is not: `aws ec2 stop-instances`, then `aws ec2 start-instances`.
4. If the day does not suit a reboot: `aws ec2 modify-instance-event-start-time` moves it, where AWS allows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import Finding, Risk, Severity
from steadyhand.sources.ec2_status import InstanceStatuses
from steadyhand.triggers import ServiceEvent, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

PLANNED = {
    "instance-retirement": "retires",
    "instance-stop": "stops",
    "instance-reboot": "reboots",
    "system-reboot": "reboots the host of",
    "system-maintenance": "works on the host of",
}
"""What AWS calls what it plans, and what it does then."""

HARD = ("instance-retirement", "instance-stop")
OVER = ("[Completed]", "[Canceled]")
"""How the description of an event begins that is over: AWS shows it for a week more."""


class InstanceRetirement(Check):
    severity = Severity.MEDIUM
    risk = Risk.ADVICE
    reads = (InstanceStatuses,)
    wakes = (
        days(1),
        ServiceEvent(
            "aws.health",
            "AWS Health Event",
            "detail.affectedEntities.entityValue",
            {"service": ("EC2",), "eventTypeCategory": ("scheduledChange",)},
        ),
    )
    resource_type = "AWS::EC2::Instance"
    consequence = "The instance stops at a time that nobody chose, perhaps for good."
    short = "stops on a named day"
    hours_lost = (1, 8)
    peers = ("C7N:ec2/health-event", "MB:HealthIssue")

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        for status in account[InstanceStatuses]:
            name = status["InstanceId"]
            for event in filter(is_ahead, status.get("Events") or ()):
                code, day = event["Code"], event.get("NotBefore")
                on = f" on {day:%d %B %Y}" if day else ""
                yield self.finding(
                    account,
                    resource=account.arn("ec2", f"instance/{name}"),
                    key=name,
                    name=f"{name}/{event.get('InstanceEventId') or code}",
                    summary=f"AWS {PLANNED[code]} {name}{on}",
                    severity=Severity.HIGH if code in HARD else None,
                    detonates_at=day,
                )

    def demo(self, ground: Ground) -> Things:
        """Nothing: no emulator's machines fail."""
        yield ground.unshown(self, "in this emulator no host fails")


def is_ahead(event: Mapping[str, Any]) -> bool:
    """Is it one of those we know, and still to come?"""
    return event.get("Code") in PLANNED and not str(event.get("Description", "")).startswith(OVER)
