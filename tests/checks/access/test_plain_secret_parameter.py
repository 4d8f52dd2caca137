"""Parameters that are called like a secret and kept as plain text. No value is asked for."""

from __future__ import annotations

from typing import Any

import pytest

from steadyhand.checks.access.plain_secret_parameter import PlainSecretParameter
from steadyhand.sources.ssm import Parameters
from tests.verbs import found, spot

CHECK = PlainSecretParameter()
STATELESS = "a parameter has no states"
EVENT = ("ssm:PutParameter", {"Name": "/prod/db/password", "Value": "x", "Type": "String"})


def parameter(name: str, kind: str = "String") -> dict[str, Any]:
    return {"Name": name, "Type": kind}


SECRET = (
    *(
        "/prod/db/password",
        "prod.db.PASSWORD",
        "dbPassword",
        "shop-api-key",
        "stripe_token",
        "/a/apiKey",
    ),
    *("GITHUB_TOKEN", "secret", "/prod/signing-private-key", "awsSecretAccessKey"),
)
PLAIN = (
    *("/prod/db/password-arn", "/prod/secret/name", "tokenUrl", "/prod/passwordless", "/keyboard"),
    *("/prod/db/host", "tokens", "monkey", "/prod/password_policy", "broken"),
)
BAD = {Parameters: [parameter(name) for name in SECRET]}
GOOD = {
    Parameters: [
        *(parameter(name) for name in PLAIN),
        *(parameter(name, "SecureString") for name in SECRET),
        {"Name": "/prod/token"},
    ]
}


def test_says_which() -> None:
    one, *_ = found(CHECK, BAD)
    assert one.summary == "/prod/db/password is called like a secret and is kept as plain text"
    assert one.resource.endswith(":parameter/prod/db/password")
    assert len(found(CHECK, BAD)) == len(SECRET)


@pytest.mark.moto
def test_on_moto_without_a_value_being_read() -> None:
    def made(client: Any, name: str, kind: str) -> str:
        client("ssm").put_parameter(Name=name, Value="made-up", Type=kind)
        return name

    spot(
        CHECK,
        lambda client: [made(client, "/prod/db/password", "String")],
        lambda client: [
            made(client, "/prod/db/token", "SecureString"),
            made(client, "/prod/db/host", "String"),
        ],
    )
