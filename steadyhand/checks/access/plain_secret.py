"""A function's environment holds a password or a token in plain text.

Whoever may list functions reads it: so may every dashboard, every reviewer's role and every backup of
the configuration, and it stays in old versions. We tell the names of the variables, and neither keep nor
show what they hold.

Fix: a person moves it to Secrets Manager or an SSM SecureString and changes it, for it has been read.

Steered by: who may set a function's variables. Another name, or a value without the shape of a secret, hides
it.

Runbook:

1. Which variables? `steadyhand show FINDING` names them.
2. Put it into Secrets Manager; give the function its ARN and the right to read that one.
3. Change the password or revoke the token where it was issued: it has been in plain text.
4. Delete old published versions that still hold it.
5. If it is no secret: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.checks.secrets_in_plain import held, summary
from steadyhand.model import Finding, Risk, Severity
from steadyhand.sources.lambda_ import Functions
from steadyhand.triggers import ApiCalled, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things


class PlainSecret(Check):
    severity = Severity.HIGH
    risk = Risk.ADVICE
    reads = (Functions,)
    wakes = (
        days(1),
        ApiCalled("lambda:CreateFunction20150331", "responseElements.functionName"),
        ApiCalled(
            "lambda:UpdateFunctionConfiguration20150331v2",
            "responseElements.functionName",
            ("requestParameters.functionName",),
        ),
    )
    resource_type = "AWS::Lambda::Function"
    consequence = "Whoever may list functions has it, and nobody notices."
    short = "secret in plain text"
    hours_lost = (4, 40)
    peers = ("P:awslambda_function_no_secrets_in_variables",)

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        for function in account[Functions]:
            name = function["FunctionName"]
            names = sorted(held(function.get("Environment", {}).get("Variables") or {}))
            if not names:
                continue
            yield self.finding(
                account,
                resource=function.get("FunctionArn") or account.arn("lambda", f"function:{name}"),
                key=name,
                summary=summary(name, names),
                variables=names,
            )

    def demo(self, ground: Ground) -> Things:
        """Nothing: the demo holds no password, not even a made-up one."""
        yield ground.unshown(self, "this team keeps its secrets where they belong")
