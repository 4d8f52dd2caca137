"""An API call as CloudTrail spells it and EventBridge delivers it, from the API's own words.

The speller is the emulator's, whose contract tests hold it against recorded events; the shapes are
botocore's. Nothing here is made from what a check waits for.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import botocore.session
from botocore.model import OperationModel, Shape
from botocore.serialize import create_serializer
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model

from emulator.bridge.events import trail_spelling
from emulator.bridge.http.call import Call
from steadyhand.reference.cloudtrail import event_name, event_source

BOTO = botocore.session.Session()
ACCOUNT, REGION, AT = "123456789012", "eu-central-1", "2026-11-23T08:41:07Z"
CLIENTS = {"s3": ("s3", "s3control")}
"""Services whose events are those of several clients."""
EVERYWHERE = {"iam", "route53", "cloudfront", "organizations"}
"""Global services: their events are delivered in us-east-1 alone
(docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html, global service events)."""
DEEP = 5
NEVER = frozenset({"ResponseMetadata", "DryRun"})


class NoSuchCall(Exception):
    """No client of AWS has an operation whose event is called so."""


def operation_of(action: str) -> OperationModel:
    """The operation whose event is this: "lambda:CreateFunction20150331" is CreateFunction."""
    service, _, name = action.partition(":")
    for client in CLIENTS.get(service, (service,)):
        if client in BOTO.get_available_services():
            model = BOTO.get_service_model(client)
            for operation in model.operation_names:
                if event_name(client, operation) == name:
                    return model.operation_model(operation)
    raise NoSuchCall(action)


def sample(shape: Shape | None, text: str, *, whole: bool, depth: int = 0) -> Any:
    """Something of this shape in which every text is this one; with every member, or those required."""
    said: Any = shape
    kind = said.type_name if said is not None else "structure"
    if kind == "structure":
        members = said.members if said is not None and depth < DEEP else {}
        named = members if whole else (said.required_members if said is not None else ())
        if getattr(said, "is_tagged_union", False):
            named = list(members)[:1]
        return {
            name: sample(members[name], text, whole=whole, depth=depth + 1)
            for name in named
            if name in members and name not in NEVER
        }
    if kind == "list":
        return [sample(said.member, text, whole=whole, depth=depth + 1)] if depth < DEEP else []
    if kind == "map":
        inner = sample(said.value, text, whole=whole, depth=depth + 1)
        return {sample(said.key, "env", whole=whole, depth=depth + 1): inner}
    if enum := getattr(said, "enum", None):
        return enum[0]
    least = said.metadata.get("min", 1)
    plain = {
        "integer": least, "long": least, "float": 1.5, "double": 2.5, "boolean": True, "blob": b"x",
        "timestamp": datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC),
    }  # fmt: skip
    return plain.get(kind, text)


def detail(
    action: str, params: Mapping[str, Any], answer: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """CloudTrail's record of one call that somebody made and AWS accepted."""
    operation = operation_of(action)
    client = operation.service_model.service_name
    region = "us-east-1" if client in EVERYWHERE else REGION
    call = called(operation, params, answer or {}, region)
    seed = f"{action} {sorted(params)} {answer is None}"
    return {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": "AROAEXAMPLEEXAMPLE123:ann",
            "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/developer/ann",
            "accountId": ACCOUNT,
            "sessionContext": {
                "sessionIssuer": {
                    "type": "Role",
                    "principalId": "AROAEXAMPLEEXAMPLE123",
                    "arn": f"arn:aws:iam::{ACCOUNT}:role/developer",
                    "accountId": ACCOUNT,
                    "userName": "developer",
                },
                "attributes": {"creationDate": "2026-11-23T08:02:44Z", "mfaAuthenticated": "true"},
            },
        },
        "eventTime": AT,
        "eventSource": f"{event_source(client)}.amazonaws.com",
        "eventName": trail_spelling.event_name(call),
        "awsRegion": region,
        "sourceIPAddress": "203.0.113.9",
        "userAgent": "aws-cli/2.31.0",
        "requestParameters": trail_spelling.request(call),
        "responseElements": trail_spelling.response(call) if answer is not None else None,
        "requestID": str(uuid.uuid5(uuid.NAMESPACE_URL, f"request {seed}")),
        "eventID": str(uuid.uuid5(uuid.NAMESPACE_URL, f"event {seed}")),
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
    }


def event(
    action: str, params: Mapping[str, Any], answer: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The same as EventBridge delivers it."""
    told = detail(action, params, answer)
    return {
        "version": "0",
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, str(told["eventID"]))),
        "detail-type": "AWS API Call via CloudTrail",
        "source": f"aws.{str(told['eventSource']).partition('.')[0]}",
        "account": ACCOUNT,
        "time": AT,
        "region": told["awsRegion"],
        "resources": [],
        "detail": told,
    }


def called(
    operation: OperationModel, params: Mapping[str, Any], answer: Mapping[str, Any], region: str
) -> Call:
    """The call as it went over the wire."""
    service = operation.service_model
    sent = create_serializer(
        service.resolved_protocol, include_validation=False
    ).serialize_to_request(dict(params), operation)
    path, query = urlsplit(sent["url_path"]), sent.get("query_string") or {}
    body = sent["body"]
    host = f"{service.endpoint_prefix}.{region}.amazonaws.com"
    if service.service_name == "s3":
        host = f"{params.get('Bucket', '')}.{host}"
    made = Call(
        service=event_source(service.service_name),
        region=region,
        account=ACCOUNT,
        access_key="AKIAEXAMPLEEXAMPLE01",
        method=sent["method"],
        path=path.path,
        query={
            **parse_qs(path.query, keep_blank_values=True),
            **(
                {name: [str(value)] for name, value in query.items()}
                if isinstance(query, dict)
                else {}
            ),
        },
        headers={"host": host, **{k.lower(): str(v) for k, v in sent["headers"].items()}},
        body=body if isinstance(body, bytes) else str(body or "").encode(),
        status=200,
        answer_headers={},
        answer=written(operation, answer) if service.service_name == "ec2" else b"",
        client="203.0.113.9",
    )
    vars(made).update(operation=operation, params=dict(params), result=dict(answer))
    return made


def written(operation: OperationModel, answer: Mapping[str, Any]) -> bytes:
    """An answer as AWS writes it."""
    service = operation.service_model
    theirs = get_service_model(service.service_name).operation_model(operation.name)
    kind = get_serializer_class(service.service_name, service.resolved_protocol)
    body = kind(operation_model=theirs).serialize(dict(answer))["body"]
    return body if isinstance(body, bytes) else str(body).encode()


def every(action: str, text: str) -> dict[str, Any]:
    """The event of a call that said everything it can say, and in which every text is this one."""
    operation = operation_of(action)
    asked = sample(operation.input_shape, text, whole=True)
    made = event(action, asked, sample(operation.output_shape, text, whole=True))
    made["detail"]["userIdentity"] |= {"type": "IAMUser", "userName": text}
    return made


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of an event by its dotted path; lists are looked through, as `pick` does."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from leaves(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, path)
    else:
        yield path, value
