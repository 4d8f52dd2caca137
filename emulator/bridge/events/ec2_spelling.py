"""How CloudTrail spells EC2's requests and answers: mostly in the words of EC2's old XML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from ..http.parameters import lower, plain_xml

if TYPE_CHECKING:
    from ..http.call import Call

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


def ec2_request(call: Call) -> dict[str, Any]:
    """`requestParameters` of an EC2 call."""
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


def ec2_answer(body: bytes) -> dict[str, Any] | None:
    """`responseElements` of an EC2 call: its XML as JSON."""
    try:
        found = plain_xml(ET.fromstring(body))
    except ET.ParseError:
        return None
    if not isinstance(found, dict):
        return None
    if "return" in found:
        found["_return"] = found.pop("return")
    return typed(found)


def typed(value: Any, name: str = "") -> Any:
    """Numbers and booleans of XML as JSON has them; ids, sizes and values stay text."""
    if isinstance(value, dict):
        return {k: typed(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [typed(v, name) for v in value]
    if value in ("true", "false"):
        return value == "true"
    number = isinstance(value, str) and re.fullmatch(r"-?\d{1,9}", value)
    return int(value) if number and not name.endswith(("Id", "size", "value")) else value
