"""A stack can be deleted with a single call, and with it whatever its template does not retain.

A wrong profile, a `destroy` in the wrong folder, a click in the console: without termination protection one
call deletes all resources of a stack. Not judged are nested stacks, which their root protects; stacks that a
service or a tool deletes by itself, which it could not any more; what never came to life or is on its way
out; and stacks younger than a week (`young`), which a test may have made for an hour.

Fix: switch termination protection on. Updates go on as before, also those that delete single resources, but
whoever wants to delete the stack must switch it off first.
Undo: switch it off again.

Steered by: who may make stacks, choose their names, or name their environment by tags.
At worst: a stack can be deleted, or not, by those who may delete it anyway; nothing else of it.

Runbook:

1. Is it one that a pipeline makes and deletes? Then `steadyhand exempt FINDING --until DATE
   --because REASON`, or leave the mode for that environment at observe.
2. `steadyhand fix FINDING` switches it on.
3. Bring it into your code, or the next deployment may take it back: `terminationProtection: true` of a stack
   of the CDK, `--enable-termination-protection` of `aws cloudformation create-stack`.
4. What must outlive its stack gets a DeletionPolicy of Retain or Snapshot too.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from steadyhand.account import Account
from steadyhand.check import tags_of
from steadyhand.checks.deletion_protection import Unprotected
from steadyhand.model import Call, Finding, Part, Permit, field_of
from steadyhand.model.knobs import Days
from steadyhand.sources.cloudformation import STACK_STATES, Stacks
from steadyhand.triggers import ApiCalled, days

if TYPE_CHECKING:
    from steadyhand.model.planting import Ground, Things

FLAG = "EnableTerminationProtection"

NEVER_LIVED = frozenset(
    {
        *("CREATE_FAILED", "CREATE_IN_PROGRESS", "REVIEW_IN_PROGRESS"),
        *("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "ROLLBACK_IN_PROGRESS"),
    }
)
LEAVING = frozenset({"DELETE_COMPLETE", "DELETE_FAILED", "DELETE_IN_PROGRESS"})

DELETED_BY_OTHERS = (
    *("StackSet-", "SC-", "awseb-", "aws-cloud9-", "amplify-", "eksctl-", "ECS-Console-"),
    *("EC2ContainerService-", "Infra-ECS-Cluster-", "awsconfigconforms-", "steadyhand"),
)
"""How the names of stacks begin that something else deletes when it is done with them: stack sets, Service
Catalog, Elastic Beanstalk, Cloud9, Amplify, eksctl, the console of ECS, conformance packs; and ours, which
`steadyhand uninstall` deletes and which retain what they hold."""


class StackTerminationProtectionOff(Unprotected):
    reads = (Stacks,)
    states = STACK_STATES
    wakes = (
        days(1),
        ApiCalled("cloudformation:UpdateTerminationProtection", "responseElements.stackId"),
    )
    writes = (
        Permit(
            "cloudformation:UpdateTerminationProtection",
            ("stack/*/{StackName:last}",),
            shape={"StackName": r"arn:[\w-]+:cloudformation:[\w:/-]+", FLAG: bool},
        ),
    )
    resource_type = "AWS::CloudFormation::Stack"
    consequence = "One wrong call deletes everything that the stack made."
    peers = (
        "P:cloudformation_stacks_termination_protection_enabled",
        "C7N:cfn/set-protection",
    )

    young: Days = 7
    """How old a stack must be to be one that stays."""

    def find(self, account: Account, now: datetime) -> Iterator[Finding]:
        for stack in account[Stacks]:
            name, made = str(stack.get("StackName", "")), stack.get("CreationTime")
            is_young = made is None or now - made < timedelta(days=self.young)
            if stack.get(FLAG) is not False or is_young or belongs_to_others(stack):
                continue
            yield self.unprotected(
                account,
                resource=Stacks.key(stack),
                key=Stacks.key(stack),
                what=f"the stack {name}",
                tags=tags_of(stack.get("Tags")),
                state=stack.get("StackStatus"),
                stack=Stacks.key(stack),
            )

    def protection(self, finding: Finding) -> Part:
        return field_of(
            finding.resource,
            "termination protection",
            Stacks,
            finding.evidence["stack"],
            value=lambda stack: stack.get(FLAG),
            born=Stacks.key,
            moving=lambda stack: STACK_STATES.moving(stack.get("StackStatus")),
            tags=lambda stack: tags_of(stack.get("Tags")),
        )

    def turn(self, finding: Finding, *, on: bool) -> Call:
        params = {"StackName": finding.evidence["stack"], FLAG: on}
        return Call("cloudformation:UpdateTerminationProtection", params)

    def demo(self, ground: Ground) -> Things:
        yield ground.unshown(self, "every stack of the emulator is younger than a week")


def belongs_to_others(stack: Any) -> bool:
    """Is its deletion not this stack's own affair, or on its way?"""
    return bool(
        stack.get("RootId")
        or stack.get("ParentId")
        or stack.get("StackStatus") in NEVER_LIVED | LEAVING
        or str(stack.get("StackName", "")).startswith(DELETED_BY_OTHERS)
    )
