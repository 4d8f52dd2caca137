"""Trust policies that name everybody."""

from __future__ import annotations

import json
from typing import Any

import pytest

from steadyhand.checks.access.open_role_trust import OpenRoleTrust
from steadyhand.sources.iam import Roles
from tests.canonical import ACCOUNT
from tests.verbs import found, spot

CHECK = OpenRoleTrust()
RARE = "a made-up policy would have to name everybody"


def role(name: str, principal: Any, *condition: dict[str, Any], **more: Any) -> dict[str, Any]:
    said = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"} | more
    if condition:
        said["Condition"] = condition[0]
    return {
        "RoleName": name,
        "Arn": f"arn:aws:iam::{ACCOUNT}:role/{name}",
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": said},
    }


ALL = {"AWS": "*"}
WIDE = [
    role("everybody", "*"),
    role("every-account", ALL),
    role("among-others", {"AWS": [f"arn:aws:iam::{ACCOUNT}:root", "*"]}),
    role("a-secret", ALL, {"StringEquals": {"sts:ExternalId": "hunter2"}}),
    role("second-factor", ALL, {"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
    role("not-them", ALL, {"StringNotEquals": {"aws:PrincipalOrgID": "o-1234567890"}}),
    role("any-arn", ALL, {"StringLike": {"aws:PrincipalArn": "*"}}),
]
BAD = {Roles: WIDE}
GOOD = {
    Roles: [
        role("one-account", {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}),
        role("a-service", {"Service": "lambda.amazonaws.com"}),
        role("organization", ALL, {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}),
        role("any-case", ALL, {"ForAnyValue:StringLike": {"AWS:PRINCIPALORGPATHS": "o-12/r-ab/*"}}),
        role("by-name", ALL, {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/ours"}}),
        role("denied", "*", Effect="Deny"),
        role("nobody", None),
    ]
}


@pytest.mark.parametrize("one", WIDE, ids=lambda one: one["RoleName"])
def test_what_lets_everybody_in(one: dict[str, Any]) -> None:
    assert [said.key for said in found(CHECK, {Roles: [one]})] == [one["RoleName"]]


@pytest.mark.moto
def test_on_moto() -> None:
    def plant(client: Any, *said: dict[str, Any]) -> list[str]:
        return [
            client("iam").create_role(
                RoleName=one["RoleName"],
                AssumeRolePolicyDocument=json.dumps(one["AssumeRolePolicyDocument"]),
            )["Role"]["RoleName"]
            for one in said
        ]

    spot(
        CHECK,
        lambda client: plant(client, *WIDE[:2]),
        lambda client: plant(client, *GOOD[Roles][:3]),
    )
