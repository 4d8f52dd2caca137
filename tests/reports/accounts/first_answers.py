"""What AWS answers at a first look: a usual account, table by table."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from steadyhand.model import Answer, Call
from tests.reports.accounts import doubles, ledger_rows

NOW = datetime(2026, 6, 3, 10, 12, tzinfo=UTC)
REGION, ACCOUNT = ledger_rows.REGION, ledger_rows.ACCOUNT
REPORT = "user,arn,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date"
Said = Mapping[str, Any] | Callable[[Mapping[str, Any]], Any]


def arn(service: str, name: str, region: str = REGION) -> str:
    return f"arn:aws:{service}:{region}:{ACCOUNT}:{name}"


def bill(params: Mapping[str, Any]) -> Answer:
    return doubles.Client(bill=doubles.bill()).ask(Call("ce:GetCostAndUsage", params))


def no_bill(params: Mapping[str, Any]) -> Answer:
    return doubles.Client().ask(Call("ce:GetCostAndUsage", params))


ALWAYS: Mapping[str, Said] = {
    "ce:GetCostAndUsage": no_bill,
    "iam:GenerateCredentialReport": {"State": "COMPLETE"},
    "iam:GetCredentialReport": {"Content": f"{REPORT}\n".encode()},
    "cloudwatch:GetMetricData": {"MetricDataResults": []},
}


def event(at: datetime, name: str, role: str, kind: str, **asked: str) -> dict[str, Any]:
    identity = {"type": kind, "sessionContext": {"sessionIssuer": {"userName": role}}}
    record = {"userIdentity": identity, "requestParameters": asked, "userAgent": "aws-cli"}
    return {
        "EventTime": at,
        "EventName": name,
        "EventSource": "lambda.amazonaws.com",
        "Username": "session",
        "Resources": [],
        "CloudTrailEvent": json.dumps(record),
    }


def looked_up(params: Mapping[str, Any]) -> Answer:
    """Twelve deploys by a program, three by hand, and one that failed."""
    (wanted,) = params["LookupAttributes"]
    kinds = {
        "UpdateService": [
            event(NOW - timedelta(days=7 * n), "UpdateService", "github-deploy", "AssumedRole",
                  service="api-svc")
            for n in range(12)
        ],
        "UpdateFunctionCode20150331v2": [
            event(NOW - timedelta(days=9 * n + 1), "UpdateFunctionCode20150331v2", "jonas",
                  "IAMUser", functionName="intake")
            for n in range(3)
        ],
    }  # fmt: skip
    found = kinds.get(wanted["AttributeValue"], [])
    if found:
        broken = dict(found[0], CloudTrailEvent=json.dumps({"errorCode": "AccessDenied"}))
        found = [*found, broken]
    return {"Events": found}


def measured(params: Mapping[str, Any]) -> Answer:
    """Errors of intake on three days, messages in the dead-letter queue, a loud log, a busy database."""
    values = {
        ("DatabaseConnections", "billing-db"): (12.0,),
        ("Errors", "intake"): (40.0, 2.0, 9.0),
        ("ApproximateNumberOfMessagesVisible", "jobs-dlq"): (17.0, 12.0),
        ("IncomingBytes", "/ecs/api"): (90e9, 90e9, 90e9),
    }
    results = []
    for one in params["MetricDataQueries"]:
        stat = one["MetricStat"]["Metric"]
        said = values.get((stat["MetricName"], stat["Dimensions"][0]["Value"]), ())
        days = [NOW.replace(hour=0, minute=0) - timedelta(days=2 + 4 * n) for n in range(len(said))]
        results.append({"Id": one["Id"], "Timestamps": days, "Values": list(said)})
    return {"MetricDataResults": results}


BALANCER = arn("elasticloadbalancing", "loadbalancer/app/api/50dc6c495c0c9188")
GROUP = arn("elasticloadbalancing", "targetgroup/api/943f017f100becff")
INTAKE, PDF, IMAGES = (arn("lambda", f"function:{name}") for name in ("intake", "pdf", "images"))
JOBS, DEAD, HOOKS = (arn("sqs", name) for name in ("jobs", "jobs-dlq", "webhooks"))
SERVICE = arn("ecs", "service/prod/api-svc")


def database(name: str, days: int, **more: Any) -> dict[str, Any]:
    return {
        "DBInstanceIdentifier": name,
        "DBInstanceArn": arn("rds", f"db:{name}"),
        "Engine": "postgres",
        "EngineVersion": "15.4",
        "BackupRetentionPeriod": days,
        "DBInstanceStatus": "available",
        "PubliclyAccessible": False,
        "TagList": [],
        **more,
    }


USUAL: Mapping[str, Said] = {
    "ce:GetCostAndUsage": bill,
    "elbv2:DescribeLoadBalancers": {
        "LoadBalancers": [
            {
                "LoadBalancerArn": BALANCER,
                "LoadBalancerName": "api",
                "Scheme": "internet-facing",
                "Type": "application",
                "DNSName": "api-1.elb.amazonaws.com",
            }
        ]
    },
    "elbv2:DescribeTargetGroups": {
        "TargetGroups": [{"TargetGroupArn": GROUP, "LoadBalancerArns": [BALANCER]}]
    },
    "cloudfront:ListDistributions": {
        "DistributionList": {
            "Items": [
                {
                    "ARN": f"arn:aws:cloudfront::{ACCOUNT}:distribution/E1",
                    "Id": "E1",
                    "DomainName": "d1.cloudfront.net",
                    "Aliases": {"Quantity": 1, "Items": ["app.larkfield.example"]},
                    "Origins": {"Items": [{"DomainName": "api-1.elb.amazonaws.com"}]},
                    "Enabled": True,
                }
            ]
        }
    },
    "ecs:ListClusters": {"clusterArns": [arn("ecs", "cluster/prod")]},
    "ecs:ListServices": {"serviceArns": [SERVICE]},
    "ecs:DescribeServices": {
        "services": [
            {
                "serviceArn": SERVICE,
                "serviceName": "api-svc",
                "desiredCount": 3,
                "loadBalancers": [{"targetGroupArn": GROUP}],
                "deploymentConfiguration": {
                    "deploymentCircuitBreaker": {"enable": False, "rollback": False}
                },
            }
        ]
    },
    "lambda:ListFunctions": {
        "Functions": [
            {
                "FunctionName": one.rpartition(":")[2],
                "FunctionArn": one,
                "Runtime": "python3.12",
                "Environment": {"Variables": {"STRIPE_API_KEY": "sk_live_never", "LEVEL": "info"}},
            }
            for one in (INTAKE, PDF, IMAGES)
        ]
    },
    "lambda:ListEventSourceMappings": {
        "EventSourceMappings": [
            {"UUID": f"u-{n}", "EventSourceArn": came, "FunctionArn": goes}
            for n, (came, goes) in enumerate([(JOBS, IMAGES), (HOOKS, f"{PDF}:live")])
        ]
    },
    "lambda:ListVersionsByFunction": {"Versions": [{"Version": "$LATEST"}]},
    "sqs:ListQueues": {
        "QueueUrls": [
            f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{one.rpartition(':')[2]}"
            for one in (JOBS, DEAD, HOOKS)
        ]
    },
    "sqs:GetQueueAttributes": lambda params: {
        "Attributes": {
            "QueueArn": arn("sqs", params["QueueUrl"].rpartition("/")[2]),
            "ApproximateNumberOfMessages": "0",
        }
        | (
            {"RedrivePolicy": json.dumps({"deadLetterTargetArn": DEAD, "maxReceiveCount": 3})}
            if params["QueueUrl"].endswith("/jobs")
            else {}
        )
    },
    "rds:DescribeDBInstances": {
        "DBInstances": [database("app-db", 7), database("billing-db", 0)]
    },
    "dynamodb:ListTables": {"TableNames": ["sessions", "staging-sessions"]},
    "dynamodb:DescribeContinuousBackups": {
        "ContinuousBackupsDescription": {
            "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "ENABLED"}
        }
    },
    "s3:ListBuckets": {"Buckets": [{"Name": "uploads", "BucketRegion": REGION}]},
    "s3:GetBucketVersioning": {"Status": "Enabled"},
    "s3:GetPublicAccessBlock": {
        "PublicAccessBlockConfiguration": {
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": True,
            "RestrictPublicBuckets": True,
        }
    },
    "ec2:DescribeNatGateways": {"NatGateways": [{"NatGatewayId": "nat-1", "State": "available"}]},
    "ec2:DescribeVolumes": {
        "Volumes": [
            {
                "VolumeId": f"vol-{n}",
                "State": "available",
                "Size": 500,
                "VolumeType": "gp3",
                "Iops": 3000,
                "Throughput": 125,
                "CreateTime": NOW - timedelta(days=100),
                "Attachments": [],
            }
            for n in range(3)
        ]
    },
    "ssm:DescribeParameters": {
        "Parameters": [
            {"Name": f"/larkfield/prod/key-{n}", "Type": "SecureString"} for n in range(30)
        ]
    },
    "secretsmanager:ListSecrets": {
        "SecretList": [{"ARN": arn("secretsmanager", "secret:db"), "Name": "db"}]
    },
    "resourcegroupstaggingapi:GetResources": {
        "ResourceTagMappingList": [
            {"ResourceARN": BALANCER, "Tags": [{"Key": "managed-by", "Value": "terraform"}]},
            {"ResourceARN": PDF, "Tags": [{"Key": "steadyhand:hands-off", "Value": ""}]},
        ]
    },
    "cloudformation:ListStacks": lambda params: {
        "StackSummaries": [
            {"StackId": arn("cloudformation", "stack/app/1"), "StackName": "app", "StackStatus": "CREATE_COMPLETE",
             "DriftInformation": {"StackDriftStatus": "IN_SYNC", "LastCheckTimestamp": NOW}}
        ]
    },
    "cloudformation:DetectStackDrift": {"StackDriftDetectionId": "d-1"},
    "cloudformation:DescribeStackDriftDetectionStatus": {
        "DetectionStatus": "DETECTION_COMPLETE",
        "StackDriftStatus": "IN_SYNC",
    },
    "cloudformation:ListStackResources": {
        "StackResourceSummaries": [
            {"ResourceType": "AWS::Lambda::Function", "PhysicalResourceId": "images"}
        ]
    },
    "cloudtrail:LookupEvents": lambda params: (
        looked_up(params)
        if params["LookupAttributes"][0]["AttributeKey"] == "EventName"
        else {"Events": []}
    ),
    "cloudwatch:DescribeAlarmHistory": {
        "AlarmHistoryItems": [
            {
                "AlarmName": "api-5xx",
                "HistorySummary": f"Alarm updated from OK to {to}",
                "Timestamp": NOW - timedelta(days=3 * n, minutes=minutes),
            }
            for n in range(6)
            for to, minutes in (("ALARM", 30), ("OK", 0))
        ]
    },
    "cloudwatch:GetMetricData": measured,
    "logs:DescribeLogGroups": {
        "logGroups": [
            {
                "logGroupName": "/ecs/api",
                "arn": arn("logs", "log-group:/ecs/api:*"),
                "storedBytes": 10**12,
                "creationTime": 0,
            }
        ]
    },
    "iam:GetCredentialReport": {
        "Content": (
            f"{REPORT}\njonas,arn:aws:iam::{ACCOUNT}:user/jonas,true,2026-01-01T00:00:00+00:00,"
            "2026-06-01T00:00:00+00:00\n"
        ).encode()
    },
    "iam:ListAccessKeys": {"AccessKeyMetadata": []},
}  # fmt: skip
