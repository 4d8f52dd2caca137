"""What lies in the hostile account, as AWS describes each thing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
OLD = datetime(2020, 1, 1, tzinfo=UTC)
ACCOUNT, REGION = "123456789012", "us-east-1"
Params = Mapping[str, Any]
Page = Mapping[str, Any]

SSH = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
DATA = SSH | {"FromPort": 5432, "ToPort": 5432}
ALL = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
LISTED = SSH | {"IpRanges": [], "PrefixListIds": [{"PrefixListId": "pl-1"}]}


def arn(service: str, name: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{name}"


def group(number: int, *permissions: Any) -> Any:
    return {"GroupId": f"sg-{number}", "GroupName": "g", "IpPermissions": list(permissions)}


def let_in(name: str) -> Any:
    """A network, or a subnet, that a region's block of the internet leaves out."""
    named = arn("ec2", f"{name.partition('-')[0]}/{name}")
    return {"ResourceArn": named, "InternetGatewayExclusionMode": "allow-bidirectional"}


def database(name: str) -> Any:
    return {
        "DBInstanceIdentifier": name,
        "DBInstanceArn": arn("rds", f"db:{name}"),
        "DBInstanceStatus": "available",
        "Engine": "postgres",
        "BackupRetentionPeriod": 0,
        "PubliclyAccessible": True,
    }


def certificate(name: str) -> Any:
    return {
        "CertificateArn": arn("acm", f"certificate/{name}"),
        "DomainName": f"{name}.example.com",
        "SubjectAlternativeNameSummaries": [f"{name}.example.com"],
        "Status": "ISSUED",
        "Type": "IMPORTED",
        "InUse": True,
        "RenewalEligibility": "INELIGIBLE",
        "NotAfter": NOW + timedelta(days=3),
    }


def pending(name: str) -> Any:
    return certificate(name) | {"Status": "PENDING_VALIDATION", "Type": "AMAZON_ISSUED"}


def details(params: Params) -> Page:
    name = params["CertificateArn"].rpartition("/")[2]
    option = {
        "DomainName": f"{name}.example.com",
        "ValidationStatus": "PENDING_VALIDATION",
        "ValidationMethod": "DNS",
        "ResourceRecord": {"Name": f"_x.{name}.example.com.", "Type": "CNAME", "Value": "_y."},
    }
    return {"Certificate": pending(name) | {"DomainValidationOptions": [option]}}


def snapshot(name: str) -> Any:
    return {"SnapshotId": name, "StartTime": OLD, "VolumeSize": 100, "OwnerId": ACCOUNT}


def volume(name: str) -> Any:
    return {
        "VolumeId": name,
        "State": "available",
        "CreateTime": OLD,
        "Size": 100,
        "VolumeType": "gp3",
        "Iops": 3000,
        "Throughput": 125,
        "AvailabilityZone": f"{REGION}a",
    }


def instance(name: str) -> Any:
    options = {"HttpTokens": "optional", "HttpEndpoint": "enabled", "State": "applied"}
    return {"InstanceId": name, "State": {"Name": "running"}, "MetadataOptions": options}


def function(name: str) -> Any:
    return {
        "FunctionName": name,
        "FunctionArn": arn("lambda", f"function:{name}"),
        "Runtime": "python3.6",
        "Version": "$LATEST",
        "LastModified": f"{NOW - timedelta(hours=1):%Y-%m-%dT%H:%M:%S.000%z}",
    }


def log_group(name: str) -> Any:
    made = int(OLD.timestamp() * 1000)
    return {
        "logGroupName": name,
        "arn": arn("logs", f"log-group:{name}:*"),
        "creationTime": made,
        "storedBytes": 10**10,
    }


def queue(params: Params) -> Page:
    name = params["QueueUrl"].rpartition("/")[2]
    said = {"QueueArn": arn("sqs", name), "ApproximateNumberOfMessages": "3"}
    said["VisibilityTimeout"] = "5"
    return {"Attributes": said}


def subscription(name: str) -> Any:
    topic = arn("sns", "steadyhand-alarms")
    return {
        "SubscriptionArn": f"{topic}:{name}",
        "TopicArn": topic,
        "Protocol": "email",
        "Endpoint": f"{name}@example.com",
        "Owner": ACCOUNT,
    }


def backup(name: str) -> Any:
    return {
        "BackupJobId": name,
        "ResourceArn": arn("ec2", f"volume/{name}"),
        "ResourceType": "EBS",
        "State": "FAILED",
        "CreationDate": NOW - timedelta(days=1),
        "BackupVaultName": "Default",
        "IamRoleArn": f"arn:aws:iam::{ACCOUNT}:role/backup",
    }


def stack(name: str) -> Any:
    return {
        "StackId": arn("cloudformation", f"stack/{name}/1"),
        "StackName": name,
        "CreationTime": OLD,
        "StackStatus": "CREATE_COMPLETE",
    }


def drifted(params: Params) -> Page:
    one = {
        "StackId": params["StackName"],
        "LogicalResourceId": "Queue",
        "ResourceType": "AWS::SQS::Queue",
        "StackResourceDriftStatus": "MODIFIED",
        "Timestamp": NOW,
        "PhysicalResourceId": f"https://sqs/1/{params['StackName'].split('/')[1]}",
        "ExpectedProperties": '{"VisibilityTimeout": 90}',
        "ActualProperties": '{"VisibilityTimeout": 30}',
        "PropertyDifferences": [
            {
                "PropertyPath": "/VisibilityTimeout",
                "ExpectedValue": "90",
                "ActualValue": "30",
                "DifferenceType": "NOT_EQUAL",
            }
        ],
    }
    return {"StackResourceDrifts": [one]}


def allowed(params: Params) -> Page:
    return {
        "EvaluationResults": [
            {"EvalActionName": action, "EvalDecision": "allowed"}
            for action in params["ActionNames"]
        ]
    }


def bill(params: Params) -> Page:
    end = NOW.date()
    days = []
    for back in range(36, 0, -1):
        on = end - timedelta(days=back)
        usd = "900" if back == 1 else "10"
        costs = {"UnblendedCost": {"Amount": usd, "Unit": "USD"}}
        groups = [{"Keys": ["Amazon Elastic Compute Cloud - Compute"], "Metrics": costs}]
        period = {"Start": on.isoformat(), "End": (on + timedelta(days=1)).isoformat()}
        days.append({"TimePeriod": period, "Groups": groups, "Estimated": False})
    return {"ResultsByTime": days}


LARGE = {
    "5XXError": 3.0,
    "5xx": 3.0,
    "AsyncEventsReceived": 3.0,
    "ApproximateAgeOfOldestMessage": 300_000.0,
    "Errors": 3.0,
    "IncomingBytes": 5e9,
}
"""Metrics of which a large number is the bomb; of the others it is none at all."""


def numbers(params: Params) -> Page:
    window = [NOW - timedelta(days=n) for n in range(14)]

    def number(query: Params) -> float:
        return LARGE.get(query["MetricStat"]["Metric"]["MetricName"], 0.0)

    return {
        "MetricDataResults": [
            {
                "Id": one["Id"],
                "Timestamps": window,
                "Values": [number(one)] * 14,
                "StatusCode": "Complete",
            }
            for one in params["MetricDataQueries"]
        ]
    }


HEAD = (
    "user,arn,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,"
    "access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date"
    ",password_enabled,password_last_used,mfa_active"
)
LINE = "{0},arn:aws:iam::123456789012:user/{0},true,2020-01-01T00:00:00+00:00,N/A,false,N/A,N/A"
LINE += ",true,N/A,false"
REPORT = "\n".join([HEAD, LINE.format("ann"), LINE.format("bob")]).encode()
KEY = {"AccessKeyId": "AKIAEXAMPLE000000000", "Status": "Active", "CreateDate": OLD}

TARGET = {"Arn": arn("lambda", "function:a"), "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/schedules"}
CALLER = {"Arn": f"arn:aws:iam::{ACCOUNT}:user/me", "Account": ACCOUNT, "UserId": "AIDA"}


def one(name: str, *pages: Any) -> list[Page]:
    """Pages of one list."""
    return [{name: list(page)} for page in pages]


PUBLIC = [{"AttributeName": "restore", "AttributeValues": ["all"]}]


def image(name: str) -> Page:
    return {"ImageId": name, "Name": name, "Public": True, "BlockDeviceMappings": []}


def trail(name: str) -> Page:
    arn = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/{name}"
    return {"Name": name, "TrailARN": arn, "HomeRegion": REGION}


def secret(name: str) -> Page:
    when = {"DeletedDate": NOW - timedelta(days=1), "LastAccessedDate": NOW - timedelta(days=2)}
    return {"ARN": arn("secretsmanager", f"secret:{name}-AbCdEf"), "Name": name} | when


def reads(queue_name: str) -> Page:
    return {
        "UUID": queue_name,
        "EventSourceArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue_name}",
        "FunctionArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:a",
        "State": "Enabled",
    }


def key_state(params: Params) -> Page:
    name = params["KeyId"]
    when = {"DeletionDate": NOW + timedelta(days=5), "KeyState": "PendingDeletion"}
    return {"KeyMetadata": {"KeyId": name, "Arn": arn("kms", f"key/{name}")} | when}


def handshake(params: Params) -> Page:
    leaf = {"Names": [params["Host"]], "NotAfter": NOW + timedelta(days=3)}
    return {"Protocol": "TLSv1.3", "Trust": "whole", "Chain": [leaf]}


def zones(path: str) -> Any:
    """What Cloudflare says of its one zone, which sends all in plain text."""
    if path.startswith("/zones?"):
        return [{"id": "0" * 32, "name": "shop.example.com", "status": "active"}]
    if path.endswith("/ssl"):
        return {"id": "ssl", "value": "flexible"}
    target = "web-1.eu-central-1.elb.amazonaws.com"
    return [{"name": "shop.example.com", "type": "CNAME", "content": target, "proxied": True}]


def leads(name: str, target: str) -> Page:
    """A record that leads to something of AWS."""
    value = [{"Value": target}]
    return {"Name": f"{name}.example.com.", "Type": "CNAME", "TTL": 1, "ResourceRecords": value}
