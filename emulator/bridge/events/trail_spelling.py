"""How CloudTrail spells names, parameters and answers: not as the API does, and not the same twice.

Taken from recorded events: EC2 writes the words of its old XML, S3 its XML and sub-resources, Lambda
dates its operations, and everybody else lowers the first letter.
"""

import json
import re
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

from ..http.call import Call
from ..http.parameters import plain_xml

HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"

S3_NAMES = {
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "DeletePublicAccessBlock": "DeleteBucketPublicAccessBlock",
    "PutBucketLifecycleConfiguration": "PutBucketLifecycle",
    "GetBucketLifecycleConfiguration": "GetBucketLifecycle",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
}
S3_CONTROL_NAMES = {
    "PutPublicAccessBlock": "PutAccountPublicAccessBlock",
    "GetPublicAccessBlock": "GetAccountPublicAccessBlock",
    "DeletePublicAccessBlock": "DeleteAccountPublicAccessBlock",
}
LAMBDA_DATES = {
    "20150331v2": (
        "AddPermission",
        "GetFunction",
        "GetPolicy",
        "RemovePermission",
        "UpdateFunctionCode",
        "UpdateFunctionConfiguration",
    ),
    "20150331": (
        "CreateAlias",
        "CreateEventSourceMapping",
        "CreateFunction",
        "DeleteAlias",
        "DeleteEventSourceMapping",
        "DeleteFunction",
        "GetAlias",
        "GetEventSourceMapping",
        "ListAliases",
        "ListEventSourceMappings",
        "ListFunctions",
        "ListVersionsByFunction",
        "PublishVersion",
        "UpdateAlias",
        "UpdateEventSourceMapping",
    ),
    "20170331v2": ("TagResource", "UntagResource"),
    "20171031": ("DeleteFunctionConcurrency", "PutFunctionConcurrency"),
    "20181031": ("DeleteLayerVersion", "PublishLayerVersion", "AddLayerVersionPermission"),
}
LAMBDA_NAMES = {name: name + date for date, names in LAMBDA_DATES.items() for name in names}

# EC2 operations from about 2016 on are logged as one request in the API's own spelling.
EC2_WHOLE_REQUEST = {
    "AssociateIamInstanceProfile",
    "CreateFleet",
    "CreateFlowLogs",
    "CreateLaunchTemplate",
    "CreateLaunchTemplateVersion",
    "CreateNatGateway",
    "CreateVpcEndpoint",
    "DeleteFlowLogs",
    "DeleteLaunchTemplate",
    "DeleteNatGateway",
    "DeleteVpcEndpoints",
    "DisableEbsEncryptionByDefault",
    "DisableSnapshotBlockPublicAccess",
    "EnableEbsEncryptionByDefault",
    "EnableSnapshotBlockPublicAccess",
    "ModifyInstanceMetadataDefaults",
    "ModifyInstanceMetadataOptions",
    "ModifyLaunchTemplate",
    "ModifySecurityGroupRules",
    "ModifySnapshotTier",
    "ModifyVolume",
    "ModifyVpcEndpoint",
    "ReplaceIamInstanceProfileAssociation",
}
EC2_LISTS = {
    "BlockDeviceMappings": "blockDeviceMapping",
    "GroupIds": "groupSet",
    "InstanceIds": "instancesSet",
    "NetworkInterfaces": "networkInterfaceSet",
    "Resources": "resourcesSet",
    "SecurityGroupIds": "groupSet",
    "SecurityGroupRuleIds": "securityGroupRuleIds",
    "TagSpecifications": "tagSpecificationSet",
    "Tags": "tagSet",
}
EC2_ITEMS = {
    "GroupIds": "groupId",
    "InstanceIds": "instanceId",
    "Resources": "resourceId",
    "SecurityGroupIds": "groupId",
    "SecurityGroupRuleIds": "securityGroupRuleId",
}
EC2_NAMES = {"AvailabilityZone": "zone"}  # of CreateVolume; every other operation keeps the word
PERMISSIONS = {
    "createVolumePermission": "CREATE_VOLUME_PERMISSION",
    "launchPermission": "launchPermission",
}
EC2_EMPTY = {"groups": {}, "ipRanges": {}, "ipv6Ranges": {}, "prefixListIds": {}}


def event_name(call: Call) -> str:
    """What CloudTrail calls this operation."""
    operation = call.operation.name
    match call.operation.service_model.service_name:
        case "s3":
            return S3_NAMES.get(operation, operation)
        case "s3control":
            return S3_CONTROL_NAMES.get(operation, operation)
        case "lambda":
            return LAMBDA_NAMES.get(operation, operation)
        case _:
            return operation


def request(call: Call) -> dict[str, Any] | None:
    """`requestParameters`."""
    shape = call.operation.input_shape
    match call.operation.service_model.service_name:
        case "ec2":
            return _ec2(call) or None
        case "s3":
            return _s3(call)
        case _:
            return lowered(call.params, shape) if shape and call.params else None


def response(call: Call) -> dict[str, Any] | None:
    """`responseElements`: what a change created; None for reads, failures and S3."""
    service, shape = call.operation.service_model.service_name, call.operation.output_shape
    if call.failed or service == "s3":
        return None
    if service == "ec2":
        return _ec2_answer(call.answer)
    found = {k: v for k, v in call.result.items() if k != "ResponseMetadata"}
    return (lowered(found, shape) or None) if shape and found else None


def error_code(call: Call) -> tuple[str, str]:
    """`errorCode` and `errorMessage` of a refused call."""
    error = call.result.get("Error", {})
    code = str(error.get("Code") or call.status)
    if call.operation.service_model.service_name == "ec2":
        code = f"Client.{code}"
    elif code == "AccessDeniedException":
        code = "AccessDenied"
    return code, str(error.get("Message", ""))


def lower(name: str) -> str:
    """The first letter in lower case: `DBInstanceIdentifier` is `dBInstanceIdentifier`."""
    return name[:1].lower() + name[1:]


def lowered(value: Any, shape: Any) -> Any:
    """A value with its members' names lowered; the keys of maps are people's own and stay."""
    if shape is not None and shape.metadata.get("sensitive") and not isinstance(value, dict | list):
        return HIDDEN
    if isinstance(value, dict):
        if shape is not None and shape.type_name == "map":
            return {k: lowered(v, shape.value) for k, v in value.items()}
        members = shape.members if shape is not None and shape.type_name == "structure" else {}
        return {
            lower(k): lowered(v, members.get(k))
            for k, v in value.items()
            if "Secret" not in k or k == "SecretId"
        }
    if isinstance(value, list):
        member = shape.member if shape is not None and shape.type_name == "list" else None
        return [lowered(v, member) for v in value]
    if isinstance(value, datetime):
        return value.strftime("%b %-d, %Y %-I:%M:%S %p")
    return HIDDEN if isinstance(value, bytes) else value


def _ec2(call: Call) -> dict[str, Any]:
    operation, params = call.operation.name, dict(call.params)
    params.pop("DryRun", None)
    if operation in EC2_WHOLE_REQUEST:
        return {f"{operation}Request": _whole(params, call.operation.input_shape)}
    if operation == "RunInstances":
        one = {
            k: params.pop(k) for k in ("ImageId", "KeyName", "MaxCount", "MinCount") if k in params
        }
        found = _old(params, call.operation.input_shape)
        return {"instancesSet": {"items": [{lower(k): v for k, v in one.items()}]}, **found}
    found = _old(params, call.operation.input_shape)
    if operation.startswith(("AuthorizeSecurityGroup", "RevokeSecurityGroup")):
        found.setdefault("ipPermissions", {})
    for kind, said in PERMISSIONS.items():
        if kind in found:
            found["attributeType"] = said
    if operation == "CreateVolume":
        found = {EC2_NAMES.get(k[:1].upper() + k[1:], k): v for k, v in found.items()}
        if "size" in found:
            found["size"] = str(found["size"])
    return found


def _old(value: Any, shape: Any) -> Any:
    """The words of EC2's old XML: lists are `items`, and some have names of their own."""
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for name, inner in value.items():
        member = shape.members[name]
        spelled = lower(member.serialization.get("name", name))
        if member.type_name == "list":
            spelled = EC2_LISTS.get(name, lower(name) if spelled == lower(name) else spelled)
            if name in EC2_LISTS and shape.name == "TagSpecification":
                found["tags"] = [_old(v, member.member) for v in inner]
                continue
            items = [
                {EC2_ITEMS[name]: v} if name in EC2_ITEMS else _old(v, member.member) for v in inner
            ]
            found[spelled] = {"items": items} if items else {}
        else:
            found[spelled] = _old(inner, member)
    return {**EC2_EMPTY, **found} if shape.name == "IpPermission" else found


def _whole(value: Any, shape: Any) -> Any:
    """The words of the API, lists numbered by a `tag` and bare when they hold one thing."""
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for name, inner in value.items():
        member = shape.members[name]
        spelled = member.serialization.get("queryName") or member.serialization.get("name", name)
        spelled = spelled[:1].upper() + spelled[1:]
        if member.type_name == "list":
            numbered = [
                {**_whole(v, member.member), "tag": n}
                if isinstance(v, dict)
                else {"content": v, "tag": n}
                for n, v in enumerate(inner, 1)
            ]
            found[spelled] = numbered[0] if len(numbered) == 1 else numbered
        else:
            found[spelled] = _whole(inner, member)
    return found


def _ec2_answer(body: bytes) -> dict[str, Any] | None:
    try:
        found = plain_xml(ET.fromstring(body))
    except ET.ParseError:
        return None
    if not isinstance(found, dict):
        return None
    if "return" in found:
        found["_return"] = found.pop("return")
    return _typed(found)


def _typed(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {k: _typed(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [_typed(v, name) for v in value]
    if value in ("true", "false"):
        return value == "true"
    number = isinstance(value, str) and re.fullmatch(r"-?\d{1,9}", value)
    return int(value) if number and not name.endswith(("Id", "size", "value")) else value


def _document(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _s3(call: Call) -> dict[str, Any]:
    found: dict[str, Any] = {"bucketName": call.params.get("Bucket", "")}
    found["Host"] = call.headers.get("host", "")
    if key := call.params.get("Key"):
        found["key"] = key
    found.update({k: v[0] for k, v in call.query.items() if k != "x-id"})
    told = ("x-amz-acl", "x-amz-grant", "x-amz-bucket-object-lock")
    found.update({k: v for k, v in call.headers.items() if k.startswith(told)})
    if call.operation.name == "PutBucketPolicy":
        found["bucketPolicy"] = _document(call.params.get("Policy", ""))
    elif call.body[:1] == b"<":
        root = ET.fromstring(call.body)
        value = _typed(plain_xml(root))
        found[root.tag.rpartition("}")[2]] = value
    return found
