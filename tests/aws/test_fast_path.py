"""The fast path sends what botocore's whole path sends, to the byte, and ends as that ends."""

from __future__ import annotations

from threading import Thread
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse

from steadyhand.aws import client as aws
from steadyhand.aws import fast_path
from steadyhand.aws.wire import Wire
from tests.aws.pairs import (
    DONE,
    ITEM,
    PUT,
    REGION,
    TRANSACT,
    URL,
    Far,
    Pair,
    other,
    reply,
    session,
    standing_still,
)
from tests.aws.test_service_models import OPERATIONS, Body, replied, sample

PAIRS: dict[str, Pair] = {}


def pair(service: str) -> Pair:
    if service not in PAIRS:
        PAIRS[service] = Pair(service, None)
    return PAIRS[service]


def least(value: Any, operation: Any) -> Any:
    """Only what must be there, and what is made up where it is not."""
    shape = operation.input_shape
    needed = {*shape.required_members, *operation.idempotent_members} if shape else set()
    return {name: value[name] for name in value if name in needed}


UNSIGNED = ("signin:", "sso:", "sso-oidc:", "sts:AssumeRoleWithWebIdentity")
"""What gets credentials needs none: botocore calls it by itself, and rarely."""

BY_PARAMETERS = ("s3:", "s3control:")
"""Services whose host is put together from a bucket or an account."""


@pytest.mark.parametrize(
    "action", [one for one in OPERATIONS if not one.startswith((*BY_PARAMETERS, *UNSIGNED))]
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


@pytest.mark.parametrize("action", [one for one in OPERATIONS if one.startswith(BY_PARAMETERS)])
def test_what_has_its_host_from_parameters_stays_on_the_whole_path(action: str) -> None:
    service, _, name = action.partition(":")
    both = pair(service)
    operation = both.whole.meta.service_model.operation_model(name)
    both.says(replied(operation, sample(operation.output_shape)))
    for _ in range(2):
        both.short._make_api_call(name, sample(operation.input_shape))
    assert both.short._make_api_call.paths == dict.fromkeys(both.short._make_api_call.paths)


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


def test_where_somebody_adds_to_a_request_the_whole_path_is_kept() -> None:
    both = Pair("dynamodb", DONE)
    events = both.short.meta.events
    events.register("request-created", lambda request, **_: request.headers.add_header("X-A", "b"))
    both.short._make_api_call(PUT, dict(ITEM))
    both.short._make_api_call(PUT, dict(ITEM))
    assert both.short._make_api_call.paths == {PUT: None}
    both.short._make_api_call(PUT, dict(ITEM))
    assert all(headers["x-a"] == "b" for *_, headers, _ in both.near.heard)


def test_where_botocore_is_made_otherwise_the_whole_path_is_kept(
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
