"""The fast path sends what botocore's whole path sends, to the byte, and ends as that ends."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from threading import Thread
from typing import Any
from zlib import crc32

import pytest
import time_machine
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)

from steadyhand.aws import client as aws
from steadyhand.aws import fast_path
from steadyhand.aws.parsers import Malformed
from steadyhand.aws.wire import Wire
from steadyhand.model import Call, ReadFailed
from tests.aws.test_service_models import OPERATIONS, Body, replied, sample

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
    except (BotoCoreError, Malformed) as error:
        return type(error).__name__, str(error)


PAIRS: dict[str, Pair] = {}


def pair(service: str) -> Pair:
    if service not in PAIRS:
        PAIRS[service] = Pair(service, None)
    return PAIRS[service]


def other(value: Any) -> Any:
    """Another value of the same shape."""
    if isinstance(value, dict):
        return {name: other(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [other(inner) for inner in value] * 2
    return f"ä {value}" if isinstance(value, str) else value


def least(value: Any, operation: Any) -> Any:
    """Only what must be there, and what is made up where it is not."""
    shape = operation.input_shape
    needed = {*shape.required_members, *operation.idempotent_members} if shape else set()
    return {name: value[name] for name in value if name in needed}


@contextmanager
def standing_still() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)


UNSIGNED = ("signin:", "sso:", "sso-oidc:", "sts:AssumeRoleWithWebIdentity")
"""What gets credentials needs none: botocore calls it by itself, and rarely."""


@pytest.mark.parametrize(
    "action", [one for one in OPERATIONS if not one.startswith(("s3:", *UNSIGNED))]
)
def test_every_call_is_the_same_to_the_byte_signature_and_all(action: str) -> None:
    service, _, name = action.partition(":")
    both = pair(service)
    operation = both.whole.meta.service_model.operation_model(name)
    params = sample(operation.input_shape)
    both.says(replied(operation, sample(operation.output_shape)))
    with standing_still():
        assert both.prove(name, params)
        for asked in (params, other(params), least(params, operation)):
            one, short = both.call(name, asked)
            assert one == short
        assert both.far.heard == both.near.heard


@pytest.mark.parametrize("action", [one for one in OPERATIONS if one.startswith("s3:")])
def test_s3_stays_on_the_whole_path(action: str) -> None:
    _, _, name = action.partition(":")
    both = pair("s3")
    operation = both.whole.meta.service_model.operation_model(name)
    both.says(replied(operation, sample(operation.output_shape)))
    for _ in range(2):
        both.short._make_api_call(name, sample(operation.input_shape))
    assert both.short._make_api_call.paths == dict.fromkeys(both.short._make_api_call.paths)


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
FAILURES = {
    "refused": error("ConditionalCheckFailedException", Item={"pk": {"S": "a"}}),
    "throttled": error("ProvisionedThroughputExceededException"),
    "too many": error("ThrottlingException"),
    "expired": error("ExpiredTokenException"),
    "skewed": error("RequestTimeTooSkewed"),
    "broken": error("InternalServerError", 500),
    "busy": reply(b"<html>busy</html>", 503),
    "empty": reply(b"", 500),
    "moved": reply(b"", 301, Location="https://elsewhere"),
    "garbled": reply(b"{not json"),
    "damaged": reply({}, **{"x-amz-crc32": "1"}),
    "not there": EndpointConnectionError(endpoint_url=URL, error="x"),
    "no connection": ConnectTimeoutError(endpoint_url=URL, error="x"),
    "no answer": ReadTimeoutError(endpoint_url=URL, error="x"),
    "hung up": ConnectionClosedError(endpoint_url=URL, error="x", request=None),
}


@pytest.mark.parametrize("attempts", [1, 3])
@pytest.mark.parametrize("failure", FAILURES)
def test_what_fails_ends_as_it_always_did_after_as_many_tries(failure: str, attempts: int) -> None:
    both = Pair("dynamodb", DONE, attempts=attempts)
    with standing_still():
        assert both.prove(PUT, ITEM)
        for says in ([FAILURES[failure], DONE], [FAILURES[failure]], [DONE]):
            both.says(*says)
            one, short = both.call(PUT, ITEM)
            assert one == short
            assert both.far.heard == both.near.heard
            assert len(both.near.heard) <= attempts


def test_a_refused_transaction_says_what_stood_in_its_way() -> None:
    reasons = [{"Code": "ConditionalCheckFailed", "Item": {"pk": {"S": "a"}}}, {"Code": "None"}]
    both = Pair("dynamodb", DONE)
    params = {"TransactItems": [{"Put": ITEM}], "ClientRequestToken": "token"}
    assert both.prove(TRANSACT, params)
    both.says(error("TransactionCanceledException", CancellationReasons=reasons))
    one, short = both.call(TRANSACT, params)
    assert one == short
    assert short[2]["CancellationReasons"] == reasons


def test_each_call_has_a_token_of_its_own_and_keeps_it_through_its_tries() -> None:
    both = Pair("dynamodb", DONE)
    params = {"TransactItems": [{"Put": ITEM}]}
    for _ in range(3):
        both.short._make_api_call(TRANSACT, copy.deepcopy(params))
    both.says(FAILURES["broken"], FAILURES["no answer"], DONE, DONE)
    for _ in range(2):
        both.short._make_api_call(TRANSACT, copy.deepcopy(params))
    first, second, third, another = (json.loads(body or b"") for *_, body in both.near.heard)
    assert first == second == third
    assert first["ClientRequestToken"] != another["ClientRequestToken"]


def test_an_answer_that_is_whole_is_believed() -> None:
    both = Pair("dynamodb", DONE)
    assert both.prove(PUT, ITEM)
    both.says(reply({}, **{"x-amz-crc32": str(crc32(b"{}"))}))
    one, short = both.call(PUT, ITEM)
    assert one == short
    assert len(both.near.heard) == 1


@pytest.mark.parametrize("endpoint", [None, "http://127.0.0.1:4566", "https://host/path"])
def test_a_call_goes_where_the_rules_say(endpoint: str | None) -> None:
    """With an account's id known, an ARN leads to the host of its own account."""
    both = Pair(
        "dynamodb",
        reply({}),
        endpoint_url=endpoint,
        aws_access_key_id="a",
        aws_secret_access_key="b",
        aws_account_id="111111111111",
    )
    names = ["t", "arn:aws:dynamodb:eu-central-1:222222222222:table/t", "u", "t"]
    with standing_still():
        for name in ["t", *names]:
            both.call("Query", {"TableName": name, "KeyConditionExpression": "x"})
        for name in ["t", *names]:
            put = {"Put": {"TableName": name, "Item": ITEM["Item"]}}
            both.call(TRANSACT, {"TransactItems": [put], "ClientRequestToken": "x"})
    assert both.far.heard == both.near.heard
    assert len({url for _, url, *_ in both.near.heard}) == (1 if endpoint else 2)
    assert all(both.short._make_api_call.paths.values())


def test_who_is_asking_is_looked_up_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    both = Pair("dynamodb", DONE)
    assert both.prove(PUT, ITEM)
    both.says(DONE)
    for name in ("one", "two"):
        for made in (both.whole, both.short):
            made._request_signer._credentials.token = name
        monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "react")
        monkeypatch.setenv("_X_AMZN_TRACE_ID", f"Root={name}")
        with standing_still():
            both.call(PUT, ITEM)
    assert both.far.heard == both.near.heard
    tokens = [headers["x-amz-security-token"] for *_, headers, _ in both.near.heard]
    traces = [headers["x-amzn-trace-id"] for *_, headers, _ in both.near.heard]
    assert (tokens, traces) == (["one", "two"], ["Root=one", "Root=two"])


def test_where_somebody_adds_to_a_request_the_whole_road_is_kept() -> None:
    both = Pair("dynamodb", DONE)
    events = both.short.meta.events
    events.register("request-created", lambda request, **_: request.headers.add_header("X-A", "b"))
    both.short._make_api_call(PUT, dict(ITEM))
    both.short._make_api_call(PUT, dict(ITEM))
    assert both.short._make_api_call.paths == {PUT: None}
    both.short._make_api_call(PUT, dict(ITEM))
    assert all(headers["x-a"] == "b" for *_, headers, _ in both.near.heard)


def test_where_botocore_is_made_otherwise_the_whole_road_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def gone(self: Any, params: Any) -> Any:
        raise AttributeError("_request_signer")

    monkeypatch.setattr(fast_path.ProvenPath, "resolved", gone)
    assert not Pair("dynamodb", DONE).prove(PUT, ITEM)


def test_what_is_answered_before_it_is_sent_is_never_carried() -> None:
    both = Pair("dynamodb", DONE)
    answered = AWSResponse(URL, 200, {}, Body(b"{}"))  # type: ignore[arg-type]
    both.short.meta.events.register("before-send", lambda **_: answered)
    for _ in range(4):
        both.short._make_api_call(PUT, dict(ITEM))
    assert both.short._make_api_call.paths == {}
    assert both.near.heard == []


def test_an_answer_in_advance_is_for_the_thread_it_was_given_to() -> None:
    wire = Wire(Far(DONE))
    wire.given = ValueError("mine")
    seen = list[Any]()
    thread = Thread(target=lambda: seen.append(wire.given))
    thread.start()
    thread.join()
    assert seen == [None]
    with pytest.raises(ValueError, match="mine"):
        wire.send(None)
    assert wire.given is None


def test_connections_that_were_let_go_are_not_held() -> None:
    path = aws.Botocore(REGION, session=session(), identity="arn:aws:iam::1:user/a", workers=False)
    made = path.client("sqs")
    find = made._endpoint.http_session.session._manager.connection_from_url
    pool = find("https://sqs.eu-central-1.amazonaws.com/")
    assert find("https://sqs.eu-central-1.amazonaws.com/") is pool
    made.close()
    assert find("https://sqs.eu-central-1.amazonaws.com/") is not pool


@pytest.mark.parametrize("workers", [True, False])
def test_events_take_the_fast_path_and_scans_do_not(workers: bool) -> None:
    path = aws.Botocore(
        REGION, session=session(), identity="arn:aws:iam::1:user/a", workers=workers
    )
    assert isinstance(path.client("sqs")._make_api_call, fast_path.FastPath) is not workers


def test_a_road_tells_of_failures_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    path = aws.Botocore(REGION, session=session(), identity="arn:aws:iam::1:user/a", workers=False)
    far = Far(DONE, DONE, DONE, FAILURES["throttled"], FAILURES["no answer"], DONE)
    monkeypatch.setattr(path, "metronomes", {"dynamodb": aws.Metronome(1e9)})
    path.clients["dynamodb"] = client("dynamodb", far, attempts=3)
    fast_path.take_fast_path(path.clients["dynamodb"])
    for _ in range(4):
        path.ask(Call("dynamodb:PutItem", ITEM))
    assert path.counts == {"dynamodb:PutItem": 6}
    far.says = [FAILURES["refused"]]
    with pytest.raises(ReadFailed) as refused:
        path.ask(Call("dynamodb:PutItem", ITEM))
    assert refused.value.code == "ConditionalCheckFailedException"
    assert refused.value.answer["Item"] == {"pk": {"S": "a"}}
    far.says = [FAILURES["hung up"]]
    with pytest.raises(ReadFailed) as lost:
        path.ask(Call("dynamodb:PutItem", ITEM))
    assert lost.value.code == "ConnectionClosedError"
