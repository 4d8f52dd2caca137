"""A parameter is called like a password or a token, and is kept as plain text.

A String of Parameter Store is encrypted for nobody: whoever may read parameters reads it, and its history
keeps it. We judge the name and the type alone, and never ask for a value.

Fix: a person makes it a SecureString and changes what it holds, for it has been read.

Steered by: who may make parameters: a name that sounds like a secret makes one of what is none, and another
hides it.

Runbook:

1. Is it one? Look yourself: `aws ssm get-parameter --name NAME`. A name or an address of a secret is none.
2. Change the password or revoke the token where it was issued: it has been in plain text.
3. Delete the parameter and make it anew as a SecureString: its history still shows the old value until then.
4. Whoever reads it asks with decryption from now on, and may use its key; templates name it by `ssm-secure`.
5. If it is no secret: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.checks.secrets_in_plain import is_named
from steadyhand.model import Finding, Risk, Severity
from steadyhand.sources.ssm import Parameters
from steadyhand.triggers import ApiCalled, ServiceEvent, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

PLAIN = ("String", "StringList")


class PlainSecretParameter(Check):
    severity = Severity.MEDIUM
    risk = Risk.ADVICE
    reads = (Parameters,)
    wakes = (
        days(1),
        ApiCalled(
            "ssm:PutParameter",
            "requestParameters.name",
            where={"requestParameters.type": PLAIN},
        ),
        ServiceEvent(
            "aws.ssm", "Parameter Store Change", "detail.name", {"operation": ("Delete",)}
        ),
    )
    resource_type = "AWS::SSM::Parameter"
    consequence = "Whoever may read parameters has it, and nobody notices."
    short = "secret in plain text"
    hours_lost = (4, 40)

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        for parameter in account[Parameters]:
            name = Parameters.key(parameter)
            if parameter.get("Type") in PLAIN and is_named(name):
                yield self.finding(
                    account,
                    resource=account.arn("ssm", f"parameter/{name.removeprefix('/')}"),
                    key=name,
                    name=name,
                    summary=f"{name} is called like a secret and is kept as plain text"[:200],
                )

    def demo(self, ground: Ground) -> Things:
        """Nothing: the demo holds no password, not even a made-up one."""
        yield ground.unshown(self, "this team keeps its secrets where they belong")
