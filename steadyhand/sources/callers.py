"""Who made a call, as CloudTrail's record of it says; the record comes in an event or by LookupEvents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from steadyhand.model import pick

SERVICE = ".amazonaws.com"


@dataclass(frozen=True, slots=True)
class Caller:
    """One principal at one moment. `kind` is CloudTrail's (IAMUser, AssumedRole, Root, AWSService).

    `role` is the role whose session called, `service` the service that called for somebody, `event`
    the call, `through` what it was made with: the console, or the user agent's own first word.
    """

    at: datetime
    arn: str = ""
    kind: str = ""
    role: str = ""
    service: str = ""
    event: str = ""
    through: str = ""

    @property
    def name(self) -> str:
        """As a person says it: the user, the session of Identity Center, else the role."""
        last = self.arn.rpartition("/")[2]
        if self.service:
            return self.service.removesuffix(SERVICE)
        if self.role and not self.role.startswith("AWSReservedSSO_"):
            return self.role
        return "the root user" if self.kind == "Root" else last or self.kind or "somebody"


def caller_of(record: Any) -> Caller | None:
    """The caller that a record names; None where it is no record of a call."""
    if not isinstance(record, Mapping) or not isinstance(record.get("userIdentity"), Mapping):
        return None
    try:
        at = datetime.fromisoformat(record["eventTime"])
    except (KeyError, TypeError, ValueError):
        return None
    if at.tzinfo is None:
        return None
    identity = record["userIdentity"]
    role = next(pick(identity, "sessionContext.sessionIssuer.userName"), "")
    invoked = text(identity.get("invokedBy"))
    agent = text(record.get("userAgent"))
    service = invoked if invoked.endswith(SERVICE) else ""
    if not service and agent.endswith(SERVICE) and " " not in agent and "signin" not in agent:
        service = "" if agent.startswith("console.") else agent
    by_hand = record.get("sessionCredentialFromConsole") in ("true", True)
    return Caller(
        at=at,
        arn=text(identity.get("arn")),
        kind=text(identity.get("type")),
        role=text(role),
        service=service,
        event=text(record.get("eventName")),
        through="the console" if by_hand or "console" in agent.lower() else tool(agent),
    )


def tool(agent: str) -> str:
    """The tool a user agent names: `aws-cli/2.31 md/…` is aws-cli."""
    first = agent.strip("[] ").partition(" ")[0].partition("/")[0]
    return first if first.isprintable() else ""


def text(said: Any) -> str:
    """What is text; nothing where it is none."""
    return said if isinstance(said, str) else ""
