"""What sending a mail takes: the identities that SES may know the sender by, and how bounces come back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from email.utils import parseaddr

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ses as ses
from constructs import Construct

from stacks.access.grants import Grant
from stacks.access.policy import allow
from stacks.events.patterns import Pattern
from stacks.function import TooLong
from steadyhand.rhythm.incidents.bounces import SAID
from steadyhand.settings.values import Settings
from steadyhand.sources.ses import CONFIGURATION

ROOM = 4500
"""Characters of a role's 10,240 that identities may take ("IAM and AWS STS quotas")."""

TOLD = ["BOUNCE", "COMPLAINT", "DELIVERY_DELAY", "REJECT", "RENDERING_FAILURE"]
"""What SES tells us of a mail; that it arrived is no news."""


def sending(stack: Stack, settings: Settings, domains: Sequence[str] = ()) -> Grant | None:
    """Sending as `mail_from` and as nobody else; None where no sender is named.

    To `mail_to`, or with `domains` to people of these.

    While an account is in SES's sandbox, and wherever a recipient is an identity of the account
    too, SES asks for permission on the recipient's identity as well. The condition holds for all:
    AWS always says who a mail is from. A mail with attachments is checked as a raw one too.
    """
    sender = parseaddr(settings.mail_from)[1]
    if not sender:
        return None
    people = [parseaddr(one)[1] for one in settings.mail_to] if not domains else []
    names = sorted({name for one in (sender, *people, *domains) for name in identities(one)})
    arns = [
        stack.format_arn(service="ses", resource="identity", resource_name=name) for name in names
    ]
    arns.append(
        stack.format_arn(service="ses", resource="configuration-set", resource_name=CONFIGURATION)
    )
    if sum(len(arn) for arn in arns) > ROOM:
        raise TooLong(
            f"steadyhand.toml names {len(people)} recipients, and the policy that lets us write to "
            "them would be longer than IAM takes: write to fewer addresses in mail_to."
        )
    condition = {"StringEqualsIfExists": {"ses:FromAddress": sender}}
    return Grant(("ses:SendEmail", "ses:SendRawEmail"), tuple(arns), json.dumps(condition))


def telling(stack: Stack, settings: Settings, roles: Sequence[iam.Role]) -> None:
    """Let these roles write to people of the domains in `[drift] tell`, where the owner named any."""
    mail = sending(stack, settings, settings.drift_tell) if settings.drift_tell else None
    for role in roles if mail else ():
        allow(role, filter(None, [mail]))


def identities(address: str) -> list[str]:
    """An address, its domain, and the domains above that could have been verified instead."""
    labels = address.rpartition("@")[2].split(".")
    return [address, *(".".join(labels[at:]) for at in range(len(labels) - 1))]


def coming_back() -> Pattern:
    """What SES says on the default bus of a mail of ours that did not simply arrive."""
    ours = {"mail": {"tags": {"ses:configuration-set": [CONFIGURATION]}}}
    return {"source": ["aws.ses"], "detail-type": sorted(SAID), "detail": ours}


class MailIdentities(Construct):
    """The configuration set that our mails are sent with: it tells the bus what became of them."""

    def __init__(self, scope: Construct, name: str) -> None:
        super().__init__(scope, name)
        configuration = ses.CfnConfigurationSet(
            self,
            "Configuration",
            name=CONFIGURATION,
            suppression_options=ses.CfnConfigurationSet.SuppressionOptionsProperty(
                suppressed_reasons=["BOUNCE", "COMPLAINT"]
            ),
        )
        stack = Stack.of(self)
        bus = stack.format_arn(service="events", resource="event-bus", resource_name="default")
        told = ses.CfnConfigurationSetEventDestination(
            self,
            "Told",
            configuration_set_name=CONFIGURATION,
            event_destination=ses.CfnConfigurationSetEventDestination.EventDestinationProperty(
                name="steadyhand-bus",
                enabled=True,
                matching_event_types=TOLD,
                event_bridge_destination=(
                    ses.CfnConfigurationSetEventDestination.EventBridgeDestinationProperty(
                        event_bus_arn=bus
                    )
                ),
            ),
        )
        told.add_dependency(configuration)
