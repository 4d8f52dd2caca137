"""What the role that compares may read is the owner's word, and listed reads are the default."""

from __future__ import annotations

import json

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Template

from stacks.access.detection import Detection
from steadyhand.catalogue import discovery as catalogue


@pytest.mark.parametrize(("read", "managed"), [("listed", 0), ("ReadOnlyAccess", 1)])
def test_awss_policy_is_attached_where_the_owner_says_so_alone(read: str, managed: int) -> None:
    stack = Stack(App(), "Any")
    role = iam.Role(stack, "React", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    checks = catalogue.load(["resource_drift"])
    Detection(stack, "Detection", checks=checks, trusted=[role], read=read)
    made = Template.from_stack(stack).find_resources(
        "AWS::IAM::Role", {"Properties": {"RoleName": "steadyhand-drift"}}
    )
    (found,) = made.values()
    arns = found["Properties"].get("ManagedPolicyArns", [])
    assert len(arns) == managed
    assert all("iam::aws:policy/ReadOnlyAccess" in json.dumps(arn) for arn in arns)
