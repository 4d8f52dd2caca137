"""Secrets are known by their shape, and what is no secret stays."""

from __future__ import annotations

import time

import pytest

from steadyhand.reference.secrets import REDACTED, redacted
from tests.canaries import CANARIES


@pytest.mark.parametrize("name", CANARIES)
@pytest.mark.parametrize(
    "around", ["{}", "say {} twice", '"{}"', "x={}", "({})", "https://a.example/?q={}", "a\n{}\nb"]
)
def test_each_is_taken_out_wherever_it_stands(name: str, around: str) -> None:
    secret = CANARIES[name]
    said = redacted(around.format(secret.said))
    assert secret.core not in said
    assert REDACTED in said


@pytest.mark.parametrize(
    "text",
    [
        "AKIAIOSFODNN7EXAMPLE is 400 days old",
        "arn:aws:iam::111122223333:role/secrets-reader",
        "arn:aws:secretsmanager:eu-central-1:111122223333:secret:prod/db-AbCdEf",
        "arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012",
        "https://sqs.eu-central-1.amazonaws.com/123456789012/password-resets",
        "An error occurred (AccessDenied) when calling the GetSecretValue operation: no",
        "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "vol-0123456789abcdef0 snap-0123456789abcdef0 eni-0123456789abcdef0",
        "password policy: none; secret rotation: off",
        "token bucket, key age, secrets: 4",
        "app/my-load-balancer/50dc6c495c0c9188",
        "2026-11-27T16:31:01Z",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redacted(text) == text


def test_twice_is_once() -> None:
    for one in CANARIES.values():
        assert redacted(redacted(one.said)) == redacted(one.said)


def test_long_text_costs_little() -> None:
    """400 kB, the largest row of DynamoDB, of what each shape begins with; linear, not quadratic."""
    for begin in ("eyJ", "password", "://a:", "-----BEGIN PRIVATE KEY-----", "a" * 39 + " ", "A1a"):
        short, long = begin * (20_000 // len(begin)), begin * (400_000 // len(begin))
        started = time.process_time()
        redacted(short)
        between = time.process_time()
        redacted(long)
        ended = time.process_time()
        assert ended - between < 60 * (between - started) + 0.5, begin
