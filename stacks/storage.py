"""The stateful stack: the ledger, the reports, the kill switch, the records.

Deleting this stack leaves the table and the buckets where they are; deploying it again adopts them
(`steadyhand deploy` asks CloudFormation to import what exists). Nothing here is exported: the other stacks
know the names, so neither stack can hold up a change of the other.
"""

from __future__ import annotations

from typing import Any

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from stacks.access.nag_acknowledgements import acknowledge
from steadyhand.engine.changes import kill_switch
from steadyhand.settings import deployed
from steadyhand.settings.values import Settings
from steadyhand.sources.drifted import KILL_SWITCH

STRING = dynamodb.AttributeType.STRING
BY_ID, BY_KIND = "by_id", "by_kind"
KEPT = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
"""Stays when the stack is deleted, and goes when its first create fails: nothing blocks a second."""

TRAIL = "steadyhand"
"""The name of the trail that writes into the records, where we make one."""


def reports_name(stack: Stack) -> str:
    """The bucket of reports."""
    return deployed.reports(stack.account, stack.region)


def records_name(stack: Stack) -> str:
    """The bucket of what CloudTrail and Config write, where we make them."""
    return deployed.records(stack.account, stack.region)


class StorageStack(Stack):
    """The stateful stack."""

    def __init__(self, scope: Construct, name: str, *, settings: Settings, **more: Any) -> None:
        super().__init__(scope, name, **more)
        before = [kept_bucket(self, "Reports", reports_name(self))]
        if "create" in (settings.trail, settings.recorder):
            before.append(records(self))
        self._table().node.add_dependency(*before, self._switch(settings.stop_parameter))

    def _table(self) -> dynamodb.TableV2:
        """The ledger, created last: it is protected from deletion, even from a rollback's."""
        return dynamodb.TableV2(
            self,
            "Ledger",
            table_name=deployed.TABLE,
            partition_key=dynamodb.Attribute(name="pk", type=STRING),
            sort_key=dynamodb.Attribute(name="sk", type=STRING),
            global_secondary_indexes=[
                dynamodb.GlobalSecondaryIndexPropsV2(
                    index_name=BY_ID, partition_key=dynamodb.Attribute(name="id", type=STRING)
                ),
                dynamodb.GlobalSecondaryIndexPropsV2(
                    index_name=BY_KIND,
                    partition_key=dynamodb.Attribute(name="kind", type=STRING),
                    sort_key=dynamodb.Attribute(name="at", type=STRING),
                ),
            ],
            billing=dynamodb.Billing.on_demand(),
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=True,
            time_to_live_attribute="expires",
            removal_policy=KEPT,
        )

    def _switch(self, name: str) -> ssm.CfnParameter:
        """The kill switch, which only a person turns.

        CloudFormation writes a parameter when its template changes, and then all of it, the value
        too: a redeploy that changed a tag would turn "stop" back to "go". So this resource never
        changes: no tag that depends on settings, no description that may be reworded, and
        `tests/stacks/test_storage.py` pins it. Deleted with the stack, since a switch that cannot be
        read means stop.
        """
        switch = ssm.CfnParameter(
            self,
            "Stop",
            name=name,
            type="String",
            value=kill_switch.GO,
            description="Anything but go stops Steadyhand within 30 seconds.",
            tags=KILL_SWITCH,
        )
        switch.apply_removal_policy(RemovalPolicy.DESTROY)
        return switch


def kept_bucket(scope: Construct, name: str, called: str) -> s3.Bucket:
    """A bucket that stays: encrypted, versioned, private, TLS only; old versions go in 90 days."""
    bucket = s3.Bucket(
        scope,
        name,
        bucket_name=called,
        encryption=s3.BucketEncryption.S3_MANAGED,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        enforce_ssl=True,
        minimum_tls_version=1.2,
        versioned=True,
        lifecycle_rules=[
            s3.LifecycleRule(
                id="old-versions",
                noncurrent_version_expiration=Duration.days(90),
                abort_incomplete_multipart_upload_after=Duration.days(7),
                expired_object_delete_marker=True,
            )
        ],
        removal_policy=KEPT,
    )
    acknowledge(
        bucket,
        {
            "AwsSolutions-S1": "A bucket of access logs for a few private files a month would hold "
            "more than the files; the account's trail can record who reads them."
        },
    )
    return bucket


def records(stack: Stack) -> s3.Bucket:
    """What CloudTrail and Config write, for a year. Only they write, only for this account.

    The conditions are those that AWS documents: "Amazon S3 bucket policy for CloudTrail" and
    "Permissions for the Amazon S3 Bucket for the AWS Config Delivery Channel".
    """
    bucket = kept_bucket(stack, "Records", records_name(stack))
    bucket.add_lifecycle_rule(id="a-year", expiration=Duration.days(365))
    trail = stack.format_arn(service="cloudtrail", resource="trail", resource_name=TRAIL)
    for service, condition in {
        "cloudtrail.amazonaws.com": {"aws:SourceArn": trail},
        "config.amazonaws.com": {"aws:SourceAccount": stack.account},
    }.items():
        for actions, where in {
            ("s3:GetBucketAcl", "s3:ListBucket"): bucket.bucket_arn,
            ("s3:PutObject",): bucket.arn_for_objects(f"AWSLogs/{stack.account}/*"),
        }.items():
            bucket.add_to_resource_policy(
                iam.PolicyStatement(
                    principals=[iam.ServicePrincipal(service)],
                    actions=list(actions),
                    resources=[where],
                    conditions={"StringEquals": condition},
                )
            )
    return bucket
