"""Nothing is an answer of AWS but an answer of AWS, in each of its protocols."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.loaders import Loader

from steadyhand.aws.client import session
from steadyhand.aws.parsers import PROTOCOLS, Unparsed, moment
from tests.aws.test_service_models import OPERATIONS, replied, sample

PAGE = b"<!DOCTYPE html><html><head><title>Blocked</title></head><body><p>no</p></body></html>"
RESPONSE = b"<?xml version='1.0'?><OtherResponse><x>1</x></OtherResponse>"
JSON = b'{"blocked": true}'
CBOR = b"\xa1\x67blocked\xf5"
FOREIGN = {"page": PAGE, "empty": b"", "xml": RESPONSE, "json": JSON, "cbor": CBOR, "list": b"[]"}
CLIENTS: dict[str, Any] = {}


def operation(action: str) -> Any:
    service, _, name = action.partition(":")
    if service not in CLIENTS:
        CLIENTS[service] = session().create_client(service, "eu-central-1")
    return CLIENTS[service].meta.service_model.operation_model(name)


def understood(model: Any, body: bytes, status: int = 200, **headers: str) -> Any:
    parser = PROTOCOLS[model.service_model.resolved_protocol]()
    context = {"operation_name": model.name}
    said = {"body": body, "status_code": status, "headers": headers, "context": context}
    return parser.parse(said, model.output_shape)


def has_body(model: Any) -> bool:
    """Does the operation answer with a body that is parsed?"""
    shape = model.output_shape
    if shape is None or model.has_streaming_output:
        return False
    payload = shape.serialization.get("payload")
    if payload:
        return shape.members[payload].type_name == "structure"
    return any("location" not in one.serialization for one in shape.members.values())


SPEAK = [action for action in OPERATIONS if has_body(operation(action))]


@pytest.mark.parametrize("action", SPEAK)
def test_what_is_no_answer_is_none(action: str) -> None:
    model = operation(action)
    _, _, whole = replied(model, sample(model.output_shape))
    for kind, body in FOREIGN.items():
        with pytest.raises(Unparsed) as refused:
            understood(model, body)
        assert refused.value.status == 200, kind
        assert "Blocked" not in str(refused.value), "a stranger's words are not handed on"
    for end in {1, len(whole) // 2, len(whole) - 1}:
        with pytest.raises(Unparsed):
            understood(model, whole[:end])


@pytest.mark.parametrize("action", SPEAK)
def test_an_answer_is_one(action: str) -> None:
    model = operation(action)
    _, headers, whole = replied(model, sample(model.output_shape))
    assert understood(model, whole, **{name.lower(): str(headers[name]) for name in headers})


def test_every_protocol_of_our_services_is_strict() -> None:
    spoken = {operation(action).service_model.resolved_protocol for action in OPERATIONS}
    assert spoken <= set(PROTOCOLS)
    assert len(spoken) >= 5
    assert len(SPEAK) > len(OPERATIONS) / 2
    assert Loader().list_available_services("service-2")


LACKING = {
    "ec2:DescribeSecurityGroups": [
        b"<DescribeSecurityGroupsResponse><requestId>x</requestId></DescribeSecurityGroupsResponse>",
    ],
    "iam:ListRoles": [b"<ListRolesResponse><ListRolesResult/></ListRolesResponse>"],
    "s3:ListBuckets": [b"<ListAllMyBucketsResult><Owner/></ListAllMyBucketsResult>"],
    "lambda:ListFunctions": [b"{}", b'{"Functions": null}', b'{"NextMarker": null}'],
    "scheduler:ListSchedules": [b"{}", b'{"Schedules": null}', b'{"NextToken": "x"}'],
    "kms:DescribeKey": [b"{}", b'{"KeyMetadata": null}'],
}
ODDLY_SHAPED = (
    *(b'{"QueueUrls": {}}', b'{"QueueUrls": ""}', b'{"QueueUrls": "abc"}', b'{"QueueUrls": 0}'),
    *(b'{"QueueUrls": [null]}', b'{"QueueUrls": [{}]}', b'{"QueueUrls": [["a"]]}'),
)


def test_the_right_envelope_without_what_was_asked_for_is_no_answer() -> None:
    """Query, EC2 and many services write a list that is empty; a model says what is required."""
    for action, bodies in LACKING.items():
        for body in bodies:
            with pytest.raises(Unparsed):
                understood(operation(action), body)
    more = understood(operation("lambda:ListFunctions"), b'{"NextMarker": "x"}')
    assert more["NextMarker"] == "x", "a page may be empty, and others follow"


@pytest.mark.parametrize("body", ODDLY_SHAPED)
def test_what_stands_where_a_list_or_text_should_is_no_answer(body: bytes) -> None:
    with pytest.raises(Unparsed):
        understood(operation("sqs:ListQueues"), body)


def test_a_time_without_a_zone_is_in_utc() -> None:
    assert moment("2026-11-20T10:00:00") == moment("2026-11-20T10:00:00Z")
    assert moment("2026-11-20").tzinfo is moment(0).tzinfo


def test_an_empty_answer_may_be_one() -> None:
    """SQS answers `{}` where there is no queue, S3 an element without children."""
    assert "QueueUrls" not in understood(operation("sqs:ListQueues"), b"{}")
    xml = b'<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>'
    assert "Status" not in understood(operation("s3:GetBucketVersioning"), xml)
