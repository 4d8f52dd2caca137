"""Who asks, proven and not claimed: a question to STS that the caller signs and somebody else sends.

The caller signs `GetCallerIdentity` as a query ("Authenticating requests: using query parameters",
Signature Version 4), with a header that names what is asked. What travels is the four values that only
the caller knows; host, path and every other parameter are built here, so no request can lead elsewhere.
STS compares the signature. It ignores `X-Amz-Expires`, so the age is compared here.
"""

from __future__ import annotations

import hashlib
import http.client
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from steadyhand.aws.client import Botocore

HEADER = "x-steadyhand-asked"
SECONDS = 60
"""How old a proof may be, and how far a clock may go ahead."""

QUESTION = {"Action": "GetCallerIdentity", "Version": "2011-06-15"}
SUFFIXES = {"aws": "amazonaws.com", "aws-us-gov": "amazonaws.com"} | {
    "aws-cn": "amazonaws.com.cn",
    "aws-eusc": "amazonaws.eu",
}
REGION = re.compile(r"[a-z]{2,4}(-[a-z]+)+-[0-9]")
SHAPES = {
    "key": re.compile(r"[A-Za-z0-9_]{1,128}", re.ASCII),
    "date": re.compile(r"[0-9]{8}T[0-9]{6}Z"),
    "token": re.compile(r"[A-Za-z0-9+/=_.-]{0,8192}", re.ASCII),
    "signature": re.compile(r"[0-9a-f]{64}"),
}
"""What travels: the id of the access key, when it was signed, the session's token, the signature."""

STAMP = "%Y%m%dT%H%M%SZ"
TIMEOUT, LARGEST = 5.0, 65_536
TOLD = re.compile(r"<(Arn|Account|UserId)>([^<>&]*)</\1>")
CODE = re.compile(r"<Code>(\w{1,60})</Code>")


class Unproven(Exception):
    """Who asks is not proven. One sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """What AWS says of who signed."""

    arn: str
    account: str
    user_id: str


def host_of(region: str, partition: str) -> str:
    """STS in one region ("AWS STS Regions and endpoints")."""
    if not REGION.fullmatch(region) or partition not in SUFFIXES:
        raise Unproven(f"there is no STS that we know in {region} of {partition}")
    return f"sts.{region}.{SUFFIXES[partition]}"


def digest(function: str, body: str) -> str:
    """What the signed header says: this body, for this function."""
    return hashlib.sha256(f"{function}\n{body}".encode()).hexdigest()


def proof(aws: Botocore, function: str, body: str) -> dict[str, str]:
    """The caller's proof for one request to one function."""
    known = aws.credentials
    if known:
        frozen: Any = Credentials(
            known["aws_access_key_id"],
            known["aws_secret_access_key"],
            known.get("aws_session_token"),
        )
    else:
        frozen = aws.session.get_credentials()
    frozen = frozen.get_frozen_credentials()
    host = host_of(aws.region, aws.partition)
    request = AWSRequest(
        method="GET",
        url=f"https://{host}/?{urlencode(QUESTION)}",
        headers={HEADER: digest(function, body)},
    )
    SigV4QueryAuth(frozen, "sts", aws.region, expires=SECONDS).add_auth(request)
    made = dict(parse_qsl(urlsplit(str(request.url)).query, keep_blank_values=True))
    return {
        "key": frozen.access_key,
        "date": made["X-Amz-Date"],
        "token": made.get("X-Amz-Security-Token", ""),
        "signature": made["X-Amz-Signature"],
    }


def confirmed(
    said: Any,
    *,
    function: str,
    body: str,
    region: str,
    partition: str,
    now: datetime,
    endpoint: str = "",
) -> Caller:
    """Who signed this body for this function, as STS says. `Unproven` in every other case.

    `endpoint` is the emulator's, where the function runs on one; never a part of a request.
    """
    whole = isinstance(said, Mapping) and said.keys() == SHAPES.keys()
    if not whole or not all(fits(shape, said[name]) for name, shape in SHAPES.items()):
        raise Unproven("the proof of who asks is malformed")
    fresh(said["date"], now)
    host = host_of(region, partition)
    status, answer = fetch(host, path(said, region), {HEADER: digest(function, body)}, endpoint)
    told = TOLD.findall(answer)
    if status != 200:
        code = CODE.search(answer)
        raise Unproven(f"AWS does not confirm who asks ({code[1] if code else status})")
    if sorted(name for name, _ in told) != ["Account", "Arn", "UserId"]:
        raise Unproven("what AWS says of who asks cannot be read")
    known = dict(told)
    return Caller(arn=known["Arn"], account=known["Account"], user_id=known["UserId"])


def fits(shape: re.Pattern[str], value: Any) -> bool:
    """Is it a text of this shape, and nothing besides?"""
    return isinstance(value, str) and bool(shape.fullmatch(value))


def fresh(date: str, now: datetime) -> None:
    """Refuse what was signed long ago, or in the future."""
    try:
        signed = datetime.strptime(date, STAMP).replace(tzinfo=UTC)
    except ValueError:
        raise Unproven("the proof of who asks is malformed") from None
    age = (now - signed).total_seconds()
    if age > SECONDS:
        raise Unproven(f"the proof of who asks is {age:.0f} seconds old, and {SECONDS} is the most")
    if age < -SECONDS:
        raise Unproven(f"the proof of who asks was signed {-age:.0f} seconds ahead; mind the clock")


def path(said: Mapping[str, str], region: str) -> str:
    """The question as it was signed: four values are the caller's, the rest is ours."""
    token = {"X-Amz-Security-Token": said["token"]} if said["token"] else {}
    query = {
        **QUESTION,
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"{said['key']}/{said['date'][:8]}/{region}/sts/aws4_request",
        "X-Amz-Date": said["date"],
        "X-Amz-Expires": str(SECONDS),
        "X-Amz-SignedHeaders": f"host;{HEADER}",
        **token,
        "X-Amz-Signature": said["signature"],
    }
    return f"/?{urlencode(query, quote_via=quote, safe='-_.~')}"


def fetch(host: str, path: str, headers: Mapping[str, str], endpoint: str = "") -> tuple[int, str]:
    """One GET over TLS, which follows nothing: status and text. `Unproven` where none comes."""
    there = urlsplit(endpoint)
    connection: http.client.HTTPConnection
    if there.scheme == "http":
        connection = http.client.HTTPConnection(there.netloc, timeout=TIMEOUT)
    else:
        connection = http.client.HTTPSConnection(
            there.netloc or host, timeout=TIMEOUT, context=ssl.create_default_context()
        )
    try:
        connection.request("GET", path, headers={"Host": host, **headers})
        answer = connection.getresponse()
        return answer.status, answer.read(LARGEST).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as failed:
        raise Unproven(f"AWS could not be asked who asks: {type(failed).__name__}") from failed
    finally:
        connection.close()
