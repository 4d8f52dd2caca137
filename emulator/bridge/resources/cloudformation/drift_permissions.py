"""Drift detection asks with the caller's IAM, for every read of a resource's type.

CloudFormation's guide demands "read permission for each resource" of whoever detects drift. A resource
that the caller cannot read is UNKNOWN and the detection of its stack DETECTION_FAILED, with a reason that
names the permission. A read that only fills some properties is worse: where it is denied they are taken
as absent, which is a *false* drift (kms:ListResourceTags, ec2:DescribeVpcAttribute). Which types do which is
not documented, so here each does the harsher of what is known.
"""

from collections.abc import Mapping
from typing import Any

import ministack.app
from ministack.core import iam_evaluator
from ministack.core.iam_actions import identity_denial_message
from ministack.core.responses import get_region
from ministack.services.cloudformation import drift

from .drift_readers import BLOCK, OWNERSHIP, RECOVERY, arn_of
from .resource_type import Properties

Reads = Mapping[str, tuple[str, ...]]
"""Per permission what only it can read; nothing where all of the resource is unreadable without."""

TAGS = ("Tags",)
READS: Mapping[str, Reads] = {
    "AWS::CloudWatch::Alarm": {
        "cloudwatch:DescribeAlarms": (),
        "cloudwatch:ListTagsForResource": TAGS,
    },
    "AWS::DynamoDB::Table": {
        "dynamodb:DescribeTable": (),
        "dynamodb:DescribeContinuousBackups": (RECOVERY,),
        "dynamodb:DescribeContributorInsights": (),
        "dynamodb:DescribeKinesisStreamingDestination": (),
        "dynamodb:DescribeTimeToLive": (),
        "dynamodb:GetResourcePolicy": (),
        "dynamodb:ListTagsOfResource": TAGS,
    },
    "AWS::EC2::SecurityGroup": {"ec2:DescribeSecurityGroups": ()},
    "AWS::ECR::Repository": dict.fromkeys(
        (
            "ecr:DescribeRepositories",
            "ecr:GetLifecyclePolicy",
            "ecr:GetRepositoryPolicy",
            "ecr:ListTagsForResource",
        ),
        (),
    ),
    "AWS::Events::Rule": {
        "events:DescribeRule": (),
        "events:ListTargetsByRule": (),
        "events:ListTagsForResource": TAGS,
    },
    "AWS::IAM::Role": dict.fromkeys(
        (
            "iam:GetRole",
            "iam:GetRolePolicy",
            "iam:ListAttachedRolePolicies",
            "iam:ListRolePolicies",
        ),
        (),
    ),
    "AWS::Kinesis::Stream": dict.fromkeys(
        (
            "kinesis:DescribeStreamSummary",
            "kinesis:ListTagsForResource",
            "kinesis:ListTagsForStream",
        ),
        (),
    ),
    "AWS::Lambda::Function": dict.fromkeys(
        (
            "lambda:GetFunction",
            "lambda:GetFunctionCodeSigningConfig",
            "lambda:GetFunctionRecursionConfig",
            "lambda:GetFunctionScalingConfig",
            "lambda:GetRuntimeManagementConfig",
        ),
        (),
    ),
    "AWS::Logs::LogGroup": {
        "logs:DescribeLogGroups": (),
        "logs:DescribeIndexPolicies": (),
        "logs:DescribeResourcePolicies": (),
        "logs:GetDataProtectionPolicy": (),
        "logs:ListTagsForResource": TAGS,
    },
    "AWS::S3::Bucket": {
        "s3:ListBucket": (),
        "s3:GetBucketVersioning": ("VersioningConfiguration",),
        "s3:GetBucketPublicAccessBlock": (BLOCK,),
        "s3:GetBucketOwnershipControls": (OWNERSHIP,),
        **dict.fromkeys(
            (
                "s3:GetAccelerateConfiguration",
                "s3:GetAnalyticsConfiguration",
                "s3:GetBucketAbac",
                "s3:GetBucketCORS",
                "s3:GetBucketLogging",
                "s3:GetBucketMetadataTableConfiguration",
                "s3:GetBucketNotification",
                "s3:GetBucketObjectLockConfiguration",
                "s3:GetBucketTagging",
                "s3:GetBucketWebsite",
                "s3:GetEncryptionConfiguration",
                "s3:GetIntelligentTieringConfiguration",
                "s3:GetInventoryConfiguration",
                "s3:GetLifecycleConfiguration",
                "s3:GetMetricsConfiguration",
                "s3:GetReplicationConfiguration",
                "s3:ListTagsForResource",
            ),
            (),
        ),
    },
    "AWS::SNS::Subscription": {"sns:GetSubscriptionAttributes": ()},
    "AWS::SNS::Topic": {
        "sns:GetTopicAttributes": (),
        "sns:GetDataProtectionPolicy": (),
        "sns:ListSubscriptionsByTopic": (),
        "sns:ListTagsForResource": TAGS,
    },
    "AWS::SQS::Queue": {"sqs:GetQueueAttributes": (), "sqs:ListQueueTags": TAGS},
    "AWS::SSM::Parameter": {"ssm:GetParameters": (), "ssm:ListTagsForResource": TAGS},
    "AWS::SecretsManager::Secret": {"secretsmanager:DescribeSecret": ()},
    "AWS::StepFunctions::StateMachine": dict.fromkeys(
        ("states:DescribeStateMachine", "states:ListTagsForResource"), ()
    ),
}
NOT_NEEDED = ("iam:PassRole", "kms:Decrypt", "secretsmanager:GetSecretValue")
"""Named by the types' schemas, and of no read that could show a drift: roles are passed when something is
made, and what is encrypted or secret is never compared."""


class UnreadableError(Exception):
    """The caller may not read the resource; the message is IAM's."""


def install() -> None:
    """Ask before every reader."""
    for kind, (read, known) in list(drift._DRIFT_READERS.items()):
        drift._DRIFT_READERS[kind] = (_asking(kind, read), known)


def _asking(kind: str, read: Any) -> Any:
    def read_as_the_caller(physical: str, properties: Properties) -> Properties | None:
        hidden: set[str] = set()
        for action, only in READS[kind].items():
            if refused := denial(action, arn_of(kind, physical)):
                if not only:
                    raise UnreadableError(refused)
                hidden.update(only)
        found = read(physical, properties)
        return found and {k: v for k, v in found.items() if k not in hidden}

    return read_as_the_caller


def denial(action: str, arn: str) -> str | None:
    """What IAM says to whoever makes the request we are in; None where they may."""
    if not ministack.app.AUTH:
        return None
    key = iam_evaluator._verified_key.get()
    said = iam_evaluator.enforce(key, action, action.partition(":")[0], get_region(), arn)
    if said is None:
        return None
    explicit = getattr(said, "decision", "") == "Deny"
    return identity_denial_message(action, getattr(said, "principal_arn", key), arn, explicit)
