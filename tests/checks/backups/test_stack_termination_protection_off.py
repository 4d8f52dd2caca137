"""Stacks that one call deletes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from steadyhand.checks.backups.stack_termination_protection_off import (
    DELETED_BY_OTHERS,
    FLAG,
    LEAVING,
    NEVER_LIVED,
    StackTerminationProtectionOff,
)
from steadyhand.sources.cloudformation import Stacks
from tests.canonical import ACCOUNT, REGION
from tests.checks.access import test_plain_secret_output as outputs
from tests.trust.lab import World
from tests.trust.scenes import Planting
from tests.verbs import NOW, fix_and_undo, found, planned

CHECK = StackTerminationProtectionOff()
ARN = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/"
EVENT = (
    "cloudformation:UpdateTerminationProtection",
    {"StackName": "shop", FLAG: False},
    {"StackId": f"{ARN}shop/7c6b"},
)


def stack(name: str, *, protected: bool = False, days: float = 30, **more: Any) -> dict[str, Any]:
    return {
        "StackId": f"{ARN}{name}/7c6b",
        "StackName": name,
        "StackStatus": "UPDATE_COMPLETE",
        "CreationTime": NOW - timedelta(days=days),
        FLAG: protected,
        "Tags": [],
    } | more


BAD = {
    Stacks: [
        stack("shop"),
        stack("made", StackStatus="CREATE_COMPLETE"),
        stack("busy", StackStatus="UPDATE_IN_PROGRESS"),
        stack("stuck", StackStatus="UPDATE_ROLLBACK_FAILED"),
        stack("week", days=7),
    ]
}
GOOD = {
    Stacks: [
        stack("safe", protected=True),
        # The root protects its own: prowler #877, aws-cdk #7610.
        stack("inner", RootId=f"{ARN}shop/7c6b", ParentId=f"{ARN}shop/7c6b"),
        stack("preview", days=6.9),
        *(stack(f"left-{one}", StackStatus=one) for one in sorted(NEVER_LIVED | LEAVING)),
        # What deletes its stacks itself cannot delete a protected one: aws-nuke #821.
        *(stack(f"{one}shop") for one in DELETED_BY_OTHERS),
        {"StackId": f"{ARN}bare/7c6b", "StackName": "bare"},
    ]
}
DESCRIBE = "cloudformation:DescribeStacks"
ANSWERS = {
    DESCRIBE: lambda params: (
        {}
        if "StackName" in params
        else {"Stacks": [stack("shop"), *outputs.ANSWERS[DESCRIBE](params)["Stacks"]]}
    )
}
"""Beside the stack of the other check that is told of the same list."""
HARMLESS = "a younger one is protected, and unprotected, just as exactly"
RARE = "a made-up stack would have to be a week old, alive and said to be open"


def test_names_one_flag_alone() -> None:
    for finding in found(CHECK, BAD):
        (step,) = planned(CHECK, finding)
        assert step.do.params == {"StackName": finding.key, FLAG: True}
        assert step.undo
        assert step.undo.params == {"StackName": finding.key, FLAG: False}


def plant(client: Any, name: str, *, protected: bool = False) -> str:
    cloudformation = client("cloudformation")
    made = cloudformation.create_stack(
        StackName=name,
        TemplateBody=json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}),
    )
    if protected:
        cloudformation.update_termination_protection(
            StackName=name, EnableTerminationProtection=True
        )
    return str(made["StackId"])


def protected(world: World) -> bool:
    (one,) = world.client("cloudformation").describe_stacks()["Stacks"]
    return bool(one[FLAG])


PLANTING = Planting(
    plant=lambda world: plant(world.client, "shop"), truth=protected, fixed=bool, days=8
)


@pytest.mark.moto
def test_on_moto() -> None:
    fix_and_undo(
        CHECK,
        lambda client: [plant(client, "shop")],
        lambda client: plant(client, "safe", protected=True),
        now=datetime.now(UTC) + timedelta(days=8),
    )
