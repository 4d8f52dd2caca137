"""Parameters as the API spells them, read from path, query, headers and body: what a server does."""

import json
import re
from typing import Any
from urllib.parse import parse_qs, unquote
from xml.etree import ElementTree as ET

import botocore.model
import botocore.parsers

from .operations import named_in_path
from .request import HttpRequest


def read(request: HttpRequest, operation: botocore.model.OperationModel) -> dict[str, Any]:
    """Read the parameters of a request for an operation."""
    shape = operation.input_shape
    if shape is None:
        return {}
    protocol = operation.service_model.resolved_protocol
    if protocol in ("query", "ec2"):
        form = {
            **parse_qs(request.body.decode("utf-8", "replace"), keep_blank_values=True),
            **request.query,
        }
        flat = {k: v[0] for k, v in form.items() if k not in ("Action", "Version")}
        return _from_form(shape, "", flat, protocol == "ec2")
    if protocol in ("rest-json", "rest-xml"):
        return _from_rest(request, operation)
    if protocol == "smithy-rpc-v2-cbor":
        parser = botocore.parsers.create_parser("smithy-rpc-v2-cbor")
        found = parser.parse({"status_code": 200, "headers": {}, "body": request.body}, shape)
        found.pop("ResponseMetadata", None)
        return found
    return _json(request.body)


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _from_form(shape: Any, prefix: str, flat: dict[str, str], ec2: bool) -> Any:
    """A value written flat: `IpPermissions.1.IpRanges.1.CidrIp=…`."""
    if shape.type_name == "structure":
        found = {}
        for name, member in shape.members.items():
            spelled = member.serialization.get("queryName") if ec2 else None
            if not spelled:
                spelled = member.serialization.get("name", name)
                spelled = spelled[0].upper() + spelled[1:] if ec2 else spelled
            if member.type_name == "list" and member.serialization.get("flattened") and not ec2:
                spelled = member.member.serialization.get("name", spelled)
            key = f"{prefix}{spelled}"
            if key in flat or any(k.startswith(f"{key}.") for k in flat):
                tail = "." if member.type_name == "structure" else ""
                found[name] = _from_form(member, key + tail, flat, ec2)
        return found
    if shape.type_name == "list":
        bare = ec2 or shape.serialization.get("flattened")
        stem = prefix if bare else f"{prefix}.{shape.member.serialization.get('name', 'member')}"
        numbers = sorted(
            {int(m[1]) for k in flat if (m := re.match(re.escape(stem) + r"\.(\d+)(\.|$)", k))}
        )
        tail = "." if shape.member.type_name == "structure" else ""
        return [_from_form(shape.member, f"{stem}.{n}{tail}", flat, ec2) for n in numbers]
    if shape.type_name == "map":
        stem = prefix if shape.serialization.get("flattened") else f"{prefix}.entry"
        key, value = (
            shape.key.serialization.get("name", "key"),
            shape.value.serialization.get("name", "value"),
        )
        numbers = sorted(
            {int(m[1]) for k in flat if (m := re.match(re.escape(stem) + r"\.(\d+)\.", k))}
        )
        return {flat[f"{stem}.{n}.{key}"]: flat.get(f"{stem}.{n}.{value}", "") for n in numbers}
    return _scalar(shape, flat.get(prefix, ""))


def _scalar(shape: Any, text: str) -> Any:
    """The value that a text stands for."""
    if shape.type_name == "boolean":
        return text.lower() == "true"
    if shape.type_name in ("integer", "long"):
        return int(text) if re.fullmatch(r"-?\d+", text) else text
    if shape.type_name in ("float", "double"):
        return float(text)
    return text


def _from_rest(request: HttpRequest, operation: botocore.model.OperationModel) -> dict[str, Any]:
    shape, protocol = operation.input_shape, operation.service_model.resolved_protocol
    payload = shape.serialization.get("payload")
    written = {n: m for n, m in shape.members.items() if "location" not in m.serialization}
    found = _from_line(request, operation)
    if payload:
        found.update(_from_payload(request, protocol, payload, shape.members[payload]))
    elif written and request.body:
        if protocol == "rest-json":
            said = _json(request.body)
            spelled = {n: m.serialization.get("name", n) for n, m in written.items()}
            found.update({n: said[name] for n, name in spelled.items() if name in said})
        else:
            found.update(_from_xml(shape, ET.fromstring(request.body)))
    return found


def _from_line(request: HttpRequest, operation: botocore.model.OperationModel) -> dict[str, Any]:
    """What the path, the query and the headers say."""
    found: dict[str, Any] = {}
    uri = {name: unquote(value) for name, value in named_in_path(request, operation).items()}
    for name, member in operation.input_shape.members.items():
        spelled = member.serialization.get("name", name)
        where = member.serialization.get("location")
        if where == "uri" and spelled in uri:
            found[name] = uri[spelled]
        elif where == "querystring" and spelled in request.query:
            many = request.query[spelled]
            found[name] = many if member.type_name == "list" else _scalar(member, many[0])
        elif where == "header" and spelled.lower() in request.headers:
            found[name] = _scalar(member, request.headers[spelled.lower()])
    return found


def _from_payload(request: HttpRequest, protocol: str, name: str, member: Any) -> dict[str, Any]:
    if not request.body:
        return {}
    if member.type_name == "string":
        return {name: request.body.decode("utf-8", "replace")}
    if member.type_name != "structure":
        return {}
    if protocol == "rest-xml":
        return {name: _from_xml(member, ET.fromstring(request.body))}
    return {name: _json(request.body)}


def _from_xml(shape: Any, element: ET.Element) -> Any:
    if shape.type_name == "structure":
        found = {}
        for name, member in shape.members.items():
            spelled = member.serialization.get("name", name)
            if member.serialization.get("location"):
                continue
            if member.type_name == "list" and member.serialization.get("flattened"):
                spelled = member.member.serialization.get("name", spelled)
                many = [e for e in element if local(e) == spelled]
                if many:
                    found[name] = [_from_xml(member.member, e) for e in many]
                continue
            one = next((e for e in element if local(e) == spelled.rpartition(":")[2]), None)
            if one is not None:
                found[name] = _from_xml(member, one)
        return found
    if shape.type_name == "list":
        return [_from_xml(shape.member, e) for e in element]
    return _scalar(shape, element.text or "")


def local(element: ET.Element) -> str:
    """Give an element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def plain_xml(element: ET.Element) -> Any:
    """XML as CloudTrail writes it: element names kept, repeated ones as a list, `item`s as `items`."""
    if not len(element):
        return element.text or ""
    names = [local(e) for e in element]
    if set(names) == {"item"}:
        return {"items": [plain_xml(e) for e in element]}
    found: dict[str, Any] = {}
    for name, child in zip(names, element, strict=True):
        value = plain_xml(child)
        if names.count(name) > 1:
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    return found


def lower(name: str) -> str:
    """The first letter in lower case: `DBInstanceIdentifier` is `dBInstanceIdentifier`."""
    return name[:1].lower() + name[1:]


def lowered_names(value: Any) -> Any:
    """A value with all its names in lower case at the front, as AWS Config has them."""
    if isinstance(value, dict):
        return {lower(k): lowered_names(v) for k, v in value.items()}
    return [lowered_names(v) for v in value] if isinstance(value, list) else value
