"""How CloudTrail spells names, parameters and answers: not as the API does, and not the same twice.

Taken from recorded events: EC2 writes the words of its old XML, S3 its XML and sub-resources, Lambda
dates its operations, and everybody else lowers the first letter.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from ..http.call import Call
from ..http.parameters import lower, plain_xml
from .ec2_spelling import ec2_answer, ec2_request, typed

HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"

BARE = {"rds", "docdb", "neptune"}
"""Services whose answer's one member is left out: what is in it stands in its place. Source:
docs.aws.amazon.com/AmazonRDS/latest/UserGuide/logging-using-cloudtrail.html, the example of CreateDBInstance."""

FACTS = Path(__file__).parents[3] / "steadyhand" / "reference" / "cloudtrail.json"
NAMES: dict[str, dict[str, str]] = json.loads(FACTS.read_text("utf-8"))["event_names"]
"""By client, what CloudTrail calls an operation where it is not the API's name: one table with the product."""


def event_name(call: Call) -> str:
    """What CloudTrail calls this operation."""
    operation = str(call.operation.name)
    return NAMES.get(call.operation.service_model.service_name, {}).get(operation, operation)


def request(call: Call) -> dict[str, Any] | None:
    """`requestParameters`."""
    shape = call.operation.input_shape
    match call.operation.service_model.service_name:
        case "ec2":
            return ec2_request(call) or None
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
        return ec2_answer(call.answer)
    found = {k: v for k, v in call.result.items() if k != "ResponseMetadata"}
    if service in BARE and len(found) == 1:
        (name,) = found
        found, shape = found[name], shape.members[name]
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
        value = typed(plain_xml(root))
        found[root.tag.rpartition("}")[2]] = value
    return found
