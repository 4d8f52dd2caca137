"""What sending a mail takes: the identities that SES may know the sender by."""

from __future__ import annotations

import json
from email.utils import parseaddr

from aws_cdk import Stack

from stacks.grants import Grant
from steadyhand.settings import Settings


def sending(stack: Stack, settings: Settings) -> Grant | None:
    """Sending as `mail_from` and as nobody else; None where no sender is named.

    While an account is in SES's sandbox, and wherever a recipient is an identity of the account
    too, SES asks for permission on the recipient's identity as well. The condition holds for all:
    AWS always says who a mail is from.
    """
    sender = parseaddr(settings.mail_from)[1]
    if not sender:
        return None
    people = [parseaddr(one)[1] for one in settings.mail_to]
    names = sorted({name for one in (sender, *people) for name in identities(one)})
    arns = [
        stack.format_arn(service="ses", resource="identity", resource_name=name) for name in names
    ]
    condition = {"StringEqualsIfExists": {"ses:FromAddress": sender}}
    return Grant(("ses:SendEmail",), tuple(arns), json.dumps(condition))


def identities(address: str) -> list[str]:
    """An address, its domain, and the domains above that could have been verified instead."""
    labels = address.rpartition("@")[2].split(".")
    return [address, *(".".join(labels[at:]) for at in range(len(labels) - 1))]
