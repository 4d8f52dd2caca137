"""The calls by which a drifted property is set back, on what, and in which shape: one permit a setter."""

from __future__ import annotations

from steadyhand.model import Permit

NUMBER = r"\d{1,7}"
TOPICS = [r"arn:[\w-]+:sns:.+"]

PERMITS = (
    Permit("cloudwatch:DisableAlarmActions", ("alarm:{AlarmNames}",), shape={"AlarmNames": [str]}),
    Permit("cloudwatch:EnableAlarmActions", ("alarm:{AlarmNames}",), shape={"AlarmNames": [str]}),
    Permit(
        "cloudwatch:PutMetricAlarm",
        ("alarm:{AlarmName}",),
        shape={
            "AlarmName": str,
            "ActionsEnabled": bool,
            "AlarmActions": TOPICS,
            "AlarmDescription": str,
            "ComparisonOperator": r"\w+",
            "DatapointsToAlarm": int,
            "Dimensions": [{"Name": str, "Value": str}],
            "EvaluateLowSampleCountPercentile": r"evaluate|ignore",
            "EvaluationPeriods": int,
            "ExtendedStatistic": str,
            "InsufficientDataActions": TOPICS,
            "MetricName": str,
            "Namespace": str,
            "OKActions": TOPICS,
            "Period": int,
            "Statistic": r"\w+",
            "Threshold": float,
            "TreatMissingData": r"\w+",
            "Unit": r"[\w/]+",
        },
    ),
    Permit(
        "dynamodb:UpdateContinuousBackups",
        ("table/{TableName}",),
        shape={
            "TableName": str,
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": bool},
        },
    ),
    Permit(
        "dynamodb:UpdateTable",
        ("table/{TableName}",),
        shape={
            "TableName": str,
            "DeletionProtectionEnabled": bool,
            "TableClass": str,
            "ProvisionedThroughput": {"ReadCapacityUnits": int, "WriteCapacityUnits": int},
        },
    ),
    Permit(
        "dynamodb:UpdateTimeToLive",
        ("table/{TableName}",),
        shape={
            "TableName": str,
            "TimeToLiveSpecification": {"AttributeName": str, "Enabled": bool},
        },
    ),
    Permit(
        "ec2:ModifyInstanceAttribute",
        ("instance/{InstanceId}",),
        shape={"InstanceId": str, "DisableApiTermination": {"Value": bool}},
    ),
    Permit(
        "ec2:ModifySubnetAttribute",
        ("subnet/{SubnetId}",),
        shape={"SubnetId": str, "MapPublicIpOnLaunch": {"Value": bool}},
    ),
    Permit(
        "ec2:ModifyVpcAttribute",
        ("vpc/{VpcId}",),
        shape={
            "VpcId": str,
            "EnableDnsHostnames": {"Value": bool},
            "EnableDnsSupport": {"Value": bool},
        },
    ),
    Permit(
        "ecr:PutImageScanningConfiguration",
        ("repository/{repositoryName}",),
        shape={"repositoryName": str, "imageScanningConfiguration": {"scanOnPush": bool}},
    ),
    Permit(
        "ecr:PutImageTagMutability",
        ("repository/{repositoryName}",),
        shape={"repositoryName": str, "imageTagMutability": str},
    ),
    Permit("events:DisableRule", ("rule/{Name}",), shape={"Name": str}),
    Permit("events:EnableRule", ("rule/{Name}",), shape={"Name": str}),
    Permit(
        "events:PutRule",
        ("rule/{Name}",),
        shape={
            "Name": str,
            "Description": str,
            "EventBusName": frozenset({"default"}),
            "EventPattern": r"\{.*\}",
            "ScheduleExpression": r"(rate|cron)\(.+\)",
            "State": r"ENABLED|DISABLED",
        },
    ),
    Permit("kms:DisableKey", ("key/{KeyId}",), shape={"KeyId": str}),
    Permit("kms:DisableKeyRotation", ("key/{KeyId}",), shape={"KeyId": str}),
    Permit("kms:EnableKey", ("key/{KeyId}",), shape={"KeyId": str}),
    Permit("kms:EnableKeyRotation", ("key/{KeyId}",), shape={"KeyId": str}),
    Permit("kms:UpdateKeyDescription", ("key/{KeyId}",), shape={"KeyId": str, "Description": str}),
    Permit(
        "lambda:DeleteFunctionConcurrency",
        ("function:{FunctionName}",),
        shape={"FunctionName": str},
    ),
    Permit(
        "lambda:PutFunctionConcurrency",
        ("function:{FunctionName}",),
        shape={"FunctionName": str, "ReservedConcurrentExecutions": int},
    ),
    Permit(
        "lambda:PutFunctionRecursionConfig",
        ("function:{FunctionName}",),
        shape={"FunctionName": str, "RecursiveLoop": r"Allow|Terminate"},
    ),
    Permit(
        "lambda:UpdateEventSourceMapping",
        ("event-source-mapping:{UUID}",),
        shape={
            "UUID": str,
            "BatchSize": int,
            "MaximumBatchingWindowInSeconds": int,
            "Enabled": bool,
        },
    ),
    Permit(
        "lambda:UpdateFunctionConfiguration",
        ("function:{FunctionName}",),
        shape={
            "FunctionName": str,
            "Description": str,
            "Timeout": int,
            "MemorySize": int,
            "TracingConfig": {"Mode": r"Active|PassThrough"},
            "EphemeralStorage": {"Size": int},
        },
    ),
    Permit(
        "logs:DeleteRetentionPolicy", ("log-group:{logGroupName}",), shape={"logGroupName": str}
    ),
    Permit(
        "logs:PutLogGroupDeletionProtection",
        ("log-group:{logGroupIdentifier}",),
        shape={"logGroupIdentifier": str, "deletionProtectionEnabled": bool},
    ),
    Permit(
        "logs:PutRetentionPolicy",
        ("log-group:{logGroupName}",),
        shape={"logGroupName": str, "retentionInDays": int},
    ),
    Permit(
        "rds:ModifyDBInstance",
        ("db:{DBInstanceIdentifier}",),
        shape={
            "DBInstanceIdentifier": str,
            "ApplyImmediately": frozenset({True}),
            "DeletionProtection": bool,
            "CopyTagsToSnapshot": bool,
        },
    ),
    Permit(
        "s3:PutBucketOwnershipControls",
        ("arn:{partition}:s3:::{Bucket}",),
        shape={"Bucket": str, "OwnershipControls": {"Rules": [{"ObjectOwnership": str}]}},
    ),
    Permit(
        "s3:PutBucketPublicAccessBlock",
        ("arn:{partition}:s3:::{Bucket}",),
        shape={
            "Bucket": str,
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": bool,
                "BlockPublicPolicy": bool,
                "IgnorePublicAcls": bool,
                "RestrictPublicBuckets": bool,
            },
        },
    ),
    Permit(
        "s3:PutBucketVersioning",
        ("arn:{partition}:s3:::{Bucket}",),
        shape={"Bucket": str, "VersioningConfiguration": {"Status": r"Enabled|Suspended"}},
    ),
    Permit(
        "sns:SetTopicAttributes",
        ("{TopicArn:last}",),
        shape={
            "TopicArn": str,
            "AttributeName": frozenset(
                {
                    "DisplayName",
                    "SignatureVersion",
                    "TracingConfig",
                    "ContentBasedDeduplication",
                    "FifoThroughputScope",
                }
            ),
            "AttributeValue": str,
        },
    ),
    Permit(
        "sqs:SetQueueAttributes",
        ("{QueueUrl:last}",),
        shape={
            "QueueUrl": str,
            "Attributes": {
                "VisibilityTimeout": NUMBER,
                "MessageRetentionPeriod": NUMBER,
                "DelaySeconds": NUMBER,
                "ReceiveMessageWaitTimeSeconds": NUMBER,
                "MaximumMessageSize": NUMBER,
                "KmsDataKeyReusePeriodSeconds": NUMBER,
                "ContentBasedDeduplication": r"true|false",
                "RedrivePolicy": r"\{.*\}",
                "RedriveAllowPolicy": r"\{.*\}",
            },
        },
    ),
    Permit(
        "ssm:PutParameter",
        ("parameter/{Name:path}",),
        shape={"Name": str, "Value": str, "Overwrite": frozenset({True})},
    ),
    Permit(
        "states:UpdateStateMachine",
        ("stateMachine:{stateMachineArn:last}",),
        shape={"stateMachineArn": str, "tracingConfiguration": {"enabled": bool}},
    ),
)
