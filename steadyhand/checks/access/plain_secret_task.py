"""A container's environment holds a password or a token in plain text.

Whoever may describe task definitions reads it, and it stays in every old revision. Judged is the latest
revision of each family. We tell the names of the variables, and neither keep nor show what they hold.

Fix: a person moves it to Secrets Manager or an SSM SecureString and changes it, for it has been read.

Steered by: who may register task definitions. A newer revision of the family hides what an older one still
holds.

Runbook:

1. Which variables? `steadyhand show FINDING` names them, with their container.
2. Put it into Secrets Manager, and name it under `secrets` of the container instead of `environment`; the
   execution role needs the right to read that one.
3. Change the password or revoke the token where it was issued: it has been in plain text.
4. Deploy, then deregister and delete the old revisions that still hold it.
5. If it is no secret: `steadyhand exempt FINDING --until DATE --because REASON`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.checks.secrets_in_plain import held, summary
from steadyhand.model import Finding, Risk, Severity
from steadyhand.sources.ecs import TaskDefinitions
from steadyhand.triggers import ApiCalled, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things


class PlainSecretTask(Check):
    severity = Severity.HIGH
    risk = Risk.ADVICE
    reads = (TaskDefinitions,)
    wakes = (
        days(1),
        ApiCalled("ecs:RegisterTaskDefinition", "requestParameters.family"),
        ApiCalled("ecs:DeregisterTaskDefinition", "responseElements.taskDefinition.family"),
    )
    resource_type = "AWS::ECS::TaskDefinition"
    consequence = "Whoever may describe task definitions has it, and nobody notices."
    short = "secret in plain text"
    hours_lost = (4, 40)
    peers = (
        "P:ecs_task_definitions_no_environment_secrets",
        "FSBP:ECS.8",
        "SS:ecs:ecsTaskDefinitionNoSecretsInEnvVars",
    )

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        del now
        for family, task in account[TaskDefinitions]:
            names = sorted(
                f"{container.get('name', '?')}.{name}"
                for container in task.get("containerDefinitions") or ()
                for name in held(environment(container))
            )
            if names:
                yield self.finding(
                    account,
                    resource=account.arn("ecs", f"task-definition/{family}"),
                    key=family,
                    summary=summary(family, names),
                    variables=names,
                )

    def demo(self, ground: Ground) -> Things:
        """Nothing: the demo holds no password, not even a made-up one."""
        yield ground.unshown(self, "this team keeps its secrets where they belong")


def environment(container: Mapping[str, Any]) -> dict[str, str]:
    """The variables of a container that stand in its task definition."""
    pairs = container.get("environment") or ()
    return {str(one.get("name", "")): str(one.get("value", "")) for one in pairs}
