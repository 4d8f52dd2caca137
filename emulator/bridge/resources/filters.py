"""EC2's filters, held against what an answer says.

ministack ignores a filter it does not know, so that a narrow question gets a wide answer. Here a filter
is found in the answer by its name, or refused.
"""

import fnmatch
import functools
import re
from collections.abc import Iterator
from typing import Any

from ..http.answers import RefusedError, amend
from ..http.operations import model

# Names that do not say where the answer has it.
ELSEWHERE = {
    ("SecurityGroups", "ip-permission.cidr"): "IpPermissions.IpRanges.CidrIp",
    ("SecurityGroups", "ip-permission.ipv6-cidr"): "IpPermissions.Ipv6Ranges.CidrIpv6",
    ("SecurityGroups", "ip-permission.from-port"): "IpPermissions.FromPort",
    ("SecurityGroups", "ip-permission.to-port"): "IpPermissions.ToPort",
    ("SecurityGroups", "ip-permission.protocol"): "IpPermissions.IpProtocol",
    ("SecurityGroups", "ip-permission.group-id"): "IpPermissions.UserIdGroupPairs.GroupId",
    ("Instances", "instance-state-name"): "State.Name",
    ("Instances", "instance-state-code"): "State.Code",
    ("Instances", "ip-address"): "PublicIpAddress",
    ("Instances", "dns-name"): "PublicDnsName",
    ("Instances", "instance.group-id"): "SecurityGroups.GroupId",
    ("Instances", "availability-zone"): "Placement.AvailabilityZone",
    ("Instances", "tenancy"): "Placement.Tenancy",
    ("Volumes", "status"): "State",
    ("Volumes", "attachment.status"): "Attachments.State",
    ("Volumes", "attachment.instance-id"): "Attachments.InstanceId",
    ("Volumes", "attachment.device"): "Attachments.Device",
    ("Snapshots", "status"): "State",
    ("Images", "name"): "Name",
    ("Vpcs", "is-default"): "IsDefault",
    ("NetworkInterfaces", "group-id"): "Groups.GroupId",
    ("NetworkInterfaces", "group-name"): "Groups.GroupName",
    ("NetworkInterfaces", "addresses.private-ip-address"): "PrivateIpAddresses.PrivateIpAddress",
}


def install() -> None:
    """Hold every EC2 description to its filters."""
    ec2 = model("ec2")
    for name in ec2.operation_names:
        operation = ec2.operation_model(name)
        asked, said = operation.input_shape, operation.output_shape
        if name.startswith("Describe") and asked and said and "Filters" in asked.members:
            amend("ec2", name, unless_declared=True)(filtered)


def filtered(params: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """Give the answer with only what its filters choose."""
    if not params.get("Filters"):
        return said
    if "Reservations" in said:
        chosen("Instances", [], params)
        for reservation in said["Reservations"]:
            reservation["Instances"] = chosen("Instances", reservation["Instances"], params)
        return {**said, "Reservations": [r for r in said["Reservations"] if r["Instances"]]}
    many = next((k for k, v in said.items() if isinstance(v, list)), None)
    return said if many is None else {**said, many: chosen(many, said[many], params)}


def chosen(many: str, items: list[dict[str, Any]], params: dict[str, Any]) -> list[dict[str, Any]]:
    """The items that all filters choose."""
    for wanted in params.get("Filters") or []:
        name, values = wanted["Name"], wanted.get("Values", [])
        if not (name.startswith("tag:") or name == "tag-key" or _possible(many, _path(many, name))):
            raise RefusedError("InvalidParameterValue", f"The filter '{name}' is invalid")
        items = [item for item in items if _has(many, item, name, values)]
    return items


def _path(many: str, name: str) -> tuple[str, ...]:
    spelled = ELSEWHERE.get((many, name)) or ".".join(_camel(part) for part in name.split("."))
    return tuple(spelled.split("."))


def _has(many: str, item: dict[str, Any], name: str, values: list[str]) -> bool:
    found = list(_values(many, item, name))
    return any(fnmatch.fnmatchcase(_text(f), _pattern(v)) for f in found for v in values)


def _pattern(value: str) -> str:
    return re.sub(r"\[", "[[]", value)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _values(many: str, item: dict[str, Any], name: str) -> Iterator[Any]:
    tags = item.get("Tags") or item.get("TagSet") or []
    if name.startswith("tag:"):
        yield from (t["Value"] for t in tags if t["Key"] == name[4:])
    elif name == "tag-key":
        yield from (t["Key"] for t in tags)
    else:
        yield from _at(item, _path(many, name))


def _camel(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.split("-"))


def _at(value: Any, path: tuple[str, ...]) -> Iterator[Any]:
    if isinstance(value, list):
        for one in value:
            yield from _at(one, path)
    elif not path:
        if value is not None:
            yield value
    elif isinstance(value, dict):
        for key in (path[0], path[0] + "s"):
            if key in value:
                yield from _at(value[key], path[1:])


@functools.cache
def _possible(many: str, path: tuple[str, ...]) -> bool:
    """Whether answers of this kind could say it at all."""
    shape = _shape(many)
    for part in path:
        while shape is not None and shape.type_name == "list":
            shape = shape.member
        if shape is None or shape.type_name != "structure":
            return False
        shape = shape.members.get(part) or shape.members.get(part + "s")
    return shape is not None


@functools.cache
def _shape(many: str) -> Any:
    ec2 = model("ec2")
    for name in ec2.operation_names:
        if name.startswith("Describe"):
            output = ec2.operation_model(name).output_shape
            if output is None:
                continue
            if many == "Instances" and "Reservations" in output.members:
                return output.members["Reservations"].member.members["Instances"].member
            if (
                many in output.members
                and many != "Instances"
                and output.members[many].type_name == "list"
            ):
                return output.members[many].member
    return None
