"""A small account full of time bombs: what AWS answers to each read of a scan, in two pages.

Every check finds something here, and lists that AWS pages come in two pages with a bomb on each,
so a page that is lost shows. What is not said here is made of the checks' own tests (`derived.py`);
an operation that is named nowhere answers with nothing in it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from steadyhand.catalogue import discovery as catalogue
from tests.hostile.derived import completed
from tests.hostile.things import (
    ACCOUNT,
    ALL,
    CALLER,
    DATA,
    KEY,
    LISTED,
    NOW,
    OLD,
    REPORT,
    SSH,
    TARGET,
    Page,
    Params,
    allowed,
    backup,
    bill,
    certificate,
    database,
    details,
    drifted,
    function,
    group,
    handshake,
    instance,
    key_state,
    leads,
    let_in,
    log_group,
    numbers,
    one,
    pending,
    queue,
    reads,
    snapshot,
    stack,
    subscription,
    trail,
    volume,
    zones,
)

BY_HAND: dict[str, list[Page] | Callable[[Params], Page]] = {
    "acm:DescribeCertificate": details,
    "acm:ListCertificates": one(
        "CertificateSummaryList",
        [certificate("a"), pending("p")],
        [certificate("b"), pending("q")],
    ),
    "backup:ListBackupJobs": one("BackupJobs", [backup("a")], [backup("b")]),
    "ce:GetCostAndUsage": bill,
    "cloudformation:DescribeStackDriftDetectionStatus": lambda params: {
        "StackId": params["StackDriftDetectionId"],
        "StackDriftDetectionId": params["StackDriftDetectionId"],
        "StackDriftStatus": "DRIFTED",
        "DetectionStatus": "DETECTION_COMPLETE",
        "Timestamp": NOW,
    },
    "cloudformation:DescribeStackResource": lambda _: {
        "StackResourceDetail": {
            "LogicalResourceId": "Queue",
            "ResourceType": "AWS::SQS::Queue",
            "LastUpdatedTimestamp": OLD,
            "ResourceStatus": "CREATE_COMPLETE",
        }
    },
    "cloudformation:DescribeStackResourceDrifts": drifted,
    "cloudformation:DescribeStacks": lambda _: {"Stacks": [stack("a")]},
    "cloudformation:DetectStackDrift": lambda params: {
        "StackDriftDetectionId": params["StackName"]
    },
    "cloudformation:GetTemplate": lambda _: {"TemplateBody": "Resources: {}"},
    "cloudformation:ListChangeSets": one("Summaries", [], []),
    "cloudformation:ListStacks": one("StackSummaries", [stack("a")], [stack("b")]),
    "cloudtrail:DescribeTrails": one("trailList", [trail("a"), trail("b")]),
    "cloudtrail:GetTrailStatus": lambda _: {"IsLogging": False},
    "cloudtrail:LookupEvents": one("Events", [], []),
    "cloudwatch:GetMetricData": numbers,
    "ec2:DescribeAddresses": one(
        "Addresses",
        [
            {"AllocationId": f"eipalloc-{n}", "PublicIp": f"3.0.0.{n}", "Domain": "vpc"}
            for n in (1, 2)
        ],
    ),
    "ec2:DescribeInstances": [
        {"Reservations": [{"Instances": [instance("i-1")]}]},
        {"Reservations": [{"Instances": [instance("i-2")]}]},
    ],
    "ec2:DescribeManagedPrefixLists": one(
        "PrefixLists", [{"PrefixListId": "pl-1", "OwnerId": ACCOUNT}], []
    ),
    "ec2:DescribeSecurityGroups": one(
        "SecurityGroups",
        [group(1, SSH), group(2, ALL), group(3, LISTED)],
        [group(4, SSH), group(5, ALL), group(6, DATA), group(7, DATA)],
    ),
    "ec2:DescribeSecurityGroupRules": one("SecurityGroupRules", [], []),
    "ec2:DescribeLaunchTemplateVersions": one("LaunchTemplateVersions", [], []),
    "ec2:DescribeVpcBlockPublicAccessOptions": lambda _: {
        "VpcBlockPublicAccessOptions": {
            "InternetGatewayBlockMode": "block-ingress",
            "State": "update-complete",
        }
    },
    "ec2:DescribeVpcBlockPublicAccessExclusions": one(
        "VpcBlockPublicAccessExclusions", [let_in("vpc-1")], [let_in("subnet-2")]
    ),
    "ec2:DescribeSubnets": one("Subnets", [], [{"SubnetId": "subnet-2", "VpcId": "vpc-2"}]),
    "ec2:DescribeVpcs": one("Vpcs", [{"VpcId": "vpc-3", "OwnerId": ACCOUNT}], []),
    "ec2:DescribeSnapshotAttribute": lambda params: {
        "SnapshotId": params["SnapshotId"],
        "CreateVolumePermissions": [{"Group": "all"}],
    },
    "ec2:DescribeSnapshots": one("Snapshots", [snapshot("snap-1")], [snapshot("snap-2")]),
    "ec2:DescribeVolumes": one("Volumes", [volume("vol-1")], [volume("vol-2")]),
    "ec2:GetManagedPrefixListEntries": one("Entries", [], [{"Cidr": "0.0.0.0/0"}]),
    "iam:GenerateCredentialReport": lambda _: {"State": "COMPLETE"},
    "iam:GetAccountSummary": lambda _: {
        "SummaryMap": {"AccountMFAEnabled": 0, "AccountPasswordPresent": 1}
    },
    "iam:GetCredentialReport": lambda _: {"Content": REPORT, "ReportFormat": "text/csv"},
    "iam:SimulatePrincipalPolicy": allowed,
    "iam:ListAccessKeys": lambda params: {
        "AccessKeyMetadata": [KEY | {"UserName": params["UserName"]}]
    },
    "kms:DescribeKey": key_state,
    "kms:ListKeys": one("Keys", [{"KeyId": "a"}], [{"KeyId": "b"}]),
    "lambda:ListEventSourceMappings": one(
        "EventSourceMappings", [reads("orders")], [reads("mails")]
    ),
    "lambda:ListFunctionEventInvokeConfigs": one("FunctionEventInvokeConfigs", [], []),
    "lambda:ListFunctions": one("Functions", [function("a")], [function("b")]),
    "logs:DescribeLogGroups": one("logGroups", [log_group("a")], [log_group("b")]),
    "cloudflare:Get": lambda params: {"result": zones(params["Path"])},
    "dns:Addresses": lambda params: {"Host": params["Host"], "Addresses": []},
    "https:Head": lambda _: {"Status": 404},
    "github:Get": lambda _: {"result": {}},
    "gitlab:Get": lambda _: {"result": {"exists": False}},
    "rdap:Domain": lambda params: {
        "Name": params["Name"],
        "Expires": NOW + timedelta(days=3),
        "Status": ["active"],
    },
    "rds:DescribeDBInstances": one("DBInstances", [database("a")], [database("b")]),
    "route53:ListHostedZones": one(
        "HostedZones", [{"Id": "/hostedzone/Z1", "Name": "example.com.", "CallerReference": "x"}]
    ),
    "route53:ListResourceRecordSets": one(
        "ResourceRecordSets",
        [
            {"Name": "example.com.", "Type": "NS", "TTL": 1, "ResourceRecords": [{"Value": "ns"}]},
            {"Name": "a.example.com.", "Type": "A", "TTL": 1, "ResourceRecords": [{"Value": "x"}]},
            leads("app", "app.eu-central-1.elasticbeanstalk.com"),
            leads("site", "s3-website-eu-central-1.amazonaws.com"),
        ],
    ),
    "s3control:GetPublicAccessBlock": lambda _: {
        "PublicAccessBlockConfiguration": {"BlockPublicAcls": True}
    },
    "s3:GetBucketVersioning": lambda _: {},
    "s3:GetPublicAccessBlock": lambda _: {
        "PublicAccessBlockConfiguration": {"BlockPublicAcls": False}
    },
    "s3:ListBuckets": one("Buckets", [{"Name": "attic", "CreationDate": OLD}], [{"Name": "barn"}]),
    "scheduler:GetSchedule": lambda params: {"Name": params["Name"], "Target": TARGET},
    "scheduler:ListSchedules": one("Schedules", [{"Name": "a"}], [{"Name": "b"}]),
    "sns:ListSubscriptions": one("Subscriptions", [subscription("ann")], [subscription("bob")]),
    "sqs:GetQueueAttributes": queue,
    "sqs:ListQueues": one("QueueUrls", ["https://sqs/1/orders"], ["https://sqs/1/mails"]),
    "tls:Handshake": handshake,
    "sts:GetCallerIdentity": lambda _: CALLER,
}

ANSWERS = completed(BY_HAND, catalogue.load())
