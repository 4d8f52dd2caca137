"""A mail of ours came back, and SES sends no more to that address.

Somebody who should read our reviews and alarms does not get them, and nothing tells them so. After
a bounce that is permanent, or a complaint, SES puts the address on the account's suppression list,
and drops in silence what is sent to it. Judged are the people who get Steadyhand's own alarms.

Fix: only a person can say if the address is right and its owner wants the mails. Then it comes off
the list: `aws sesv2 delete-suppressed-destination --email-address ADDRESS`.

Steered by: who gets our mail, by calling it spam, or whose mail system sends it back. They stop their own
mails alone.

Runbook:

1. `steadyhand show FINDING` says when it was, and if it was a bounce or a complaint.
2. A bounce: ask the person, another way, if the address exists and its mailbox takes mail.
3. A complaint: somebody pressed "spam". Ask if they want the mails at all; a list with many
   readers wants one who does not.
4. Fix the address in `mail_to` of steadyhand.toml, or take it off SES's list as above.
5. `steadyhand deploy`, and ask for the last review again to see it arrive.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import Finding, Risk, Severity
from steadyhand.sources.ses import CONFIGURATION, Subscriptions, SuppressedPeople, is_ours
from steadyhand.triggers import ServiceEvent, days

if TYPE_CHECKING:
    from types_boto3_sns.type_defs import SubscriptionTypeDef

    from steadyhand.model.planting import Ground, Things

OURS = {"mail.tags.ses:configuration-set": (CONFIGURATION,)}
WHY = {"BOUNCE": "it bounced", "COMPLAINT": "it was called spam"}


class MailBounced(Check):
    severity = Severity.HIGH
    risk = Risk.ADVICE
    reads = (SuppressedPeople, Subscriptions)
    wakes = (
        days(1),
        ServiceEvent(
            "aws.ses", "Email Bounced", "detail.bounce.bouncedRecipients.emailAddress", OURS
        ),
        ServiceEvent(
            "aws.ses",
            "Email Complaint Received",
            "detail.complaint.complainedRecipients.emailAddress",
            OURS,
        ),
    )
    resource_type = "AWS::SNS::Subscription"
    consequence = "The next warning is sent, and nobody reads it."
    short = "mails come back"
    hours_lost = (0.25, 8)

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        ours = {str(one["Endpoint"]).lower(): one for one in account[Subscriptions] if is_ours(one)}
        for address, said in account[SuppressedPeople]:
            if subscription := ours.get(address.lower()):
                why = WHY.get(said["Reason"], "SES does not say why")
                yield self.finding(
                    account,
                    resource=arn_of(subscription),
                    key=address,
                    name=address,
                    summary=(
                        f"mails of ours to {address} do not arrive since"
                        f" {said['LastUpdateTime']:%Y-%m-%d}: {why}"
                    ),
                    reason=said["Reason"],
                    since=said["LastUpdateTime"].isoformat(),
                )

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "in this emulator every mail arrives")


def arn_of(subscription: SubscriptionTypeDef) -> str:
    """The subscription; its topic where nobody confirmed it yet."""
    arn = subscription.get("SubscriptionArn", "")
    return arn if arn.startswith("arn:") else str(subscription["TopicArn"])
