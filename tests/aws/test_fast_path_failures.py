"""What fails on the fast path ends as on the whole one, after as many tries."""

from __future__ import annotations

import copy
import json
from zlib import crc32

import pytest
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)

from steadyhand.aws import client as aws
from steadyhand.aws import fast_path
from steadyhand.model import Call, ReadFailed
from tests.aws.pairs import (
    DONE,
    ITEM,
    PUT,
    REGION,
    TRANSACT,
    URL,
    Far,
    Pair,
    client,
    error,
    reply,
    session,
    standing_still,
)

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


def test_a_client_tells_of_failures_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
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
