"""How each protocol of AWS says "too fast": status, headers and body, as its clients know it."""

from __future__ import annotations

from bench.aws.requests import ApiRequest

Reply = tuple[str, list[tuple[str, str]], bytes]

XML = [("Content-Type", "text/xml")]
REQUEST = "00000000-0000-4000-8000-000000000000"

S3 = f"""<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message>\
<RequestId>{REQUEST}</RequestId><HostId>bench</HostId></Error>"""

EC2 = f"""<?xml version="1.0" encoding="UTF-8"?>
<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>Request limit exceeded.\
</Message></Error></Errors><RequestID>{REQUEST}</RequestID></Response>"""

QUERY = f"""<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code>\
<Message>Rate exceeded</Message></Error><RequestId>{REQUEST}</RequestId></ErrorResponse>"""

JSON = '{"__type":"ThrottlingException","message":"Rate exceeded"}'

REST_JSON = '{"Reason":"CallerRateLimitExceeded","Type":"User","message":"Rate exceeded"}'


def too_fast(asked: ApiRequest) -> Reply:
    """The refusal that this request would get from AWS."""
    if asked.protocol == "s3":
        return "503 Slow Down", [("Content-Type", "application/xml")], S3.encode()
    if asked.protocol == "ec2":
        return "503 Service Unavailable", XML, EC2.encode()
    if asked.protocol == "json":
        spoken = asked.wire.headers.get("content-type", "application/x-amz-json-1.1")
        return "400 Bad Request", [("Content-Type", spoken)], JSON.encode()
    if asked.protocol == "cbor":
        kind = [("Content-Type", "application/cbor"), ("smithy-protocol", "rpc-v2-cbor")]
        said = b"\xa2" + b"".join(map(text, ("__type", "Throttling", "message", "Rate exceeded")))
        return "400 Bad Request", kind, said
    if asked.protocol == "rest-json":
        kind = [
            ("Content-Type", "application/json"),
            ("x-amzn-errortype", "TooManyRequestsException"),
        ]
        return "429 Too Many Requests", kind, REST_JSON.encode()
    return "400 Bad Request", XML, QUERY.encode()


def text(said: str) -> bytes:
    """A short text string in CBOR."""
    return bytes([0x60 + len(said)]) + said.encode()
