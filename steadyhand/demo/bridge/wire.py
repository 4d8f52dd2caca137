"""What an HTTP request asked for, in the API's own words: read with botocore's service models.

The reverse of a client: from path, query, headers and body back to the operation and its parameters.
"""

import base64
import functools
import json
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote

import botocore.loaders
import botocore.model
import botocore.parsers
from botocore.exceptions import UnknownServiceError

# A request is signed for a signing name; these differ from the name of the model that describes it.
SIGNED_AS = {
    "apigateway": ("apigateway", "apigatewayv2"),
    "elasticfilesystem": ("efs",),
    "elasticloadbalancing": ("elbv2", "elb"),
    "elasticmapreduce": ("emr",),
    "es": ("opensearch",),
    "monitoring": ("cloudwatch",),
    "s3": ("s3", "s3control"),
    "ses": ("sesv2", "ses"),
    "states": ("stepfunctions",),
    "tagging": ("resourcegroupstaggingapi",),
}
LOADER = botocore.loaders.Loader()


@functools.cache
def model(name: str) -> botocore.model.ServiceModel | None:
    """The service model of that name, None where botocore has none."""
    try:
        return botocore.model.ServiceModel(LOADER.load_service_model(name, "service-2"), name)
    except UnknownServiceError:
        return None


@dataclass
class Call:
    """One request and its answer."""

    service: str  # the signing name
    region: str
    account: str
    access_key: str
    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes
    status: int
    answer_headers: dict[str, str]
    answer: bytes
    client: str

    @functools.cached_property
    def operation(self) -> botocore.model.OperationModel | None:
        """What was asked for, None where no model knows it."""
        return _operation(self)

    @functools.cached_property
    def params(self) -> dict[str, Any]:
        """The parameters as the API spells them."""
        return _params(self) if self.operation else {}

    @functools.cached_property
    def result(self) -> dict[str, Any]:
        """The answer as the API spells it; has `Error` where the call failed."""
        protocol = self.operation.service_model.resolved_protocol
        shape = self.operation.output_shape
        raw = {"status_code": self.status, "headers": self.answer_headers, "body": self.answer}
        if self.operation.has_streaming_output:
            return {}
        if self.status < 300 and shape is None:
            return {}
        return botocore.parsers.create_parser(protocol).parse(raw, shape)

    @property
    def failed(self) -> bool:
        """Whether AWS refused."""
        return self.status >= 300


def _operation(call: Call) -> botocore.model.OperationModel | None:
    name = _named(call)
    for candidate in SIGNED_AS.get(call.service, (call.service,)):
        described = model(candidate)
        if described is None:
            continue
        if name is not None:
            if name in described.operation_names:
                return described.operation_model(name)
        elif found := _routed(candidate, call):
            return described.operation_model(found)
    return None


def _named(call: Call) -> str | None:
    """The operation a request names outright; None where its path decides."""
    if target := call.headers.get("x-amz-target"):
        return target.rsplit(".", 1)[-1]
    if action := call.query.get("Action"):
        return action[0]
    if call.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return parse_qs(call.body.decode("utf-8", "replace")).get("Action", [""])[0]
    if rpc := re.match(r"/service/[^/]+/operation/(\w+)", call.path):
        return rpc[1]
    return None


@functools.cache
def _routes(name: str) -> list[tuple[str, re.Pattern[str], dict[str, str], str]]:
    """Method, path, needed query and name of each operation, the most particular first."""
    routes = []
    described = model(name)
    for operation in described.operation_names:
        http = described.operation_model(operation).http
        path, _, needed = http["requestUri"].partition("?")
        pattern = ""
        for part in re.split(r"(\{[^}]+\})", path.rstrip("/")):
            if part.startswith("{"):
                greedy = part.endswith("+}")
                pattern += f"(?P<_{part[1:-1].rstrip('+').encode().hex()}>{'.+' if greedy else '[^/]+'})"
            else:
                pattern += re.escape(part)
        query = dict(pair.partition("=")[::2] for pair in needed.split("&") if pair)
        routes.append((http["method"], re.compile(pattern + "/?$"), query, operation))
    return sorted(routes, key=lambda r: (-len(r[2]), r[1].pattern.count("(?P<"), -len(r[1].pattern)))


def _routed(name: str, call: Call) -> str | None:
    for method, pattern, needed, operation in _routes(name):
        if method != call.method or not pattern.match(call.path):
            continue
        if all(k in call.query and v in ("", call.query[k][0]) for k, v in needed.items()):
            if _header_decides(name, operation, call):
                return operation
    return None


def _header_decides(name: str, operation: str, call: Call) -> bool:
    """A copy is a put with a source in a header; an upload of a part has a number."""
    if name != "s3":
        return True
    copy = "x-amz-copy-source" in call.headers
    if operation in ("CopyObject", "UploadPartCopy"):
        return copy
    if operation in ("PutObject", "UploadPart"):
        return not copy and ("uploadId" in call.query) == (operation == "UploadPart")
    return True


def _params(call: Call) -> dict[str, Any]:
    shape = call.operation.input_shape
    if shape is None:
        return {}
    protocol = call.operation.service_model.resolved_protocol
    if protocol in ("query", "ec2"):
        form = {**parse_qs(call.body.decode("utf-8", "replace"), keep_blank_values=True), **call.query}
        flat = {k: v[0] for k, v in form.items() if k not in ("Action", "Version")}
        return _from_form(shape, "", flat, protocol == "ec2")
    if protocol in ("rest-json", "rest-xml"):
        return _from_rest(call, shape)
    if protocol == "smithy-rpc-v2-cbor":
        parser = botocore.parsers.create_parser("smithy-rpc-v2-cbor")
        found = parser.parse({"status_code": 200, "headers": {}, "body": call.body}, shape)
        found.pop("ResponseMetadata", None)
        return found
    return _json(call.body)


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
            if key in flat or any(k.startswith(key + ".") for k in flat):
                found[name] = _from_form(member, key, flat, ec2) if member.type_name not in (
                    "structure",) else _from_form(member, key + ".", flat, ec2)
        return found
    if shape.type_name == "list":
        bare = ec2 or shape.serialization.get("flattened")
        stem = prefix if bare else f"{prefix}.{shape.member.serialization.get('name', 'member')}"
        numbers = sorted({int(m[1]) for k in flat if (m := re.match(re.escape(stem) + r"\.(\d+)(\.|$)", k))})
        tail = "." if shape.member.type_name == "structure" else ""
        return [_from_form(shape.member, f"{stem}.{n}{tail}", flat, ec2) for n in numbers]
    if shape.type_name == "map":
        stem = prefix if shape.serialization.get("flattened") else f"{prefix}.entry"
        key, value = shape.key.serialization.get("name", "key"), shape.value.serialization.get("name", "value")
        numbers = sorted({int(m[1]) for k in flat if (m := re.match(re.escape(stem) + r"\.(\d+)\.", k))})
        return {flat[f"{stem}.{n}.{key}"]: flat.get(f"{stem}.{n}.{value}", "") for n in numbers}
    return scalar(shape, flat.get(prefix, ""))


def scalar(shape: Any, text: str) -> Any:
    """The value that a text stands for."""
    if shape.type_name == "boolean":
        return text.lower() == "true"
    if shape.type_name in ("integer", "long"):
        return int(text) if re.fullmatch(r"-?\d+", text) else text
    if shape.type_name in ("float", "double"):
        return float(text)
    return text


def _from_rest(call: Call, shape: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    path = call.operation.http["requestUri"].partition("?")[0]
    pattern = next(r[1] for r in _routes(call.operation.service_model.service_name) if r[3] == call.operation.name)
    uri = {bytes.fromhex(k[1:]).decode(): unquote(v) for k, v in pattern.match(call.path).groupdict().items()}
    assert path is not None
    payload = shape.serialization.get("payload")
    body_members = {}
    for name, member in shape.members.items():
        where, spelled = member.serialization.get("location"), member.serialization.get("name", name)
        if where == "uri" and spelled in uri:
            found[name] = uri[spelled]
        elif where == "querystring" and spelled in call.query:
            many = call.query[spelled]
            found[name] = many if member.type_name == "list" else scalar(member, many[0])
        elif where == "header" and spelled.lower() in call.headers:
            found[name] = scalar(member, call.headers[spelled.lower()])
        elif where is None:
            body_members[name] = member
    if payload:
        member = shape.members[payload]
        if member.type_name == "structure" and call.body:
            if call.operation.service_model.resolved_protocol == "rest-xml":
                found[payload] = _from_xml(member, ElementTree.fromstring(call.body))
            else:
                found[payload] = _json(call.body)
        elif call.body and member.type_name == "string":
            found[payload] = call.body.decode("utf-8", "replace")
    elif body_members and call.body:
        if call.operation.service_model.resolved_protocol == "rest-json":
            written = _json(call.body)
            for name, member in body_members.items():
                spelled = member.serialization.get("name", name)
                if spelled in written:
                    found[name] = written[spelled]
        else:
            found.update(_from_xml(shape, ElementTree.fromstring(call.body)))
    return found


def _from_xml(shape: Any, element: ElementTree.Element) -> Any:
    if shape.type_name == "structure":
        found = {}
        for name, member in shape.members.items():
            spelled = member.serialization.get("name", name)
            if member.serialization.get("location"):
                continue
            if member.type_name == "list" and member.serialization.get("flattened"):
                spelled = member.member.serialization.get("name", spelled)
                many = [e for e in element if _local(e) == spelled]
                if many:
                    found[name] = [_from_xml(member.member, e) for e in many]
                continue
            one = next((e for e in element if _local(e) == spelled.rpartition(":")[2]), None)
            if one is not None:
                found[name] = _from_xml(member, one)
        return found
    if shape.type_name == "list":
        return [_from_xml(shape.member, e) for e in element]
    return scalar(shape, element.text or "")


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def plain_xml(element: ElementTree.Element) -> Any:
    """XML as CloudTrail writes it: element names kept, repeated ones as a list, `item`s as `items`."""
    if not len(element):
        return element.text or ""
    names = [_local(e) for e in element]
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


def raw_mime(value: str) -> bytes:
    """The bytes of a blob parameter."""
    return base64.b64decode(value)
