"""API calls become CloudTrail events: on the default event bus, and in LookupEvents.

ministack delivers none to EventBridge, and its own record knows neither who called nor what with. AWS
delivers management calls that change something, refused ones too, where a trail logs them; calls to
services that live everywhere (IAM, Route 53, CloudFront …) are delivered in us-east-1 only.
Calls that CloudFormation makes for a stack happen inside ministack and are not seen.
"""

import json
import os
import time
import uuid
from collections import deque
from typing import Any

from ministack.core.responses import get_account_id, get_region, json_response, request_scope
from ministack.services import cloudtrail

from ..http.call import Call
from . import bus, identities, trail_spelling

EVERYWHERE = {
    "iam",
    "route53",
    "cloudfront",
    "organizations",
    "budgets",
    "ce",
    "health",
    "support",
}
READS = (
    "Get",
    "List",
    "Describe",
    "Head",
    "Lookup",
    "Search",
    "BatchGet",
    "Select",
    "Filter",
    "Simulate",
    "Test",
    "Validate",
)
READ_ONLY = {
    "AssumeRole",
    "AssumeRoleWithSAML",
    "AssumeRoleWithWebIdentity",
    "Decrypt",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
    "ReEncrypt",
    "Sign",
    "Verify",
    "GenerateMac",
    "VerifyMac",
    "GenerateRandom",
    "GenerateCredentialReport",
}
DATA = {
    "cloudwatch": {"PutMetricData", "GetMetricData", "GetMetricStatistics"},
    "dynamodb": {
        "BatchExecuteStatement",
        "BatchGetItem",
        "BatchWriteItem",
        "DeleteItem",
        "ExecuteStatement",
        "ExecuteTransaction",
        "GetItem",
        "PutItem",
        "Query",
        "Scan",
        "TransactGetItems",
        "TransactWriteItems",
        "UpdateItem",
    },
    "events": {"PutEvents"},
    "firehose": {"PutRecord", "PutRecordBatch"},
    "kinesis": {"PutRecord", "PutRecords", "GetRecords", "SubscribeToShard"},
    "lambda": {"Invoke", "InvokeAsync", "InvokeWithResponseStream"},
    "logs": {"PutLogEvents", "FilterLogEvents", "GetLogEvents", "GetLogRecord"},
    "ses": {"SendBulkTemplatedEmail", "SendEmail", "SendRawEmail", "SendTemplatedEmail"},
    "sesv2": {"SendBulkEmail", "SendEmail"},
    "sns": {"Publish", "PublishBatch"},
    "sqs": {
        "ChangeMessageVisibility",
        "ChangeMessageVisibilityBatch",
        "DeleteMessage",
        "DeleteMessageBatch",
        "ReceiveMessage",
        "SendMessage",
        "SendMessageBatch",
    },
    "stepfunctions": {
        "StartSyncExecution",
        "SendTaskSuccess",
        "SendTaskFailure",
        "SendTaskHeartbeat",
    },
}
KEPT = 20_000
_records: dict[tuple[str, str], deque[dict[str, Any]]] = {}


def install() -> None:
    """Answer LookupEvents from what was seen; give the account a trail unless told not to."""
    cloudtrail._DISPATCH["LookupEvents"] = lookup
    if os.environ.pop("BRIDGE_TRAIL", "0") == "1":
        _given_trail()


def watch(call: Call) -> None:
    """Record a management call, and deliver it where AWS would."""
    if call.operation is None or is_data(call):
        return
    region = "us-east-1" if call.operation.service_model.service_name in EVERYWHERE else call.region
    with request_scope(call.account, region):
        seen = record(call, region)
        kept = _records.setdefault((call.account, region), deque(maxlen=KEPT))
        kept.append(seen)
        if not seen["readOnly"] and _logged():
            bus.emit(f"aws.{call.service}", "AWS API Call via CloudTrail", seen)


def is_data(call: Call) -> bool:
    """Whether this is a call on data, which trails do not log unless told to."""
    service, operation = call.operation.service_model.service_name, call.operation
    if service == "s3":
        return "Key" in (operation.input_shape.members if operation.input_shape else {}) or (
            operation.name
            in ("ListObjects", "ListObjectsV2", "DeleteObjects", "ListObjectVersions")
        )
    return operation.name in DATA.get(service, ())


def is_read(call: Call) -> bool:
    """Whether a call leaves everything as it is."""
    return call.operation.name.startswith(READS) or call.operation.name in READ_ONLY


def record(call: Call, region: str) -> dict[str, Any]:
    """The CloudTrail record of one call."""
    read_only = is_read(call)
    refused = {}
    if call.failed:
        code, message = trail_spelling.error_code(call)
        refused = {"errorCode": code, "errorMessage": message}
    return {
        "eventVersion": "1.11",
        "userIdentity": identities.identity(call.access_key, call.account),
        "eventTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "eventSource": f"{call.service}.amazonaws.com",
        "eventName": trail_spelling.event_name(call),
        "awsRegion": region,
        "sourceIPAddress": call.client,
        "userAgent": call.headers.get("user-agent", ""),
        **refused,
        "requestParameters": trail_spelling.request(call),
        "responseElements": None if read_only else trail_spelling.response(call),
        "requestID": call.answer_headers.get("x-amzn-requestid", str(uuid.uuid4())),
        "eventID": str(uuid.uuid4()),
        "readOnly": read_only,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": call.account,
        "eventCategory": "Management",
    }


def _given_trail() -> None:
    """A trail in all regions that writes to another account's bucket, as in many organisations."""
    account, region = os.environ["MINISTACK_ACCOUNT_ID"], os.environ["MINISTACK_REGION"]
    with request_scope(account, region):
        cloudtrail._create_trail(
            {
                "Name": "management-events",
                "S3BucketName": "cloudtrail-of-the-organisation",
                "IsMultiRegionTrail": True,
                "EnableLogFileValidation": True,
            }
        )
        cloudtrail._start_logging({"Name": "management-events"})


def _logged() -> bool:
    """Whether a trail that logs management events covers this region."""
    for home, name, trail in cloudtrail._visible_trail_items():
        if not trail.get("IsLogging"):
            continue
        selectors = cloudtrail._event_selectors.get_scoped(
            get_account_id(), home, name, cloudtrail._DEFAULT_EVENT_SELECTORS
        )
        if any(_selects_management(s) for s in selectors):
            return True
    return False


def _selects_management(selector: dict[str, Any]) -> bool:
    if "FieldSelectors" in selector:
        return any(
            f.get("Field") == "eventCategory" and "Management" in f.get("Equals", [])
            for f in selector["FieldSelectors"]
        )
    return (
        selector.get("IncludeManagementEvents", True)
        and selector.get("ReadWriteType", "All") != "ReadOnly"
    )


def lookup(body: dict[str, Any]) -> tuple:
    """LookupEvents: the newest first, by one attribute and a span of time."""
    wanted = (body.get("LookupAttributes") or [None])[0]
    start, end = body.get("StartTime", 0), body.get("EndTime", float("inf"))
    found = []
    for seen in reversed(list(_records.get((get_account_id(), get_region()), ()))):
        entry = _entry(seen)
        if start <= entry["EventTime"] <= end and (wanted is None or _has(entry, seen, wanted)):
            found.append(entry)
    first, size = int(body.get("NextToken") or 0), min(int(body.get("MaxResults") or 50), 50)
    answer: dict[str, Any] = {"Events": found[first : first + size]}
    if len(found) > first + size:
        answer["NextToken"] = str(first + size)
    return json_response(answer)


def _entry(seen: dict[str, Any]) -> dict[str, Any]:
    when = time.mktime(time.strptime(seen["eventTime"], "%Y-%m-%dT%H:%M:%SZ")) - time.timezone
    return {
        "EventId": seen["eventID"],
        "EventName": seen["eventName"],
        "ReadOnly": str(seen["readOnly"]).lower(),
        "AccessKeyId": seen["userIdentity"]["accessKeyId"],
        "EventTime": int(when),
        "EventSource": seen["eventSource"],
        "Username": identities.name(seen["userIdentity"]),
        "Resources": _resources(seen),
        "CloudTrailEvent": json.dumps(seen),
    }


RESOURCES = {
    "bucketName": "AWS::S3::Bucket",
    "groupId": "AWS::EC2::SecurityGroup",
    "instanceId": "AWS::EC2::Instance",
    "volumeId": "AWS::EC2::Volume",
    "dBInstanceIdentifier": "AWS::RDS::DBInstance",
    "tableName": "AWS::DynamoDB::Table",
    "functionName": "AWS::Lambda::Function",
    "logGroupName": "AWS::Logs::LogGroup",
    "roleName": "AWS::IAM::Role",
    "userName": "AWS::IAM::User",
    "queueUrl": "AWS::SQS::Queue",
    "stackName": "AWS::CloudFormation::Stack",
}


def _resources(seen: dict[str, Any]) -> list[dict[str, str]]:
    found = {}
    parts = [seen["requestParameters"] or {}, seen["responseElements"] or {}]
    while parts:
        part = parts.pop()
        for key, value in part.items():
            if isinstance(value, str) and lower_resource(key) in RESOURCES:
                found[value] = RESOURCES[lower_resource(key)]
            elif isinstance(value, dict):
                parts.append(value)
            elif isinstance(value, list):
                parts.extend(v for v in value if isinstance(v, dict))
    return [{"ResourceName": name, "ResourceType": kind} for name, kind in found.items()]


def lower_resource(key: str) -> str:
    """EC2's newer operations capitalise their words."""
    return trail_spelling.lower(key)


def _has(entry: dict[str, Any], seen: dict[str, Any], wanted: dict[str, str]) -> bool:
    value = wanted["AttributeValue"]
    match wanted["AttributeKey"]:
        case "ResourceName":
            return any(r["ResourceName"] == value for r in entry["Resources"])
        case "ResourceType":
            return any(r["ResourceType"] == value for r in entry["Resources"])
        case "ReadOnly":
            return entry["ReadOnly"] == value
        case key:
            return str(entry.get(key, seen.get(key))) == value
