"""A stack is no longer what its template says.

Somebody changed or deleted a resource by hand. The next deployment reverts that, fails on it, or
keeps both: nobody knows until it happens. Values are not shown, for they may be secret; CloudFormation
shows them. Types of which we do not read all that CloudFormation compares are not judged: a read that is
missing shows as a difference that is none.

Fix: by a person, because only people know which side is right: revert the change by deploying the
template anew, or adopt it into the template.
Undo: nothing is done, so there is nothing to undo.

Steered by: who may change a resource of a stack, or its template: a template that says what they did hides
it.

Runbook:

1. `steadyhand show FINDING` lists the resources and the properties that differ; the stack's drift
   page in the console shows both values.
2. If the hand was wrong: deploy the template again. With a drift-aware change set
   (`aws cloudformation create-change-set --deployment-mode REVERT_DRIFT`) it also restores what the
   template did not change.
3. If the hand was right: write it into the template and deploy that.
4. What was deleted by hand must be made again, or taken out of the template, before the next update.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from steadyhand.account import Account
from steadyhand.check import Check
from steadyhand.model import Finding, Risk, Severity, Unknown
from steadyhand.reference.drift import types
from steadyhand.sources.cloudformation import StackDrifts
from steadyhand.triggers import ServiceEvent, days

if TYPE_CHECKING:
    from types_boto3_cloudformation.type_defs import StackResourceDriftTypeDef

    from steadyhand.model.planting import Ground, Things

DELETED = "DELETED"


class StackDrift(Check):
    severity = Severity.MEDIUM
    risk = Risk.ADVICE
    reads = (StackDrifts,)
    wakes = (
        days(7),
        ServiceEvent(
            "aws.cloudformation",
            "CloudFormation Drift Detection Status Change",
            "detail.stack-id",
            {"status-details.detection-status": ("DETECTION_COMPLETE",)},
        ),
    )
    resource_type = "AWS::CloudFormation::Stack"
    consequence = "The next deployment undoes it, or fails on it."
    short = "differs from template"
    hours_lost = (1, 8)
    peers = ("MB:cloudformation-drift", "CFG:CLOUDFORMATION_STACK_DRIFT_DETECTION_CHECK")

    def find(self, account: Account, now: datetime) -> Iterator[Finding | Unknown]:
        del now
        for stack in account[StackDrifts]:
            gone = [
                one for one in stack.resources if one.get("StackResourceDriftStatus") == DELETED
            ]
            judged = [
                one for one in stack.resources if one in gone or one.get("ResourceType") in types()
            ]
            left = {one.get("ResourceType", "") for one in stack.resources if one not in judged}
            unchecked = stack.unchecked or (unjudged(left) if left else "")
            if not judged and not unchecked:
                continue
            if not judged:
                reason = f"{stack.name} could not be compared with its template: {unchecked}"
                yield Unknown(self.id, account.region, reason.rstrip("."), stack.id)
                continue
            differs = in_words(len(judged), len(gone))
            yield self.finding(
                account,
                resource=stack.id,
                key=stack.id,
                summary=f"{stack.name} differs from its template in {differs}",
                drifted=[as_evidence(one) for one in judged],
                unchecked=unchecked,
            )

    def demo(self, ground: Ground) -> Things:
        """Two stacks of the same template: one that somebody changed by hand since, one nobody did."""
        stacks = ground.client("cloudformation")

        def made(environment: str) -> str:
            parameter = {"Name": hour(environment), "Type": "String", "Value": "7"}
            resources = {
                "Hour": {"Type": "AWS::SSM::Parameter", "Properties": parameter},
                "Log": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 90}},
            }
            said = stacks.create_stack(
                StackName=ground.name(f"newsletter-{environment}"),
                TemplateBody=json.dumps({"Resources": resources}, indent=2),
                Tags=[{"Key": "environment", "Value": environment}],
            )
            waiter = stacks.get_waiter("stack_create_complete")
            waiter.wait(StackName=said["StackId"], WaiterConfig={"Delay": 1, "MaxAttempts": 60})
            return str(said["StackId"])

        def hour(environment: str) -> str:
            return f"/{ground.name(environment)}/newsletter-hour"

        drifted = made("production")
        ground.client("ssm").put_parameter(
            Name=hour("production"), Value="5", Type="String", Overwrite=True
        )
        yield ground.bomb(self, drifted)
        yield ground.healthy("stack", made("staging"))


def unjudged(left: Iterable[str]) -> str:
    """Types that may differ, and of which we do not read all that is compared."""
    return f"nobody knows of {', '.join(sorted(left))}, which we do not read whole"


def in_words(count: int, gone: int) -> str:
    """How many, and how many are gone: "3 resources, 1 of them deleted"."""
    resources = "1 resource" if count == 1 else f"{count} resources"
    return f"{resources}, {gone} of them deleted" if gone else resources


def as_evidence(one: StackResourceDriftTypeDef) -> dict[str, Any]:
    """What differs, without the values."""
    return {
        "resource": one.get("LogicalResourceId", ""),
        "id": one.get("PhysicalResourceId", ""),
        "type": one.get("ResourceType", ""),
        "status": one.get("StackResourceDriftStatus", "").lower(),
        "properties": [
            f"{difference.get('PropertyPath', '')} ({difference.get('DifferenceType', '').lower().replace('_', ' ')})"
            for difference in one.get("PropertyDifferences", ())
        ],
    }
