"""How AWS, or what stands before it, fails to answer: each failure in each protocol.

Codes and wordings are those of AWS:
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html (EC2, opt-in regions),
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html (S3),
https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html (wording of SCPs),
https://docs.aws.amazon.com/general/latest/gr/rande-manage.html (regions that are off).
How each protocol writes an error: https://smithy.io/2.0/aws/protocols/index.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Headers = list[tuple[str, str]]
Reply = tuple[int, Headers, bytes]

PAGE = b"<!DOCTYPE html>\n<html><head><title>Blocked</title></head><body>Policy 7</body></html>"
XML, JSON, CBOR = "text/xml", "application/x-amz-json-1.1", "application/cbor"
REQUEST = "00000000-0000-4000-8000-000000000000"

SCP = (
    "User: arn:aws:sts::123456789012:assumed-role/audit/me is not authorized to perform this"
    " operation with an explicit deny in a service control policy"
)

CODES: dict[str, tuple[int, str]] = {
    "RequestLimitExceeded": (503, "Request limit exceeded."),
    "Throttling": (400, "Rate exceeded"),
    "ThrottlingException": (400, "Rate exceeded"),
    "ThrottledException": (429, "Rate exceeded"),
    "RequestThrottledException": (429, "Rate exceeded"),
    "TooManyRequestsException": (429, "Too Many Requests"),
    "ProvisionedThroughputExceededException": (400, "Rate exceeded"),
    "SlowDown": (503, "Please reduce your request rate."),
    "OptInRequired": (401, "You are not subscribed to this service."),
    "UnrecognizedClientException": (400, "The security token included in the request is invalid."),
    "InvalidClientTokenId": (403, "The security token included in the request is invalid."),
    "AuthFailure": (401, "AWS was not able to validate the provided access credentials"),
    "SignatureDoesNotMatch": (403, "Signature expired: 20260101T000000Z is now earlier than"),
    "InvalidSignatureException": (
        403,
        "Signature not yet current: 20260101T010000Z is still later",
    ),
    "RequestTimeTooSkewed": (403, "The difference between the request time and the current time"),
    "UnauthorizedOperation": (403, "You are not authorized to perform this operation. " + SCP),
    "AccessDenied": (403, SCP),
    "AccessDeniedException": (400, SCP),
    "ExpiredToken": (400, "The provided token has expired."),
    "ExpiredTokenException": (400, "The security token included in the request is expired"),
    "RequestExpired": (400, "Request has expired."),
    "InternalFailure": (500, "The request processing has failed because of an unknown error"),
    "InternalError": (500, "An internal error has occurred"),
    "ServiceUnavailable": (503, "Service is unable to handle request."),
    "Unavailable": (503, "The server is overloaded and can't handle the request"),
    "RegionDisabledException": (403, "STS is not activated in this region for account"),
}


@dataclass(frozen=True)
class Failure:
    """One way not to answer.

    `reply` is what is sent instead of the answer; `cut` sends a part of it, `hang` nothing,
    `drop` ends the connection, `repeat` names the same page again and again.
    """

    name: str
    code: str = ""
    status: int = 200
    body: bytes = b""
    kind: str = "reply"

    def reply(self, protocol: str) -> Reply:
        """What is sent, where something is."""
        if self.code:
            status, message = CODES[self.code]
            return error(protocol, status, self.code, message)
        return self.status, [("Content-Type", "text/html")], self.body


def failures() -> Iterator[Failure]:
    """Every one."""
    for code in CODES:
        yield Failure(code, code=code)
    for status in (200, 302, 403, 407, 500, 502, 503, 504):
        yield Failure(f"page-{status}", status=status, body=PAGE)
    for status in (200, 204, 400, 408, 403, 500, 503):
        yield Failure(f"empty-{status}", status=status)
    yield Failure("text-500", status=500, body=b"Internal Failure")
    yield Failure("foreign-json", body=b'{"blocked": true, "by": "proxy"}')
    yield Failure("foreign-xml", body=b"<?xml version='1.0'?><Blocked><By>proxy</By></Blocked>")
    yield Failure("foreign-cbor", body=b"\xa1\x67blocked\xf5")
    yield Failure("error-with-200", body=b"<Error><Code>InternalError</Code></Error>")
    yield Failure("no-code-400", status=400, body=b'{"message": "no"}')
    yield Failure("no-code-xml", status=400, body=b"<ErrorResponse><Error/></ErrorResponse>")
    yield Failure("bytes", body=bytes(range(256)))
    for kind in ("cut", "hang", "drop", "repeat"):
        yield Failure(kind, kind=kind)


ALL = tuple(failures())


def error(protocol: str, status: int, code: str, message: str) -> Reply:
    """An error as a protocol writes it."""
    if protocol == "ec2":
        body = (
            f"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error>"
            f"</Errors><RequestID>{REQUEST}</RequestID></Response>"
        )
        return status, [("Content-Type", XML)], body.encode()
    if protocol == "s3":
        body = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
        return status, [("Content-Type", "application/xml")], body.encode()
    if protocol in ("query", "rest-xml"):
        body = (
            f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code>"
            f"<Message>{message}</Message></Error><RequestId>{REQUEST}</RequestId></ErrorResponse>"
        )
        return status, [("Content-Type", XML)], body.encode()
    if protocol == "rest-json":
        kind = [("Content-Type", "application/json"), ("x-amzn-errortype", code)]
        return status, kind, json.dumps({"message": message}).encode()
    if protocol in ("cbor", "smithy-rpc-v2-cbor"):
        kind = [("Content-Type", CBOR), ("smithy-protocol", "rpc-v2-cbor")]
        said = b"\xa2" + b"".join(map(text, ("__type", code, "message", message)))
        return status, kind, said
    said = json.dumps({"__type": code, "message": message}).encode()
    return status, [("Content-Type", JSON)], said


def text(said: str) -> bytes:
    """A text string in CBOR."""
    raw = said.encode()
    if len(raw) < 24:
        return bytes([0x60 + len(raw)]) + raw
    return bytes([0x78, len(raw)]) + raw if len(raw) < 256 else b"\x79" + len(raw).to_bytes(2) + raw


def cut(body: bytes) -> bytes:
    """The first half of an answer."""
    return body[: max(1, len(body) // 2)]


def header(headers: Any, name: str) -> str:
    """One header, whatever its case."""
    return next((value for key, value in headers if key.lower() == name), "")
