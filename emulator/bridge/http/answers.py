"""Operations that ministack does not have, or answers wrongly, answered here.

They are reached after IAM was asked, like ministack's own, and are plain functions from parameters to an
answer in the API's words. An answer may also be recorded while we run, held to the service's model.
Services that nobody emulates say so, instead of something about buckets.
"""

import json
import re
import time
from collections.abc import Callable
from typing import Any

import ministack.app
from botocore.validate import ParamValidator
from ministack.core import iam_actions, router
from ministack.core.responses import get_account_id, get_region

from . import responses
from .call import Call
from .gateway import Gateway
from .operations import model

Request = tuple[str, str, dict, bytes, dict]  # method, path, headers, body, query
Answer = Callable[[dict[str, Any]], dict[str, Any]]
Amendment = Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]
SCOPE = re.compile(r"Credential=[^/]+/\d{8}/[^/]+/([^/]+)/aws4_request")
NOT_EMULATED = "not-emulated"
_answers: dict[tuple[str, str], Answer] = {}
_amendments: dict[tuple[str, str], Amendment] = {}
_wrapped: set[str] = set()


class RefusedError(Exception):
    """An answer that is an error, with AWS's code."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


def answer(service: str, *operations: str) -> Callable[[Answer], Answer]:
    """Declare a function as the answer to operations of a service, named as botocore's model is."""

    def declare(function: Answer) -> Answer:
        _answers.update({(service, operation): function for operation in operations})
        return function

    return declare


def amend(
    service: str, *operations: str, unless_declared: bool = False
) -> Callable[[Amendment], Amendment]:
    """Declare a function that corrects ministack's answers: from parameters and answer to the answer."""

    def declare(function: Amendment) -> Amendment:
        for operation in operations:
            if not (unless_declared and (service, operation) in _amendments):
                _amendments[service, operation] = function
        return function

    return declare


def install(gateway: Gateway) -> None:
    """Put the answers before ministack's."""
    handlers = ministack.app.SERVICE_HANDLERS
    for service, _ in [*_answers, *_amendments]:
        _wrap(model(service).signing_name)
    handlers[NOT_EMULATED] = _nobody
    detected = ministack.app.detect_service
    known = set(ministack.app.SERVICE_REGISTRY) | set(ministack.app.SERVICE_NAME_ALIASES)

    def detect(method: str, path: str, headers: dict, query: dict) -> str:
        signed = SCOPE.search(headers.get("authorization", ""))
        if signed and signed[1] in _wrapped and signed[1] not in known:
            return signed[1]
        found = detected(method, path, headers, query)
        return found if found in handlers else NOT_EMULATED

    ministack.app.detect_service = detect
    # To know a name ministack would load every model there is, and answer nobody for seconds.
    router._is_aws_service_name = lambda name: not name.startswith("s3")
    gateway.pages["/_bridge/answer"] = _record


def _record(body: bytes) -> bytes:
    said = json.loads(body)
    described = model(said["service"])
    if described is None or said["operation"] not in described.operation_names:
        return json.dumps(
            {"wrong": f"no such operation: {said['service']} {said['operation']}"}
        ).encode()
    shape = described.operation_model(said["operation"]).output_shape
    wrong = ParamValidator().validate(said["answer"], shape)
    if wrong.has_errors():
        return json.dumps({"wrong": wrong.generate_report()}).encode()
    _answers[said["service"], said["operation"]] = lambda _: said["answer"]
    _wrap(described.signing_name)
    return b"{}"


def _wrap(signed: str) -> None:
    if signed not in _wrapped:
        handlers = ministack.app.SERVICE_HANDLERS
        handlers[signed] = _before(signed, handlers.get(signed, _nobody))
        iam_actions.SERVICE_TO_IAM_NAMESPACE.setdefault(signed, signed)
        _wrapped.add(signed)


def asked(service: str, request: Request) -> Call:
    """A request as a handler gets it, not yet answered."""
    method, path, headers, body, query = request
    return Call(
        service=service,
        region=get_region(),
        account=get_account_id(),
        access_key="",
        method=method,
        path=path,
        query={k: v if isinstance(v, list) else [v] for k, v in query.items()},
        headers=headers,
        body=body,
        status=0,
        answer_headers={},
        answer=b"",
        client="",
    )


def _before(service: str, otherwise: Any) -> Any:
    async def handle(*request: Any) -> tuple:
        call = asked(service, request)
        if call.operation is None:
            return await otherwise(*request)
        key = (call.operation.service_model.service_name, call.operation.name)
        try:
            if function := _answers.get(key):
                return responses.said(call.operation, function(call.params))
            answered = await otherwise(*request)
            if (function := _amendments.get(key)) and answered[0] < 300:
                return responses.said(call.operation, function(call.params, heard(call, answered)))
        except RefusedError as refused:
            return responses.refused(call.operation, refused.code, str(refused), refused.status)
        return answered

    return handle


def heard(call: Call, answered: tuple) -> dict[str, Any]:
    """What a handler answered to a call, in the API's words."""
    call.status, call.answer_headers, body = answered
    call.answer = body.encode() if isinstance(body, str) else body
    return {k: v for k, v in call.result.items() if k != "ResponseMetadata"}


async def _nobody(*request: Any) -> tuple:
    signed = SCOPE.search(request[2].get("authorization", ""))
    service = signed[1] if signed else "unknown"
    call = asked(service, request)
    message = f"{service} is not emulated"
    if call.operation:
        return responses.refused(
            call.operation, "NotEmulated", f"{message}: {call.operation.name}", 501
        )
    said = json.dumps({"__type": "NotEmulated", "message": message}).encode()
    return (
        501,
        {"Content-Type": "application/x-amz-json-1.1", "x-amzn-errortype": "NotEmulated"},
        said,
    )


def now() -> float:
    """Seconds since 1970, as JSON protocols write time."""
    return round(time.time(), 3)


def iso(seconds: float | None = None) -> str:
    """A time as AWS writes it inside events."""
    seconds = time.time() if seconds is None else seconds
    return (
        time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
        + f".{int(seconds * 1000) % 1000:03d}Z"
    )
