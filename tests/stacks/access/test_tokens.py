"""The tokens for who is not AWS: one function may read those that are named and used, and nothing else may."""

from __future__ import annotations

from typing import Any

import pytest

from stacks.permissions import permissions
from tests.stacks.conftest import Installation

AT = "arn:aws:ssm:{home}:{account}:parameter/steadyhand/"
PARAMETERS = [f"{AT}{service}-token" for service in ("cloudflare", "github", "gitlab")]


@pytest.fixture(scope="module")
def may(widest: Installation) -> dict[str, Any]:
    said: dict[str, Any] = permissions(widest.templates)
    return said


@pytest.mark.parametrize("parameter", PARAMETERS)
def test_the_sweep_alone_may_read_a_token(may: dict[str, Any], parameter: str) -> None:
    readers = {
        role
        for role, said in may.items()
        for one in said["may"]
        if "ssm:GetParameter" in one["actions"] and parameter in str(one["on"])
    }
    assert readers == {"steadyhand-sweep"}


def test_kms_decrypts_it_through_ssm_and_nothing_else(may: dict[str, Any]) -> None:
    """The encryption context of a parameter is its ARN ("How Parameter Store uses AWS KMS")."""
    decrypts = {
        role: one
        for role, said in may.items()
        for one in said["may"]
        if "kms:Decrypt" in one["actions"] and "PARAMETER_ARN" in str(one.get("if"))
    }
    assert set(decrypts) == {"steadyhand-sweep"}
    assert decrypts["steadyhand-sweep"]["if"] == {
        "StringEquals": {
            "kms:ViaService": "ssm.{home}.amazonaws.com",
            "kms:EncryptionContext:PARAMETER_ARN": PARAMETERS,
        }
    }


def test_who_names_no_token_grants_nothing(plainest: Installation) -> None:
    assert "PARAMETER_ARN" not in str(plainest.templates)
    assert "cloudflare" not in str(plainest.templates)
