"""A function in production is not as its twin in staging.

What was tried in staging then says little about production: another runtime, a shorter timeout or a missing
variable is found by the users. Twins are called the same, but for the word that says which of the two
it is: `orders-prod` and `orders-staging`. Of variables the names are compared, never what they hold.

Fix: a person makes them alike, in the code that deploys both, or says that they are meant to differ.

Steered by: who may name a function: one that is called like the twin of another is held against it.

Runbook:

1. `steadyhand show FINDING` tells what differs; production's value comes first.
2. Which of the two is right? Bring it into the templates of both, and deploy staging first.
3. What is meant to differ, such as memory: `[checks.environment_drift] but = ["memory"]`.
4. If just this one must stay: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.checks.twins import by_family, differences, summary, twin
from steadyhand.model import Finding, Risk, Severity
from steadyhand.model.knobs import Labels
from steadyhand.sources.lambda_ import Functions
from steadyhand.sources.twins import FunctionTwins
from steadyhand.triggers import days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things


class EnvironmentDrift(Check):
    severity = Severity.LOW
    risk = Risk.ADVICE
    reads = (Functions, FunctionTwins)
    wakes = (days(1),)
    resource_type = "AWS::Lambda::Function"
    consequence = "What worked in staging fails in production."
    short = "not as in staging"
    hours_lost = (1, 8)

    but: Labels = ("memory",)
    """What may differ: runtime, architecture, memory, timeout, storage, tracing, network, variables."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        twins = by_family(account[FunctionTwins], Functions.key)
        for function in account[Functions]:
            name = Functions.key(function)
            other = twin(twins, name)
            found = differences(fields(function), fields(other), self.but) if other else []
            if other and found:
                yield self.finding(
                    account,
                    resource=function.get("FunctionArn")
                    or account.arn("lambda", f"function:{name}"),
                    key=name,
                    summary=summary(name, Functions.key(other), found),
                    differences=found,
                )

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "this team deploys both environments from one template")


def fields(function: Mapping[str, Any]) -> dict[str, Any]:
    """What of a function is compared. What it may use more of costs money, and may be meant so."""
    variables = (function.get("Environment") or {}).get("Variables") or {}
    return {
        "runtime": function.get("Runtime", ""),
        "architecture": (function.get("Architectures") or ["x86_64"])[0],
        "memory": function.get("MemorySize", 128),
        "timeout": function.get("Timeout", 3),
        "storage": (function.get("EphemeralStorage") or {}).get("Size", 512),
        "tracing": (function.get("TracingConfig") or {}).get("Mode", "PassThrough"),
        "network": bool((function.get("VpcConfig") or {}).get("VpcId")),
        "variables": frozenset(variables),
    }
