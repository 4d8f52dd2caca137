"""CloudFormation stacks: one that somebody changed by hand since, one that nobody did."""

from __future__ import annotations

import json

from steadyhand.demo.planted.ground import (
    PRODUCTION,
    STAGING,
    TEAM,
    Bomb,
    Ground,
    Healthy,
    Things,
)


def plant(ground: Ground) -> Things:
    """Two stacks of the same template."""
    drifted = _stack(ground, PRODUCTION)
    ground.client("ssm").put_parameter(
        Name=f"/{TEAM}/{PRODUCTION}/newsletter-hour", Value="5", Type="String", Overwrite=True
    )
    yield Bomb("stack_drift", drifted, PRODUCTION)
    yield Healthy("stack", _stack(ground, STAGING))


def _stack(ground: Ground, environment: str) -> str:
    name = f"{TEAM}-newsletter-{environment}"
    hour = {"Name": f"/{TEAM}/{environment}/newsletter-hour", "Type": "String", "Value": "7"}
    template = {"Resources": {"Hour": {"Type": "AWS::SSM::Parameter", "Properties": hour}}}
    cloudformation = ground.client("cloudformation")
    made: str = cloudformation.create_stack(
        StackName=name,
        TemplateBody=json.dumps(template),
        Tags=[{"Key": "environment", "Value": environment}],
    )["StackId"]
    waiter = cloudformation.get_waiter("stack_create_complete")
    waiter.wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    return made
