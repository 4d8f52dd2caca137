"""What is read of SES: which of the people we write to it no longer writes to.

Whom we write to, AWS knows by the topic of our own alarms: it mails the same people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from steadyhand.source import Each, Source

if TYPE_CHECKING:
    from types_boto3_sesv2.type_defs import SuppressedDestinationTypeDef
    from types_boto3_sns.type_defs import SubscriptionTypeDef

CONFIGURATION = "steadyhand"
"""The configuration set that our mails are sent with."""

ALARMS = "steadyhand-alarms"
"""The topic of our own alarms."""


def is_ours(subscription: Any) -> bool:
    """Does somebody get our alarms by mail here?"""
    topic = str(subscription.get("TopicArn", "")).rpartition(":")[2]
    is_mail = subscription.get("Protocol") == "email" and subscription.get("Endpoint")
    return bool(topic == ALARMS and is_mail)


Subscriptions: Source[SubscriptionTypeDef] = Source(
    operation="sns:ListSubscriptions",
    items="Subscriptions",
    key=lambda one: str(one["Endpoint"]),
    kind="mail_address",
    is_global=True,
)

SuppressedPeople: Each[SuppressedDestinationTypeDef] = Each(
    operation="sesv2:GetSuppressedDestination",
    permission="ses:GetSuppressedDestination",
    items="SuppressedDestination",
    of=Subscriptions,
    when=is_ours,
    ask=lambda address: {"EmailAddress": address},
    gone=frozenset({"NotFoundException"}),
)
"""Those of our readers whose address is on the account's suppression list."""
