"""AWS Config: a rule for each check that it can ask, and the recorder where the owner wants ours.

Only the types that checks name are recorded, since every recorded change is billed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from aws_cdk import Stack
from aws_cdk import aws_config as config
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.access.grants import Grant, recorded, types
from stacks.access.nag_acknowledgements import acknowledge, shown
from stacks.access.policy import allow
from stacks.function import Function
from stacks.storage import records_name
from steadyhand.check import Check
from steadyhand.engine.event_index import RULE

CHANGES = ("ConfigurationItemChangeNotification", "OversizedConfigurationItemChangeNotification")


class Recorder(Construct):
    """Records the resource types of these checks into the bucket of records."""

    def __init__(self, scope: Construct, name: str, *, checks: Sequence[Check]) -> None:
        super().__init__(scope, name)
        role = iam.Role(
            self,
            "Role",
            role_name="steadyhand-recorder",
            description="Lets AWS Config read the resources that its recorder writes down",
            assumed_by=iam.ServicePrincipal(
                "config.amazonaws.com",
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
            ),
            managed_policies=[
                iam.ManagedPolicy.from_aws_managed_policy_name("service-role/AWS_ConfigRole")
            ],
        )
        acknowledge(
            role,
            {
                "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/"
                "AWS_ConfigRole]": "AWS keeps this list of reads in step with what Config records."
            },
        )
        bucket = f"arn:{Stack.of(self).partition}:s3:::{records_name(Stack.of(self))}"
        files = f"{bucket}/AWSLogs/{Stack.of(self).account}/Config/*"
        theirs = json.dumps({"StringLike": {"s3:x-amz-acl": "bucket-owner-full-control"}})
        delivering = [
            Grant(("s3:PutObject",), (files,), theirs),
            Grant(("s3:GetBucketAcl",), (bucket,)),
        ]
        allow(role, delivering)
        acknowledge(
            role,
            {
                f"AwsSolutions-IAM5[Resource::{shown(Stack.of(self), files)}]": (
                    "Every delivery is a new object below this one folder."
                )
            },
        )
        config.CfnConfigurationRecorder(
            self,
            "Recorder",
            name="steadyhand",
            role_arn=role.role_arn,
            recording_group=config.CfnConfigurationRecorder.RecordingGroupProperty(
                all_supported=False,
                include_global_resource_types=False,
                resource_types=sorted(recorded(checks)),
            ),
        )
        config.CfnDeliveryChannel(
            self, "Channel", name="steadyhand", s3_bucket_name=records_name(Stack.of(self))
        )


class Rules(Construct):
    """A rule for each of these checks, called "steadyhand-<check>", that `evaluate` answers.

    With `ours`, the recorder is ours, and records no more than what it is made for.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        checks: Sequence[Check],
        evaluate: Function,
        ours: bool,
    ) -> None:
        super().__init__(scope, name)
        permission = lambda_.CfnPermission(
            self,
            "Permission",
            action="lambda:InvokeFunction",
            function_name=evaluate.function.function_name,
            principal="config.amazonaws.com",
            source_account=Stack.of(self).account,
        )
        among = recorded(checks) if ours else None
        for check in checks:
            asked = [name for name in types(check) if among is None or name in among]
            made = config.CfnConfigRule(
                self,
                check.id,
                config_rule_name=f"{RULE}{check.id}",
                description=check.runbook.partition("\n")[0],
                scope=config.CfnConfigRule.ScopeProperty(compliance_resource_types=asked),
                source=config.CfnConfigRule.SourceProperty(
                    owner="CUSTOM_LAMBDA",
                    source_identifier=evaluate.function.function_arn,
                    source_details=[
                        config.CfnConfigRule.SourceDetailProperty(
                            event_source="aws.config", message_type=message
                        )
                        for message in CHANGES
                    ],
                ),
            )
            made.node.add_dependency(permission)
