"""The owner's tokens: read where they lie and when they are used, kept nowhere, told in no word."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from steadyhand import clients
from steadyhand.aws import client as aws
from steadyhand.model import Call, ReadFailed
from steadyhand.settings.deployed import Tokens

HOME, AWAY, NAME = "eu-west-1", "us-east-1", "/steadyhand/cloudflare-token"
ME = "arn:aws:iam::123456789012:user/test"
ASKED = Call("cloudflare:Get", {"Path": "/zones"})


@pytest.fixture(autouse=True)
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The tokens with which Cloudflare was asked."""
    tokens: list[str] = []

    def answer(params: Any, *, token: str) -> Any:
        del params
        tokens.append(token)
        return {"result": []}

    monkeypatch.setattr(clients, "client_of", lambda service: {"cloudflare": answer}[service])
    with mock_aws():
        yield tokens


def put(value: str, kind: str = "SecureString") -> None:
    boto3.client("ssm", HOME).put_parameter(Name=NAME, Value=value, Type=kind, Overwrite=True)


def client(region: str = HOME, tokens: Tokens | None = None) -> aws.Botocore:
    there = Tokens({"cloudflare": NAME}, HOME) if tokens is None else tokens
    return aws.Botocore(region, session=aws.session(), identity=ME, workers=False, tokens=there)


@pytest.mark.parametrize("region", [HOME, AWAY])
def test_it_is_read_at_home_whenever_it_is_used(heard: list[str], region: str) -> None:
    here = client(region)
    for token in ("first", "second"):
        put(f"{token}\n")
        assert here.ask(ASKED) == {"result": []}
        assert [*here.elsewhere("eu-south-1").pages(ASKED)] == [{"result": []}]
    assert heard == ["first", "first", "second", "second"], (
        "one that was replaced is not used again"
    )
    assert here.counts == {"cloudflare:Get": 4, "ssm:GetParameter": 4}


ODD = ["two words", "", "line\nbreak", "t\u00f6ken", "\x00", "a\x7f"]


@pytest.mark.parametrize("value", [*ODD, "plain"])
def test_what_is_no_token_is_not_sent(
    heard: list[str], value: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    put(value or " ", "String" if value == "plain" else "SecureString")
    with pytest.raises(ReadFailed) as no:
        client().ask(ASKED)
    assert (no.value.code, heard) == ("NoToken", [])
    told = "".join(traceback.format_exception(no.value)) + caplog.text
    assert not value.strip() or value not in told


def test_who_may_not_read_it_or_named_none_is_told(heard: list[str]) -> None:
    with pytest.raises(ReadFailed, match=r"may not be read \(ParameterNotFound") as no:
        client().ask(ASKED)
    assert no.value.code == "NoToken"
    with pytest.raises(ReadFailed, match=r"named under \[tokens\]"):
        client(tokens=Tokens({}, HOME)).ask(ASKED)
    assert heard == []
