"""An answer in the API's own words, written as the service's protocol wants it: what a server does.

The reverse of botocore's parsers; each answer is parsed again by them before it leaves, so that one
that a client could not read is an error here and not a riddle there.
"""

import json
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import escape

import botocore.model
import botocore.parsers

Reply = tuple[int, dict[str, str], bytes]
JSON = ("json", "rest-json")


def said(operation: botocore.model.OperationModel, result: dict[str, Any]) -> Reply:
    """The answer of an operation that went well."""
    protocol, shape = operation.service_model.resolved_protocol, operation.output_shape
    if protocol in JSON:
        reply = 200, _json_headers(operation), json.dumps(_jsonable(result, shape)).encode()
    else:
        reply = 200, {"Content-Type": "text/xml"}, _document(operation, result, protocol).encode()
    if shape is not None and not operation.has_streaming_output:
        parser = botocore.parsers.create_parser(protocol)
        raw = {"status_code": 200, "headers": {}, "body": reply[2]}
        read = {k for k in parser.parse(raw, shape) if k != "ResponseMetadata"}
        if lost := {k for k, v in result.items() if v not in (None, [], {})} - read:
            raise ValueError(f"{operation.name} cannot say {sorted(lost)}")
    return reply


def refused(
    operation: botocore.model.OperationModel, code: str, message: str, status: int = 400
) -> Reply:
    """The answer of an operation that was refused."""
    protocol = operation.service_model.resolved_protocol
    if protocol in JSON:
        body = json.dumps({"__type": code, "message": message}).encode()
        return status, {**_json_headers(operation), "x-amzn-errortype": code}, body
    error = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
    match protocol:
        case "ec2":
            body = f"<Response><Errors><Error>{error}</Error></Errors><RequestID>0</RequestID></Response>"
        case "query":
            body = f"<ErrorResponse><Error><Type>Sender</Type>{error}</Error><RequestId>0</RequestId></ErrorResponse>"
        case _:
            body = f"<Error>{error}</Error>"
            if operation.service_model.service_name != "s3":
                body = f"<ErrorResponse>{body}</ErrorResponse>"
    return status, {"Content-Type": "text/xml"}, body.encode()


def _json_headers(operation: botocore.model.OperationModel) -> dict[str, str]:
    version = operation.service_model.metadata.get("jsonVersion", "1.1")
    rest = operation.service_model.resolved_protocol == "rest-json"
    return {"Content-Type": "application/json" if rest else f"application/x-amz-json-{version}"}


def _jsonable(value: Any, shape: Any) -> Any:
    if isinstance(value, dict):
        members = shape.members if shape is not None and shape.type_name == "structure" else {}
        inner = shape.value if shape is not None and shape.type_name == "map" else None
        return {
            (members[k].serialization.get("name", k) if k in members else k): _jsonable(
                v, members.get(k, inner)
            )
            for k, v in value.items()
            if v is not None
        }
    if isinstance(value, list):
        return [_jsonable(v, shape.member if shape is not None else None) for v in value]
    if isinstance(value, datetime):
        if shape is not None and shape.serialization.get("timestampFormat") == "iso8601":
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return value.timestamp()
    return value


def _document(
    operation: botocore.model.OperationModel, result: dict[str, Any], protocol: str
) -> str:
    shape = operation.output_shape
    inside = _members(result, shape, protocol) if shape is not None else ""
    name = operation.name
    if protocol == "ec2":
        void = "" if result else "<return>true</return>"
        return f"<{name}Response><requestId>0</requestId>{inside}{void}</{name}Response>"
    if protocol == "query":
        wrapper = (
            shape.serialization.get("resultWrapper") if shape is not None else None
        ) or f"{name}Result"
        metadata = "<ResponseMetadata><RequestId>0</RequestId></ResponseMetadata>"
        return f"<{name}Response><{wrapper}>{inside}</{wrapper}>{metadata}</{name}Response>"
    if shape is None:
        return ""
    if payload := shape.serialization.get("payload"):
        member = shape.members[payload]
        return _element(
            member.serialization.get("name", member.name), result[payload], member, protocol
        )
    return f"<{shape.name}>{inside}</{shape.name}>"


def _members(value: dict[str, Any], shape: Any, protocol: str) -> str:
    return "".join(
        _element(shape.members[k].serialization.get("name", k), v, shape.members[k], protocol)
        for k, v in value.items()
        if v is not None
    )


def _element(name: str, value: Any, shape: Any, protocol: str) -> str:
    if shape.type_name == "structure":
        return f"<{name}>{_members(value, shape, protocol)}</{name}>"
    if shape.type_name == "list":
        if shape.serialization.get("flattened"):
            return "".join(_element(name, v, shape.member, protocol) for v in value)
        item = shape.member.serialization.get("name", "item" if protocol == "ec2" else "member")
        return (
            f"<{name}>{''.join(_element(item, v, shape.member, protocol) for v in value)}</{name}>"
        )
    if shape.type_name == "map":
        key, inner = (
            shape.key.serialization.get("name", "key"),
            shape.value.serialization.get("name", "value"),
        )
        entries = "".join(
            f"<entry><{key}>{escape(str(k))}</{key}>{_element(inner, v, shape.value, protocol)}</entry>"
            for k, v in value.items()
        )
        return f"<{name}>{entries}</{name}>"
    return f"<{name}>{escape(_text(value, shape))}</{name}>"


def _text(value: Any, shape: Any) -> str:
    if shape.type_name == "boolean":
        return "true" if value else "false"
    if isinstance(value, int | float) and shape.type_name == "timestamp":
        value = datetime.fromtimestamp(value, UTC)
    if isinstance(value, datetime):
        if shape.serialization.get("timestampFormat") == "rfc822":
            return format_datetime(value, usegmt=True)
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return str(value)
