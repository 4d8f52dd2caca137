"""The same client twice, far from AWS: one takes botocore's whole path, one the fast one."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any

import time_machine
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
)

from steadyhand.aws import client as aws
from steadyhand.aws import fast_path
from steadyhand.aws.parsers import Unparsed
from tests.aws.test_service_models import Body

REGION = "eu-central-1"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PUT, TRANSACT = "PutItem", "TransactWriteItems"
ITEM = {"TableName": "t", "Item": {"pk": {"S": "a"}}}
URL = f"https://dynamodb.{REGION}.amazonaws.com/"
Heard = tuple[str, str, dict[str, str], bytes | None]


class Far:
    """AWS, far away: what it hears, and what it says, one after the other; the last thing again."""

    def __init__(self, *says: Any) -> None:
        self.says, self.heard, self._manager = list(says), list[Heard](), self

    def connection_from_url(self, url: str) -> None:
        raise AssertionError(f"{url} is too far")

    def send(self, request: Any) -> AWSResponse:
        headers = {name.lower(): fast_path.said(value) for name, value in request.headers.items()}
        assert len(headers.pop("amz-sdk-invocation-id")) == 36
        body = request.body.encode() if isinstance(request.body, str) else request.body
        self.heard.append((request.method, request.url, headers, body))
        said = self.says.pop(0) if len(self.says) > 1 else self.says[0]
        if isinstance(said, Exception):
            raise said
        status, head, content = said
        return AWSResponse(request.url, status, head, Body(content))  # type: ignore[arg-type]


@cache
def session() -> Any:
    """Models are read once."""
    return aws.session()


def client(service: str, far: Far, *, attempts: int = 8, **more: Any) -> Any:
    """A client as `Botocore` makes it, and nothing near it."""
    config = Config(
        parameter_validation=False,
        user_agent="steadyhand",
        retries={"mode": "standard", "total_max_attempts": attempts},
    )
    made = session().create_client(service, REGION, config=config, **more)
    made._endpoint.http_session = far
    return made


class Pair:
    """The same client twice: one takes the whole path, one the fast one."""

    def __init__(self, service: str, *says: Any, **more: Any) -> None:
        self.far, self.near = Far(*says), Far(*says)
        self.whole = client(service, self.far, **more)
        self.short = client(service, self.near, **more)
        fast_path.take_fast_path(self.short)

    def says(self, *says: Any) -> None:
        self.far.says, self.near.says = list(says), list(says)
        self.far.heard, self.near.heard = [], []

    def call(self, operation: str, params: Any) -> tuple[Any, Any]:
        """What came of a call on either path."""
        return became(self.whole, operation, params), became(self.short, operation, params)

    def prove(self, operation: str, params: Any) -> bool:
        """Two calls; does the fast path carry the third?"""
        for _ in range(2):
            one, other = self.call(operation, params)
            assert one == other
        return bool(self.short._make_api_call.paths[operation])


def became(client: Any, operation: str, params: Any) -> Any:
    """An answer, or what was raised."""
    try:
        return client._make_api_call(operation, copy.deepcopy(params))
    except ClientError as error:
        return type(error).__name__, str(error), error.response
    except (BotoCoreError, Unparsed) as error:
        return type(error).__name__, str(error)


def other(value: Any) -> Any:
    """Another value of the same shape."""
    if isinstance(value, dict):
        return {name: other(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [other(inner) for inner in value] * 2
    return f"ä {value}" if isinstance(value, str) else value


@contextmanager
def standing_still() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def reply(said: Any, status: int = 200, **headers: str) -> Any:
    content = said if isinstance(said, bytes) else json.dumps(said).encode()
    return (
        status,
        {"x-amzn-RequestId": "r", "Date": "Mon, 23 Nov 2026 09:00:01 GMT"} | headers,
        content,
    )


def error(code: str, status: int = 400, **more: Any) -> Any:
    return reply(
        {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "no"} | more, status
    )


DONE = reply({})
