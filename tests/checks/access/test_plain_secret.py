"""Environments with secrets, all of them made up and of a length that opens nothing."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from steadyhand.checks.access.plain_secret import PlainSecret
from steadyhand.sources.lambda_ import Functions
from tests.canonical import ACCOUNT, REGION
from tests.verbs import found, spot

CHECK = PlainSecret()
STATELESS = "a function's environment is read in whatever state it is, and we change nothing"
RARE = "a made-up environment would have to hold a secret"
EVENT = (
    "lambda:CreateFunction20150331",
    {"FunctionName": "shaped", "Role": f"arn:aws:iam::{ACCOUNT}:role/shaped", "Code": {}},
    {"FunctionName": "shaped", "Version": "$LATEST"},
)
TOKEN = "ghp_" + "a1B2" * 9


def function(name: str, **variables: str) -> dict[str, Any]:
    return {
        "FunctionName": name,
        "FunctionArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}",
        "Environment": {"Variables": variables},
    }


HELD = {
    "shaped": {"CONFIG": TOKEN},
    "in-an-address": {"DATABASE_URL": "postgres://app:Tr0ub4dor@db.example.com/app"},
    "called-so": {"DB_PASSWORD": "Tr0ub4dor"},
    "in-small-letters": {"api_key": "0123456789abcdef"},
    "key": {"PRIVATE_KEY": "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----"},
}
LED = {
    "an-arn": {"SECRET": f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:db-1a2b3c"},
    "a-parameter": {"DB_PASSWORD": "/prod/db/password1"},
    "a-reference": {"DB_PASSWORD": "{{resolve:ssm-secure:db:1}}"},
    "a-name": {"SECRET_NAME": "prod/db/1", "TOKEN_URL": "https://id.example.com/oauth2/v1/token"},
    "a-word": {"TOKEN": "disabled", "PASSWORD": "prompt1"},
    "a-sentence": {"SECRET": "ask the 2 owners"},
    "an-id": {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE"},
    "none": {},
}
BAD = {Functions: [function(name, **said) for name, said in HELD.items()]}
GOOD = {
    Functions: [
        *(function(name, **said) for name, said in LED.items()),
        {"FunctionName": "bare"},
        {"FunctionName": "denied", "Environment": {"Error": {"ErrorCode": "AccessDenied"}}},
    ]
}


@pytest.mark.parametrize("name", HELD)
def test_names_the_variable_and_never_what_it_holds(name: str) -> None:
    (one,) = found(CHECK, {Functions: [function(name, **HELD[name])]})
    ((variable, value),) = HELD[name].items()
    assert one.summary == f"{name} holds what looks like a secret in {variable}"
    assert one.evidence == {"variables": [variable]}
    assert value not in repr(one)


def test_many_are_counted() -> None:
    (one,) = found(
        CHECK, {Functions: [function("f", **{f"P{n}_TOKEN": "a1b2c3d4" for n in range(9)})]}
    )
    assert one.summary.endswith("P0_TOKEN, P1_TOKEN, P2_TOKEN, P3_TOKEN, P4_TOKEN and 4 more")


@pytest.mark.moto
def test_on_moto() -> None:
    def make(client: Any, name: str, **variables: str) -> str:
        trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}}
        document = json.dumps(
            {"Version": "2012-10-17", "Statement": trust | {"Action": "sts:AssumeRole"}}
        )
        role = client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as file:
            file.writestr("app.py", "")
        client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role=role["Role"]["Arn"],
            Handler="app.handler",
            Code={"ZipFile": packed.getvalue()},
            Environment={"Variables": variables},
        )
        return name

    spot(
        CHECK,
        lambda client: [make(client, "checkout", DB_PASSWORD="Tr0ub4dor")],
        lambda client: [make(client, "fine", DB_SECRET="/prod/db/password1")],
    )
