"""Cut models ask and understand exactly as botocore's own: the same bytes, the same answers."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.loaders import Loader
from botocore.model import OperationModel, Shape
from botocore.response import StreamingBody
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model

from stacks.access.operations import operations_in
from stacks.bundling import ROOT, called
from steadyhand.aws.cut_models import CutFirst
from steadyhand.aws.service_models import BY_ITSELF, cut, operations
from steadyhand.catalogue import discovery as catalogue
from steadyhand.source import NOT_AWS, Metric

SPELLED = operations_in(called())
DEEP = 6
CHANGES = {"authorization", "x-amz-date", "amz-sdk-invocation-id", "user-agent"}
ELSEWHERE = {"EndpointId"}
"""Members that send a call to another endpoint, signed as this botocore cannot."""

OPERATIONS = sorted(
    f"{service}:{name}"
    for service, names in operations(SPELLED, Loader()).items()
    for name in names
)


class Clients:
    """A client with full models and one with cut models, of each service, made once."""

    def __init__(self, folder: Path) -> None:
        self.full, self.cut = botocore.session.Session(), botocore.session.Session()
        self.cut.register_component("data_loader", CutFirst(str(folder)))
        self.clients: dict[str, tuple[Any, Any]] = {}

    def __getitem__(self, service: str) -> tuple[Any, Any]:
        if service not in self.clients:
            self.clients[service] = (
                self.client(self.full, service),
                self.client(self.cut, service),
            )
        return self.clients[service]

    def client(self, session: Any, service: str) -> Any:
        config = Config(parameter_validation=False, retries={"total_max_attempts": 1})
        return session.create_client(service, "eu-central-1", config=config)


@pytest.fixture(scope="module")
def aws_clients(tmp_path_factory: pytest.TempPathFactory) -> Clients:
    folder = tmp_path_factory.mktemp("models")
    cut(SPELLED, folder)
    return Clients(folder)


def sample(shape: Shape | None, depth: int = 0, name: str = "x") -> Any:
    """Something of this shape, with every member there is."""
    if shape is None:
        return {}
    kind = shape.type_name
    if kind == "structure":
        if getattr(shape, "is_document_type", False):
            return {"a": 1}
        members = {} if depth >= DEEP else shape.members
        if getattr(shape, "is_tagged_union", False):  # one of them, never none
            members = dict(list(shape.members.items())[:1])
        return {
            name: sample(inner, depth + 1, name)
            for name, inner in members.items()
            if name not in ELSEWHERE
        }
    if kind == "list":
        return [sample(shape.member, depth + 1, name)] if depth < DEEP else []
    if kind == "map":
        return {"k": sample(shape.value, depth + 1, name)} if depth < DEEP else {}
    if getattr(shape, "enum", None):
        return shape.enum[0]
    return {
        "integer": 3,
        "long": 4,
        "float": 1.5,
        "double": 2.5,
        "boolean": True,
        "blob": b"bytes",
        "timestamp": datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC),
    }.get(kind, f"{name}-1".lower())


class Body:
    """What an HTTP answer's body is read from."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.content

    def read(self, *_: Any) -> bytes:
        return self.content


def asked(client: Any, operation: OperationModel, params: Any, reply: Any) -> tuple[Any, Any]:
    """The request that a client makes, and what it understands of a reply."""
    said: dict[str, Any] = {}

    def send(request: Any, **_: Any) -> AWSResponse:
        headers = {k.lower(): v for k, v in request.headers.items() if k.lower() not in CHANGES}
        body = request.body if isinstance(request.body, bytes | str | None) else request.body.read()
        said["request"] = (request.method, request.url, headers, body)
        status, head, content = reply
        return AWSResponse(request.url, status, head, Body(content))

    def parsed(parsed: Any, **_: Any) -> None:
        said["parsed"] = {
            name: value._raw_stream.read() if isinstance(value, StreamingBody) else value
            for name, value in parsed.items()
        }

    events = client.meta.events
    events.register("before-send", send, unique_id="test")
    events.register("after-call", parsed, unique_id="test-after")
    try:
        client._make_api_call(operation.name, copy.deepcopy(params))
    except client.exceptions.ClientError as error:
        said["error"] = (type(error).__name__, error.response)
    finally:
        events.unregister("before-send", unique_id="test")
        events.unregister("after-call", unique_id="test-after")
    return said.pop("request"), said


def replied(operation: OperationModel, result: Any) -> tuple[int, Mapping[str, Any], bytes]:
    """What AWS would send."""
    service = operation.service_model
    theirs = get_service_model(service.service_name).operation_model(operation.name)
    kind = get_serializer_class(service.service_name, service.resolved_protocol)
    said = kind(operation_model=theirs).serialize(result)
    body = said["body"]
    content = body if isinstance(body, bytes) else body.encode()
    return said["status_code"], said["headers"], content


@pytest.mark.parametrize("action", OPERATIONS)
def test_the_same_request_and_the_same_answer(action: str, aws_clients: Clients) -> None:
    service, _, name = action.partition(":")
    full, short = aws_clients[service]
    operation = full.meta.service_model.operation_model(name)
    params = sample(operation.input_shape)
    reply = replied(operation, sample(operation.output_shape))
    assert asked(full, operation, params, reply) == asked(short, operation, params, reply)


@pytest.mark.parametrize("action", OPERATIONS)
def test_the_same_error_whether_or_not_the_operation_declares_it(
    action: str, aws_clients: Clients
) -> None:
    service, _, name = action.partition(":")
    full, short = aws_clients[service]
    operation = full.meta.service_model.operation_model(name)
    params = sample(operation.input_shape)
    for shape in list(full.meta.service_model.error_shapes):
        error = type(shape.name, (Exception,), {"code": shape.error_code, "message": "no"})
        reply = replied(operation, error("no"))
        assert asked(full, operation, params, reply) == asked(short, operation, params, reply)


@pytest.mark.parametrize("action", OPERATIONS)
def test_the_same_pages(action: str, aws_clients: Clients) -> None:
    service, _, name = action.partition(":")
    full, short = aws_clients[service]
    method = botocore.xform_name(name)
    assert full.can_paginate(method) == short.can_paginate(method)
    if full.can_paginate(method):
        one, other = full.get_paginator(method), short.get_paginator(method)
        assert one._pagination_cfg == other._pagination_cfg


def test_all_that_checks_read_is_there() -> None:
    declared = {
        source.operation
        for check in catalogue.load()
        for one in check.reads
        for source in one.lineage
        if source.service not in NOT_AWS
    }
    assert declared <= set(OPERATIONS)
    assert {f"{one}:{name}" for one, names in BY_ITSELF.items() for name in names} <= set(
        OPERATIONS
    )
    assert Metric.operation == "cloudwatch:GetMetricData"


def test_no_call_is_put_together_so_that_reading_the_code_tells_them_all() -> None:
    for file in called():
        for node in ast.walk(ast.parse(file.read_bytes())):
            named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if named and node.func.id in ("Call", "Permit") and node.args:
                assert not isinstance(node.args[0], ast.JoinedStr), file.relative_to(ROOT)
